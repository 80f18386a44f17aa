/** Reads every layer once a run, however many platforms have it, and a few at a time. */
import { Failure } from '../base/failure.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import { isForeignLayer } from '../oci/media-type.ts';
import type { LayerListing } from '../rootfs/layer-listing.ts';
import type { Layer, ReadLayer } from './inspect-platform.ts';

/** Two to four streams keep the network and two processors busy; more only cost memory. */
const AT_ONCE = 4;

export class LayerReader {
  readonly #list: (layer: Layer) => Promise<LayerListing>;
  readonly #listings = new Map<Digest, Promise<LayerListing>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(list: (layer: Layer) => Promise<LayerListing>) {
    this.#list = list;
  }

  get layersRead(): number {
    return this.#listings.size;
  }

  readonly read: ReadLayer = (layer) => {
    // Two images may claim different diffIDs for one layer; then at most one of them is right.
    const key = layer.descriptor.digest;
    const known = this.#listings.get(key);
    if (known !== undefined) return known.then((listing) => sameDiffId(listing, layer));
    const listing = this.#inTurn(layer);
    this.#listings.set(key, listing);
    return listing;
  };

  async #inTurn(layer: Layer): Promise<LayerListing> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await this.#list(layer);
    } catch (error) {
      throw foreignLayer(layer, error) ?? error;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

function sameDiffId(listing: LayerListing, { descriptor, diffId }: Layer): LayerListing {
  if (listing.diffId === diffId) return listing;
  throw new Failure(
    'E_DIGEST',
    `the layer ${shortDigest(descriptor.digest)} unpacks to ${shortDigest(listing.diffId)}, the config says ${shortDigest(diffId)}`,
    'build and push the image again: runtimes refuse it',
  );
}

function foreignLayer({ descriptor }: Layer, error: unknown): Failure | null {
  const absent = error instanceof Failure && error.code === 'E_NOT_FOUND';
  if (!absent || !isForeignLayer(descriptor.mediaType)) return null;
  return new Failure(
    'E_FOREIGN_LAYER',
    `the layer ${shortDigest(descriptor.digest)} is not in the registry but at an address of its own, which is never fetched`,
    'push the image with its layers (docker buildx does), or check it where the layer lies',
    { cause: error },
  );
}
