import { BlockList, isIP } from 'node:net';
import { bareHost, portOf } from './endpoint.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for a URL, as curl and Go read it; null: connect directly. Only HTTPS
 * goes through a proxy, as a tunnel: what is sent to the registry stays between us and the registry. Plain HTTP
 * is spoken to loopback and to hosts the user named, and log-ins for these must not pass a proxy in the clear.
 */
export function proxyFor(url: URL, env: Environment): string | null {
  const proxy = env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '';
  if (url.protocol !== 'https:' || proxy === '') return null;
  const exceptions = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').split(/[\s,]+/).filter((part) => part !== '');
  if (isLoopback(url) || exceptions.some((exception) => fits(url, exception.toLowerCase()))) return null;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isLoopback(url: URL): boolean {
  const name = bareHost(url);
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/** `*`, `host`, `.domain`, `*.domain`, `host:port`, an address or a range `10.0.0.0/8`. */
function fits(url: URL, exception: string): boolean {
  if (exception === '*') return true;
  const name = bareHost(url);
  const range = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(exception);
  if (range) return isIP(name) > 0 && inRange(name, range[1] ?? '', Number(range[2]));
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(exception) ?? [];
  if (isIP(exception) > 0) return name === exception;
  if (port !== undefined && Number(port) !== portOf(url)) return false;
  const domain = host.replace(/^\*?\./, '');
  return domain !== '' && (name === domain || name.endsWith(`.${domain}`));
}

function inRange(address: string, network: string, bits: number): boolean {
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(network) === 0 || isIP(network) !== isIP(address) || bits > (family === 'ipv6' ? 128 : 32))
    return false;
  const block = new BlockList();
  block.addSubnet(network, bits, family);
  return block.check(address, family);
}
