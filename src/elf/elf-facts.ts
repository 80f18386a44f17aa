/**
 * What the kernel and the dynamic loaders read of an ELF file, as plain data (elf(5), the gABI, the psABIs).
 * Only the loader's view counts: program headers and PT_DYNAMIC; sections never decide anything (they are read
 * for `.ARM.attributes` and Go's build information, which no program header points at, and for `contradiction`).
 */
import type { LoaderFacts } from './loader-facts.ts';

export interface ElfFacts {
  readonly kind: 'elf';
  /** EI_CLASS; null for a value that is neither. */
  readonly class: 32 | 64 | null;
  /** EI_DATA; null for a value that is neither. */
  readonly byteOrder: 'little' | 'big' | null;
  /**
   * How the rest of the file was read. The kernel looks at neither EI_CLASS nor EI_DATA (fs/binfmt_elf.c), so where
   * they contradict the header (no known machine, wrong e_phentsize) the header is believed.
   */
  readonly readAs: ElfLayout;
  /** EI_VERSION. */
  readonly identVersion: number;
  readonly osAbi: number;
  readonly abiVersion: number;
  /** Whether anything but zeros follows in e_ident (EI_PAD). */
  readonly hasPadding: boolean;
  /** e_type: ET_EXEC 2, ET_DYN 3 … */
  readonly type: number;
  /** e_machine: EM_X86_64 62 … */
  readonly machine: number;
  /** e_flags. */
  readonly flags: number;
  /** e_version. */
  readonly version: number;
  readonly entry: bigint;
  /** How many zeros lie at the entry point, at most ENTRY_BYTES; 0 where it lies in no segment, or was not kept. */
  readonly entryZeros: number;
  readonly programHeaderOffset: bigint;
  readonly programHeaderEntrySize: number;
  /** e_phnum as written. PN_XNUM means nothing to the kernel: 65535 entries are over its limit. */
  readonly programHeaderCount: number;
  /** Empty when e_phentsize is not that of the class or the table is over our limit. */
  readonly programHeaders: readonly ProgramHeader[];
  /** The first PT_INTERP, as the kernel reads it; null when there is none. */
  readonly interpreter: InterpreterFacts | null;
  /** PT_DYNAMIC, as the loader reads it; null when there is none. */
  readonly dynamic: DynamicFacts | null;
  /** Symbols of PT_DYNAMIC's tables; null when there is no symbol table or it could not be read. */
  readonly symbols: SymbolFacts | null;
  readonly notes: NoteFacts;
  /** What an arm64 kernel refuses PT_GNU_PROPERTY for; null: nothing, or it is no file for AArch64. */
  readonly propertyError: PropertyError | null;
  /** `.ARM.attributes`; null when absent or not EM_ARM. */
  readonly arm: ArmAttributes | null;
  /** Go's build information; null when there is none. */
  readonly go: GoBuildInfo | null;
  /** The program is packed: its own headers are not those of the file; null: it is not, as far as we know. */
  readonly packer: 'UPX' | null;
  /** What the file has built in as a dynamic loader (`loaderFactsOf`); null for every other file. */
  readonly loader: LoaderFacts | null;
  /** Whose program it is, of those that start others (`projectFactsOf`); null for every other file. */
  readonly project: Project | null;
  /** `2.36`: of glibc's libc.so.6 (`libcVersionOf`); null for every other file. */
  readonly libcVersion: string | null;
  /** `9.1`: of coreutils and bash, where it is to be seen. */
  readonly projectVersion: string | null;
  /** The names of busybox's applets, where they are to be seen; null for every other file. */
  readonly applets: readonly string[] | null;
  /** Whether `set -o pipefail` is an option of dash; null for every other file. */
  readonly hasPipefail: boolean | null;
  /**
   * Where zeros begin that fill the file up to its end, in the place of its section headers, which a linker always
   * writes something to; null: it has none there.
   */
  readonly blankFrom: number | null;
  /** What its section headers say of it and what kernel and loaders read does not, in words; null: nothing. */
  readonly contradiction: string | null;
  /** Size of the file in bytes: what the headers claim is compared with it. */
  readonly fileSize: number;
  /** Digest of the whole file, for `same-content`. */
  readonly sha256: string;
  /** In words, what is broken or could not be read: "the program header table ends after the end of the file". */
  readonly problems: readonly ElfProblem[];
}

export interface PropertyError {
  readonly errno: 'EIO' | 'ENOEXEC';
  /** What is wrong, in words that go on after "PT_GNU_PROPERTY". */
  readonly text: string;
}

/** Whose program a file is, of those that start others. */
export type Project =
  | 'bash'
  | 'dash'
  | 'busybox'
  | 'toybox'
  | 'coreutils'
  | 'util-linux'
  | 'findutils'
  | 'time'
  | 'tini'
  | 'dumb-init'
  | 'catatonit'
  | 'su-exec'
  | 'gosu';

export interface ElfLayout {
  readonly class: 32 | 64;
  readonly byteOrder: 'little' | 'big';
}

/** `unread`: over our limits, so nothing may be concluded; the others are facts about the file. */
export interface ElfProblem {
  readonly part: ElfPart;
  readonly kind: 'cut' | 'broken' | 'unread';
  readonly text: string;
}

export type ElfPart =
  | 'header'
  | 'program-headers'
  | 'segments'
  | 'interpreter'
  | 'dynamic'
  | 'symbols'
  | 'versions'
  | 'notes'
  | 'arm-attributes'
  | 'go-build-info';

export interface ProgramHeader {
  /** p_type: PT_LOAD 1, PT_DYNAMIC 2, PT_INTERP 3 … */
  readonly type: number;
  /** p_flags: PF_X 1, PF_W 2, PF_R 4. */
  readonly flags: number;
  readonly offset: bigint;
  readonly virtualAddress: bigint;
  readonly fileSize: bigint;
  readonly memorySize: bigint;
  readonly align: bigint;
}

export interface InterpreterFacts {
  /** The path up to the first NUL, at most PATH_MAX bytes of it (decodeBytes). */
  readonly path: string;
  /** p_filesz. */
  readonly size: number;
  /** False when the last of the p_filesz bytes is not NUL or not in the file: the kernel refuses (fs/binfmt_elf.c). */
  readonly terminated: boolean;
  /** How many PT_INTERP there are. */
  readonly count: number;
}

export interface DynamicFacts {
  /** DT_NEEDED, in order. */
  readonly needed: readonly string[];
  readonly soname: string | null;
  readonly rpath: string | null;
  readonly runpath: string | null;
  /** DT_FLAGS and DT_FLAGS_1. */
  readonly flags: number;
  readonly flags1: number;
  /** DT_BIND_NOW present. */
  readonly bindNow: boolean;
  /** DT_PLTREL present: glibc's loader passes DT_JMPREL over without it. */
  readonly asksForCalls: boolean;
  /** DT_RELR: relative relocations in the packed form that older loaders do not know. */
  readonly packedRelocations: boolean;
  /** DT_INIT or DT_INIT_ARRAY: the loader runs code of the file before the program. */
  readonly hasInitializers: boolean;
  /** DT_GNU_HASH or DT_HASH present: musl and glibc need one. */
  readonly hasHash: boolean;
  /** Whether there are any of them (DT_RELRSZ). */
  readonly hasPackedEntries: boolean;
  /** Whether functions of DT_INIT_ARRAY have their addresses by DT_RELR. */
  readonly packedInitializers: boolean;
  /** What surely ends a loader that reads it. */
  readonly faults: readonly TableFault[];
  /** DT_VERNEED. */
  readonly versionsNeeded: readonly VersionNeed[];
  /**
   * DT_VERDEF names, without the base version (the file's own name); null when there is no DT_VERDEF at all:
   * glibc then takes any needed version as present (elf/dl-version.c, match_symbol).
   */
  readonly versionsDefined: readonly string[] | null;
  /** DT_AUXILIARY and DT_FILTER. */
  readonly auxiliary: readonly string[];
  readonly filter: readonly string[];
}

/** Something of PT_DYNAMIC that cannot be right, and that loaders do not check. */
export interface TableFault {
  /** Which loaders end there; `glibc with DT_RELR`: those that know it. */
  readonly of: 'every loader' | 'glibc' | 'glibc with DT_RELR' | 'musl';
  /**
   * `initialized`: once the functions of DT_INIT and DT_INIT_ARRAY are called; `bound-lazily`: unless it is told to bind
   * all at once; `mapped-by-kernel`: where the loader has not mapped it itself.
   */
  readonly when: 'loaded' | 'initialized' | 'bound-lazily' | 'mapped-by-kernel';
  /** In words. */
  readonly text: string;
  /** Without a word, or with those. */
  readonly ends: 'SIGSEGV' | 'SIGBUS' | { readonly says: string };
}

export interface VersionNeed {
  /** vn_file: the library that must define them. */
  readonly file: string;
  readonly versions: readonly { readonly name: string; readonly weak: boolean }[];
}

export interface SymbolFacts {
  /** Whether no relocation refers to `__libc_start_main`, which is undefined: the first call of the program leads nowhere. */
  readonly unboundStart: boolean;
  /**
   * Undefined, non-weak names that relocations refer to and that every loader looks up before the program runs,
   * joined by newlines (one string: there are many); one byte a UTF-16 unit (latin1). Where a version is wanted:
   * `name\0version\0file`, with the library that must define it.
   */
  readonly undefined: string;
  /** Likewise names that are only called: a loader may wait with them until they are. */
  readonly called: string;
  /** Likewise variables that the file has room for but a library must define (R_*_COPY). */
  readonly copied: string;
  /** `symbolHash` of the defined global and weak names, ascending; without versions that are no default of a name. */
  readonly defined: BigUint64Array;
  /** Those of them of functions that choose another one when they are bound (STT_GNU_IFUNC), which musl passes over. */
  readonly chosen: BigUint64Array;
  /**
   * Likewise of `name\0version`, of `name\0` where the definition has no version, and of `name\0\0` where it is no
   * default but has the first version of all; null: the file has no versions at all.
   */
  readonly versioned: BigUint64Array | null;
  /** Types of the relocations in DT_RELA and DT_REL, each once, ascending, without R_*_NONE. */
  readonly relocations: readonly number[];
  /** Likewise in DT_JMPREL, with R_*_NONE. */
  readonly callRelocations: readonly number[];
}

export interface NoteFacts {
  readonly buildId: string | null;
  /** GNU_PROPERTY_X86_ISA_1_NEEDED bits: 1 baseline, 2 v2, 4 v3, 8 v4. */
  readonly x86IsaNeeded: number | null;
  /** NT_GNU_ABI_TAG: os (0 Linux) and the oldest kernel. */
  readonly abiTag: { readonly os: number; readonly kernel: string } | null;
  /** An Android, NetBSD, FreeBSD … note: the system the file is for. */
  readonly system: string | null;
}

export interface ArmAttributes {
  /** Tag_CPU_arch of the aeabi attributes: 6 = v6, 10 = v7 … */
  readonly cpuArch: number | null;
  /** Tag_CPU_arch_profile: 'A', 'R', 'M', 'S' or null. */
  readonly cpuProfile: string | null;
  /** Tag_ABI_VFP_args: 0 base, 1 VFP registers, 3 both. */
  readonly vfpArgs: number | null;
  readonly fpArch: number | null;
}

export interface GoBuildInfo {
  readonly version: string;
  readonly mainPackage: string | null;
  /** GOARCH, GOOS, GOAMD64, GOARM … as `go version -m` prints them; only names that begin with GO. */
  readonly settings: Readonly<Record<string, string>>;
}
