/** What the runtime's reading of USER comes to, which no report says: it decides which files may be run. */
import { RootFs } from '../../src/rootfs/rootfs.ts';
import { type Credentials, userOf } from '../../src/start/users/users.ts';
import type { KernelCase } from './kernel-case.ts';
import { listingsOf } from './layer-listings.ts';

/** null: the runtime refuses it. */
export async function credentialsOf({ layers, config }: KernelCase): Promise<Credentials | null> {
  const listings = await listingsOf(layers);
  const answer = userOf(RootFs.of(listings.toReversed()), config?.user ?? '');
  return answer.kind === 'known' ? answer.credentials : null;
}
