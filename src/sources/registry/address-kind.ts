import { BlockList, isIP } from 'node:net';

/** What an IP address is to someone who may be tricked into talking to it (RFC 6890 and what clouds do with it). */
export type AddressKind = 'public' | 'private' | 'loopback' | 'forbidden';

const LOOPBACK = ranges(['127.0.0.0/8', '::1/128']);
const PRIVATE = ranges(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']);
/** Cloud metadata services, link-local, unspecified, multicast and reserved: never a registry's business. */
const FORBIDDEN = ranges([
  '169.254.0.0/16',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '192.0.0.0/24',
  '198.18.0.0/15',
  '0.0.0.0/8',
  '224.0.0.0/3',
  'fe80::/10',
  'fd00:ec2::254/128',
  'ff00::/8',
  '::/128',
  '64:ff9b::/96',
]);

/** `address` is an IP address as text, IPv6 with or without brackets. */
export function kindOfAddress(address: string): AddressKind {
  const bare = unmap(address.replace(/^\[|\]$/g, '').replace(/%.*$/, ''));
  const family = isIP(bare) === 6 ? 'ipv6' : 'ipv4';
  if (FORBIDDEN.check(bare, family)) return 'forbidden';
  if (LOOPBACK.check(bare, family)) return 'loopback';
  return PRIVATE.check(bare, family) ? 'private' : 'public';
}

/** An IPv4 address inside an IPv6 one, which the kernel dials as IPv4: `::ffff:127.0.0.1`. */
function unmap(address: string): string {
  const mapped = /^(?:0*:)*:?ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i.exec(address);
  if (!mapped) return address;
  const [, dotted, high = '0', low = '0'] = mapped;
  if (dotted !== undefined) return dotted;
  const value = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

function ranges(list: readonly string[]): BlockList {
  const block = new BlockList();
  for (const range of list) {
    const [network = '', bits = ''] = range.split('/');
    block.addSubnet(network, Number(bits), network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return block;
}
