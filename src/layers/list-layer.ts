/**
 * THE WALK of a layer: bytes -> uncompressed -> tar entries -> placed as an unpacker places them -> facts. Follows
 * image-spec layer.md and what containerd, docker and containers-storage do; where they disagree the layer is
 * refused. Size and digest of the compressed bytes are checked by whoever hands the bytes in; the diffID here.
 */
import { createHash } from 'node:crypto';
import { Failure } from '../base/failure.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { algorithmOf, type Digest, shortDigest } from '../oci/digest.ts';
import type { LayerListing } from '../rootfs/layer-listing.ts';
import { weightOf } from '../rootfs/facts-weight.ts';
import { decompress } from './decompress.ts';
import { EntryPlacer } from './entry-placer.ts';
import { checkExpansion, ReadBudget } from './expansion.ts';
import type { Archives } from './file-content.ts';
import { SourceBytes } from './source-bytes.ts';
import { TarReader } from './untar.ts';

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
  archives: Archives = 'closed',
): Promise<LayerListing> {
  const source = new SourceBytes(bytes);
  try {
    return await listSource(layer, source, budget, archives);
  } catch (error) {
    // Bytes that are not those of the digest explain every other failure: let whoever checks that see them all.
    if (error instanceof Failure && error.code !== 'E_LIMIT') await source.drain();
    throw error;
  } finally {
    source.close();
  }
}

async function listSource(
  { descriptor, diffId }: LayerToList,
  source: SourceBytes,
  budget: ReadBudget,
  archives: Archives,
): Promise<LayerListing> {
  const { digest, mediaType } = descriptor;
  const where = `layer ${shortDigest(digest)}`;
  const placer = new EntryPlacer(where, archives, (entry) => budget.keep(weightOf(entry), where));
  const tar = new TarReader(where, placer);
  const hash = createHash(algorithmOf(diffId));
  let uncompressedSize = 0;
  for await (const piece of decompress(source, mediaType, where)) {
    uncompressedSize += piece.length;
    budget.spend(piece.length, where);
    checkExpansion(uncompressedSize, source.size, where);
    hash.update(piece);
    tar.write(piece);
  }
  const found = `${algorithmOf(diffId)}:${hash.digest('hex')}`;
  if (found !== diffId) throw wrongDiffId(where, diffId, found);
  tar.end();
  const placed = placer.placed();
  budget.hold(placed.entries.size, where);
  return { digest, diffId, size: source.size, uncompressedSize, ...placed };
}

function wrongDiffId(where: string, expected: string, found: string): Failure {
  return new Failure(
    'E_DIGEST',
    `${where}: uncompressed it is ${shortDigest(found)}, but the image's config says ${shortDigest(expected)}`,
    'push the image again: engines refuse to unpack this layer',
  );
}
