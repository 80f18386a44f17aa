/** What is read of a case's layers, the lowest first. */
import { listLayer } from '../../src/layers/list-layer.ts';
import type { LayerListing } from '../../src/rootfs/layer-listing.ts';
import { inPieces, layerOf } from '../support/layer-builder.ts';
import type { KernelCase } from './kernel-case.ts';
import { type LargeFile, partLargeFiles } from './large-files.ts';

export function listingsOf(all: KernelCase['layers']): Promise<readonly LayerListing[]> {
  const { large, layers } = partLargeFiles(all);
  return Promise.all([...large.map(keptListingOf), ...layers.map(listingOf)]);
}

const kept = new Map<string, Promise<LayerListing>>();

/** Once for each file. */
function keptListingOf({ key, item }: LargeFile): Promise<LayerListing> {
  const listing = kept.get(key) ?? listingOf([item]);
  kept.set(key, listing);
  return listing;
}

async function listingOf(items: KernelCase['layers'][number]): Promise<LayerListing> {
  const layer = layerOf(items, 'none');
  return listLayer(layer, inPieces(layer.bytes));
}
