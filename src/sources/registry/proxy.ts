import { BlockList, isIP } from 'node:net';
import { Failure } from '../../base/failure.ts';
import { bareHost, portOf } from './endpoint.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for a URL, as curl and Go read it; null: connect directly. HTTPS goes through
 * it as a tunnel: what is sent to the registry stays between us and the registry. Plain HTTP it can read, so no log-in
 * is sent that way. @throws {Failure} E_CONFIG for what is no address of a proxy
 */
export function proxyFor(url: URL, env: Environment): string | null {
  const [lower, upper] =
    url.protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
  const proxy = (env[lower] || env[upper] || '').trim();
  if (proxy === '') return null;
  const exceptions = (env['no_proxy'] || env['NO_PROXY'] || '').split(/[\s,]+/).filter((part) => part !== '');
  if (isLoopback(url) || exceptions.some((exception) => fits(url, exception.toLowerCase()))) return null;
  const named = URL.parse(proxy.includes('://') ? proxy : `http://${proxy}`);
  if (named && /^https?:$/.test(named.protocol) && named.hostname !== '') return named.href;
  throw new Failure(
    'E_CONFIG',
    `${env[lower] ? lower : upper} is not the address of an HTTP proxy (it is not shown here)`,
    'write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT; SOCKS is not spoken',
  );
}

/** What of a proxy's address must stand in no log: the password, and what is sent to the proxy in its place. */
export function secretsOfProxy(proxy: string): readonly string[] {
  const { username, password } = new URL(proxy);
  if (password === '') return [];
  const pair = [username, password].map(unescaped);
  return [password, pair[1] ?? '', Buffer.from(pair.join(':')).toString('base64')];
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
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
