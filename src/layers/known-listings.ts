/** Layers that images of one run share, such as a base under every target of a bake file: read once a run. */
import type { Digest } from '../oci/digest.ts';
import type { LayerListing } from '../rootfs/layer-listing.ts';
import type { ReadBudget } from './expansion.ts';
import type { LayerToList } from './list-layer.ts';

/** About 300 MB; the listings that were read first are forgotten first. */
const MOST_ENTRIES = 500_000;

export class KnownListings {
  readonly #listings = new Map<Digest, LayerListing>();
  readonly #mostEntries: number;
  #entries = 0;

  constructor(mostEntries: number = MOST_ENTRIES) {
    this.#mostEntries = mostEntries;
  }

  /** What was read before, else what `read` gives. It counts for the budget of each image that has it. @throws {Failure} */
  async orRead(
    { descriptor, diffId }: LayerToList,
    budget: ReadBudget,
    read: () => Promise<LayerListing>,
  ): Promise<LayerListing> {
    const known = this.#listings.get(descriptor.digest);
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
    this.#listings.set(listing.digest, listing);
    this.#entries += listing.entries.size;
    for (const [digest, { entries }] of this.#listings) {
      if (this.#entries <= this.#mostEntries) return;
      this.#listings.delete(digest);
      this.#entries -= entries.size;
    }
  }
}
