/**
 * A layer's listing, kept between runs where there is a place for it. A layer whose listing is known is not read
 * again, but it must still be there: an image that lost a layer cannot start anywhere.
 */
import { shortDigest } from '../oci/digest.ts';
import type { LayerListing } from '../rootfs/layer-listing.ts';
import { weightOf } from '../rootfs/facts-weight.ts';
import { ReadBudget } from './expansion.ts';
import type { Archives } from './file-content.ts';
import { type LayerToList, listLayer } from './list-layer.ts';
import { formatListing, parseListing, type Seal } from './stored-listing.ts';

/** What is kept between runs, by name. Nothing that comes out of it is believed; neither of the two ever rejects. */
export interface ListingStore {
  /** Null when there is nothing of that name, or nothing that can be read. */
  get(name: string): Promise<Buffer | null>;
  put(name: string, bytes: Buffer): Promise<void>;
}

export interface KeptListings {
  readonly store: ListingStore;
  readonly seal: Seal;
  /** In bytes: smaller layers are read faster than they are looked up. */
  readonly smallest: number;
}

/** `open` gives the layer's stored bytes, checked for size and digest. @throws {Failure} as {@link listLayer} does */
export async function readLayer(
  layer: LayerToList,
  open: () => AsyncIterable<Uint8Array>,
  kept: KeptListings | null,
  budget: ReadBudget = new ReadBudget(),
  archives: Archives = 'closed',
): Promise<LayerListing> {
  const { digest, size } = layer.descriptor;
  if (kept === null || size < kept.smallest) return listLayer(layer, open(), budget, archives);
  const { store } = kept;
  // What was listed with closed archives must not stand for what is asked for.
  const seal = { ...kept.seal, version: `${kept.seal.version} ${archives}` };
  const name = digest.replace(':', '-');
  const stored = await store.get(name);
  const known = stored === null ? null : parseListing(stored, layer, seal);
  if (known !== null) {
    await expectPresent(open());
    budget.spend(known.uncompressedSize, `layer ${shortDigest(digest)}`);
    budget.hold(known.entries.size, `layer ${shortDigest(digest)}`);
    for (const entry of new Set(known.entries.values()))
      budget.keep(weightOf(entry), `layer ${shortDigest(digest)}`);
    return known;
  }
  const listing = await listLayer(layer, open(), budget, archives);
  const bytes = formatListing(listing, seal);
  if (bytes !== null) await store.put(name, bytes);
  return listing;
}

/** The first bytes are enough. @throws what the source throws */
async function expectPresent(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = bytes[Symbol.asyncIterator]();
  await iterator.next();
  await iterator.return?.();
}
