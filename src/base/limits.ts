/**
 * Every cap of the program in one place, each with its reason. An image is untrusted input: whatever it
 * claims about its own size is a claim. Going over a limit is `E_LIMIT` ("not verified"), never a pass.
 */
const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

export const LIMITS = {
  /** Registries refuse larger manifests (distribution-spec: at least 4 MiB must be accepted). */
  manifestBytes: 4 * MIB,
  /** A config is held in memory and parsed; real ones are under 100 KiB. */
  configBytes: 4 * MIB,
  /** Build provenance with `mode=max` embeds Dockerfiles and steps. */
  provenanceBytes: 16 * MIB,
  /** A token answer is a few KiB. */
  tokenBytes: 1 * MIB,
  /** How much of an error answer is read to find its message. */
  errorBodyBytes: 64 * KIB,
  /** Nesting of JSON documents; image-spec needs about 6. */
  jsonDepth: 64,
  /** Nesting of indexes. */
  indexDepth: 4,
  /** Manifests listed under one reference, in all indexes together. */
  manifests: 256,
  /** Layers of one image: overlayfs itself takes 500 lower directories. */
  layers: 1_000,
  /** Uncompressed bytes of one layer and of one image. */
  layerBytes: 10 * GIB,
  imageBytes: 20 * GIB,
  /** Uncompressed : compressed, watched once a layer is past `ratioFloorBytes`. */
  compressionRatio: 200,
  ratioFloorBytes: 256 * MIB,
  /** zstd windows over 128 MiB are refused by the zstd command line and by runtimes too. */
  zstdWindowLog: 27,
  /** Entries of one layer. */
  layerEntries: 2_000_000,
  /** Entries of all layers under one reference, every platform's: they are held until all is judged. */
  imageEntries: 5_000_000,
  /** Bytes of all facts under one reference (symbols, texts, targets of symlinks); the largest real images have a tenth. */
  imageFactBytes: 512 * MIB,
  /** UTF-16 units of all paths of one layer, which are held in memory; real layers have some 100 a file. */
  layerPathUnits: 256 * MIB,
  /** PATH_MAX of Linux, with the NUL. */
  pathBytes: 4_096,
  /** Of directories in a row, as in DT_RUNPATH, which loaders read whatever their length. */
  searchPathBytes: 65_536,
  pathDepth: 1_024,
  /** A PAX or GNU long-name record is held in memory. */
  paxBytes: 1 * MIB,
  /** MAXSYMLINKS of Linux (include/linux/namei.h). */
  symlinkHops: 40,
  /** Components of paths that are looked up in one image (seconds): 40 symlinks of 4 KiB each are 50,000 a path. */
  lookups: 20_000_000,
  /** Bytes of one ELF file that are held while its facts are read. */
  elfBytes: 64 * MIB,
  /** A program header table larger than a page is refused by the kernel (fs/binfmt_elf.c: ELF_MIN_ALIGN). */
  elfProgramHeaders: 4_096,
  /** What section headers are compared with program headers up to; linkers write some forty, and a dozen. */
  elfComparedSections: 256,
  elfComparedSegments: 64,
  elfNeeded: 10_000,
  /** A Dockerfile is read for line numbers only; real ones are under 100 KiB. */
  dockerfileBytes: 1 * MIB,
  dockerfileInstructions: 5_000,
  /** Text of one script or one well-known file (/etc/passwd, ld.so.cache …) that is kept as a fact. */
  textBytes: 256 * KIB,
  /** Text of one file that only scripts read with `.`, whose name is all that tells so. */
  sourcedTextBytes: 16 * KIB,
  /** /etc/ld.so.cache has some 100 bytes a library; 4 MiB is 40,000 libraries. */
  loaderCacheBytes: 4 * MIB,
  /** rpm's database is held in memory until its packages are read; that of a large system has 40 MiB. */
  packageDatabaseBytes: 64 * MIB,
  /** A zip archive that is opened for the native code in it is held in memory; four layers are read at once. */
  archiveBytes: 64 * MIB,
  archiveMembers: 65_535,
  /** Of one layer: each costs some inflating, and so does each archive that is packed in another. */
  archiveLooks: 20_000,
  archivesBytes: 1 * GIB,
  archiveNatives: 2_000,
  /** All such text of one layer. */
  layerTextBytes: 16 * MIB,
} as const;
