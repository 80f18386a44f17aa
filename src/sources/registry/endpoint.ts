import { isIP } from 'node:net';
import { kindOfAddress } from './address-kind.ts';

/** Docker Hub answers elsewhere than it is called. */
const DIALLED_AS: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/** `https://ghcr.io/`; plain HTTP only for loopback and for hosts the user named. */
export function urlOfRegistry(registry: string, insecureRegistries: readonly string[]): URL {
  const host = dialledHost(registry);
  const secure = new URL(`https://${host}/`);
  return mayBePlain(secure, insecureRegistries) ? new URL(`http://${host}/`) : secure;
}

export function dialledHost(registry: string): string {
  return DIALLED_AS[registry] ?? registry;
}

/** Whether a host may be spoken to without TLS: loopback, unless only what the user named is asked for, and that. */
export function mayBePlain(
  url: URL,
  insecureRegistries: readonly string[],
  which: 'loopback too' | 'named only' = 'loopback too',
): boolean {
  const name = bareHost(url);
  const isLoopback = name === 'localhost' || (isIP(name) > 0 && kindOfAddress(name) === 'loopback');
  if (isLoopback && which === 'loopback too') return true;
  return insecureRegistries.some((host) => {
    const allowed = hostOf(host);
    return allowed === url.host.toLowerCase() || allowed === url.hostname.toLowerCase();
  });
}

/** Scheme, host and port: what credentials belong to. */
export function sameOrigin(one: URL, other: URL): boolean {
  return (
    one.protocol === other.protocol && bareHost(one) === bareHost(other) && portOf(one) === portOf(other)
  );
}

export function portOf(url: URL): number {
  return Number(url.port || (url.protocol === 'https:' ? 443 : 80));
}

/** Lower case, without the brackets of IPv6 and without the dot that ends a full name. */
export function bareHost(url: URL): string {
  return url.hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

/** For comparing what people wrote: `HTTPS://Reg.Example:443/v1/` -> `reg.example`. '' when it is no host. */
export function hostOf(written: string): string {
  try {
    return new URL(`https://${written.trim().replace(/^https?:\/\//i, '')}`).host.replace(/\.(?=:|$)/, '');
  } catch {
    return '';
  }
}
