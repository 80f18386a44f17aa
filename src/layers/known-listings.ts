/** Layers that images of one run share, such as a base under every target of a bake file: read once a run. */
import type { Digest } from '../oci/digest.ts';
import { weightOf } from '../rootfs/facts-weight.ts';
import type { LayerListing } from '../rootfs/layer-listing.ts';
import type { ReadBudget } from './expansion.ts';
import type { LayerToList } from './list-layer.ts';

const MIB = 1024 * 1024;
/**
 * Bytes of memory, about: the base of twenty targets has some 10 MB. The listings that were read first are forgotten
 * first, and one that is larger by itself is read again, so that images add up to no more than the largest and this.
 */
const MOST_BYTES = 96 * MIB;
/** Of one entry with its path, apart from what is known of its content. */
const ENTRY_BYTES = 600;

export class KnownListings {
  readonly #listings = new Map<Digest, { readonly listing: LayerListing; readonly bytes: number }>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes: number = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** What was read before, else what `read` gives. It counts for the budget of each image that has it. @throws {Failure} */
  async orRead(
    { descriptor, diffId }: LayerToList,
    budget: ReadBudget,
    read: () => Promise<LayerListing>,
  ): Promise<LayerListing> {
    const known = this.#listings.get(descriptor.digest)?.listing;
    if (known?.diffId === diffId && known.size === descriptor.size) {
      budget.spend(known.uncompressedSize, `layer ${descriptor.digest}`);
      return known;
    }
    const listing = await read();
    this.#keep(listing);
    return listing;
  }

  #keep(listing: LayerListing): void {
    if (this.#listings.has(listing.digest)) return;
    const bytes = bytesOf(listing, this.#mostBytes);
    if (bytes > this.#mostBytes) return;
    this.#listings.set(listing.digest, { listing, bytes });
    this.#bytes += bytes;
    for (const [digest, oldest] of this.#listings) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#listings.delete(digest);
      this.#bytes -= oldest.bytes;
    }
  }
}

/** No further than to the limit: what a hostile layer has beyond it need not be weighed. */
function bytesOf({ entries }: LayerListing, limit: number): number {
  let bytes = entries.size * ENTRY_BYTES;
  for (const entry of new Set(entries.values())) {
    if (bytes > limit) break;
    bytes += weightOf(entry);
  }
  return bytes;
}
