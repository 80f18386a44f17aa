/** What the runtime's reading of USER comes to, which no report says: it decides which files may be run. */
import { listLayer } from '../../src/layers/list-layer.ts';
import { RootFs } from '../../src/rootfs/rootfs.ts';
import { type Credentials, userOf } from '../../src/start/users/users.ts';
import { inPieces, layerOf, type TarItem } from '../support/layer-builder.ts';
import type { KernelCase } from './kernel-case.ts';

/** No list of users is that long; programs are. */
const LONGEST_LIST = 250_000;

/** null: the runtime refuses it. */
export async function credentialsOf({ layers, config }: KernelCase): Promise<Credentials | null> {
  const listings = await Promise.all(layers.toReversed().map(listingOf));
  const answer = userOf(RootFs.of(listings), config?.user ?? '');
  return answer.kind === 'known' ? answer.credentials : null;
}

async function listingOf(items: readonly TarItem[]) {
  const layer = layerOf(
    items.filter(({ data = '' }) => data.length < LONGEST_LIST),
    'none',
  );
  return listLayer(layer, inPieces(layer.bytes));
}
