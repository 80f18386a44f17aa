import type { Dial } from '../../src/sources/source-host.ts';

/** One attempt to connect, after the address policy let it pass. */
export interface Dialled {
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
}

/**
 * A world in which every connection ends at servers of the test: `names` gives addresses to host names, `servers`
 * says which `127.0.0.1:PORT` stands at `address:port` (or at `*`). What was dialled is noted.
 */
export function testNetwork(
  names: Readonly<Record<string, readonly string[]>>,
  servers: Readonly<Record<string, string>>,
): { readonly dial: Dial; readonly dialled: readonly Dialled[] } {
  const dialled: Dialled[] = [];
  return {
    dialled,
    dial: {
      async lookup(hostname) {
        const addresses = names[hostname];
        if (addresses) return addresses;
        throw Object.assign(new Error(`no ${hostname} in this test`), { code: 'ENOTFOUND' });
      },
      route(target) {
        dialled.push(target);
        const [address = '', port] = (
          servers[`${target.address}:${target.port}`] ??
          servers['*'] ??
          ''
        ).split(':');
        return {
          address: port === undefined ? '127.0.0.1' : address,
          port: Number(port ?? 1),
          protocol: 'http:',
        };
      },
    },
  };
}
