import { listLayer } from '../../src/layers/list-layer.ts';
import type { LayerListing } from '../../src/rootfs/layer-listing.ts';
import { RootFs } from '../../src/rootfs/rootfs.ts';
import { inPieces, layerOf, type TarItem } from './layer-builder.ts';

/** The listing of a layer made of these entries, by the real walk. */
export function listed(items: readonly (TarItem | Buffer)[]): Promise<LayerListing> {
  const layer = layerOf(items, 'none');
  return listLayer(layer, inPieces(layer.bytes));
}

/** The root file system of an image made of these layers, the lowest first. */
export async function rootFsOf(...layers: readonly (readonly TarItem[])[]): Promise<RootFs> {
  return RootFs.of((await Promise.all(layers.map(listed))).reverse());
}
