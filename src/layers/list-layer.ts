/**
 * THE WALK of a layer: bytes -> uncompressed -> tar entries -> placed as an unpacker places them -> facts. Follows
 * image-spec layer.md and what containerd, docker and containers-storage do; where they disagree the layer is
 * refused. Size and digest of the compressed bytes are checked by whoever hands the bytes in; the diffID here.
 */
import { createHash } from 'node:crypto';
import { Failure } from '../base/failure.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { algorithmOf, type Digest, shortDigest } from '../oci/digest.ts';
import type { Entry, FileType } from '../rootfs/entry.ts';
import type { LayerListing } from '../rootfs/layer-listing.ts';
import { LayerTree } from '../rootfs/layer-tree.ts';
import { decompress } from './decompress.ts';
import { checkExpansion, ReadBudget } from './expansion.ts';
import { FileContentReader } from './file-content.ts';
import { type TarEntry, TarReader, type TarSink } from './untar.ts';

export interface LayerToList {
  readonly descriptor: Descriptor;
  /** The digest of the uncompressed tar, from the config's `rootfs.diff_ids`. */
  readonly diffId: Digest;
}

/**
 * Reads the bytes to their end. `budget` is shared by all layers of an image.
 * @throws {Failure} E_DIGEST (diffID), E_COMPRESSION, E_TRAILING_DATA, E_TAR, E_SPARSE, E_LIMIT, E_UNSUPPORTED, and what the source throws
 */
export async function listLayer(
  layer: LayerToList,
  bytes: AsyncIterable<Uint8Array>,
  budget: ReadBudget = new ReadBudget(),
): Promise<LayerListing> {
  const { descriptor, diffId } = layer;
  const where = `layer ${shortDigest(descriptor.digest)}`;
  const placer = new EntryPlacer(where);
  const tar = new TarReader(where, placer);
  const hash = createHash(algorithmOf(diffId));
  let size = 0;
  let uncompressedSize = 0;
  const counted = eachChunk(bytes, (length) => (size += length));
  for await (const piece of decompress(counted, descriptor.mediaType, where)) {
    uncompressedSize += piece.length;
    budget.spend(piece.length, where);
    checkExpansion(uncompressedSize, size, where);
    hash.update(piece);
    tar.write(piece);
  }
  const found = `${algorithmOf(diffId)}:${hash.digest('hex')}`;
  if (found !== diffId) throw wrongDiffId(where, diffId, found);
  tar.end();
  const { entries, whiteouts, opaques } = placer.tree;
  return { digest: descriptor.digest, diffId, size, uncompressedSize, entries, whiteouts, opaques };
}

async function* eachChunk(
  bytes: AsyncIterable<Uint8Array>,
  tell: (length: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    tell(chunk.length);
    yield chunk;
  }
}

function wrongDiffId(where: string, expected: string, found: string): Failure {
  return new Failure(
    'E_DIGEST',
    `${where}: uncompressed it is ${shortDigest(found)}, but the image's config says ${shortDigest(expected)}`,
    'push the image again: engines refuse to unpack this layer',
  );
}

/** Puts each entry of the tar into the tree, a file once its content is known. */
class EntryPlacer implements TarSink {
  readonly tree: LayerTree;
  readonly #content: FileContentReader = new FileContentReader();
  #entry: TarEntry | null = null;

  constructor(where: string) {
    this.tree = new LayerTree(where);
  }

  begin(entry: TarEntry): void {
    this.#entry = entry;
    if (entry.kind === 'file') this.#content.begin(entry.name, entry.mode, entry.size);
  }

  data(piece: Buffer): void {
    this.#content.write(piece);
  }

  end(): void {
    const entry = this.#entry;
    if (entry === null) return;
    const { kind, name } = entry;
    if (kind === 'hard-link') this.tree.link(name, entry.linkName, entry);
    else if (kind === 'global-header') this.tree.globalHeader(name);
    else if (kind === 'character-device' && entry.deviceMajor === 0 && entry.deviceMinor === 0) {
      this.tree.placeWhiteoutDevice(name);
    } else this.tree.place(name, this.#inode(entry, kind));
  }

  #inode(entry: TarEntry, type: FileType): Entry {
    const { mode, uid, gid, size, hasCapabilities } = entry;
    const common = { type, mode, uid, gid, size };
    if (type === 'symlink') return { ...common, mode: 0o777, target: entry.linkName };
    if (type !== 'file') return common;
    const content = this.#content.end();
    return hasCapabilities ? { ...common, content, hasCapabilities } : { ...common, content };
  }
}
