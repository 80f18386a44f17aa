import { Failure } from '../../base/failure.ts';
import { kindOfAddress } from './address-kind.ts';
import { bareHost, mayBePlain, portOf } from './endpoint.ts';

/** The registry as the user named it, and the address that answered for it ('' when that is not known). */
export interface Registry {
  readonly name: string;
  readonly url: URL;
  readonly address: string;
}

export type RefuseAddress = (address: string) => Failure | null;

/** The user named this host: whatever its address is, it is meant. */
export const anyAddress: RefuseAddress = () => null;

/**
 * May a server send us to this URL? The registry's own host always; a public address always; a private one when
 * the registry is private itself; loopback when it is loopback; metadata services and the like never.
 */
export function addressPolicy(
  url: URL,
  registry: Registry,
  insecureRegistries: readonly string[],
  code: 'E_REALM' | 'E_REDIRECT',
): RefuseAddress {
  const refuse = (why: string): Failure =>
    new Failure(
      code,
      `${registry.name} sends us to ${url.host}, ${why}`,
      code === 'E_REALM'
        ? 'check the registry: the address of its token service is not one to send a log-in to'
        : 'check the registry: a redirect must not lead there',
    );
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && mayBePlain(url, insecureRegistries))) {
    const plain = url.protocol === 'http:';
    throw refuse(
      plain ? 'which is plain HTTP (insecure-registries may allow it)' : `with ${url.protocol.slice(0, 20)}`,
    );
  }
  if (bareHost(url) === bareHost(registry.url) && portOf(url) === portOf(registry.url)) return anyAddress;
  const own = registry.address === '' ? 'public' : kindOfAddress(registry.address);
  return (address) => {
    const kind = kindOfAddress(address);
    const allowed =
      kind === 'public' ||
      (kind === 'private' ? own !== 'public' : kind === 'loopback' && own === 'loopback');
    return allowed
      ? null
      : refuse(`at the ${kind === 'forbidden' ? 'link-local or reserved' : kind} address ${address}`);
  };
}
