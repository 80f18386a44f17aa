import { readFileSync } from 'node:fs';
import { Agent as PlainAgent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { getCACertificates } from 'node:tls';
import { fileFailure } from '../regular-file.ts';
import type { Dial, SourceHost } from '../source-host.ts';
import { bareHost, portOf } from './endpoint.ts';
import { proxyFor } from './proxy.ts';

type Protocol = 'http:' | 'https:';

/** The sockets of one run: kept open between requests, through the proxy where the environment names one. */
export interface Connections {
  readonly dial: Dial | undefined;
  isProxied(url: URL): boolean;
  agentFor(url: URL, protocol: Protocol): PlainAgent;
  /** Where the socket goes: the URL's host, unless a test routes it elsewhere. */
  target(
    url: URL,
    address: string,
  ): { readonly host: string; readonly port: number; readonly protocol: Protocol };
  /** Certificates to trust beside the usual ones. */
  trust(url: URL): { readonly ca?: string[] };
}

export function openConnections(host: SourceHost): Connections {
  const plain = new PlainAgent({ keepAlive: true });
  const secure = new SecureAgent({ keepAlive: true });
  const tunnels = new Map<string, SecureAgent>();
  let authorities: string[] | undefined;

  function tunnel(proxy: string): SecureAgent {
    const known =
      tunnels.get(proxy) ?? new SecureAgent({ keepAlive: true, proxyEnv: { HTTPS_PROXY: proxy } });
    tunnels.set(proxy, known);
    return known;
  }

  return {
    dial: host.dial,
    isProxied: (url) => proxyFor(url, host.env) !== null,
    agentFor(url, protocol) {
      const proxy = proxyFor(url, host.env);
      if (proxy !== null) return tunnel(proxy);
      return protocol === 'https:' ? secure : plain;
    },
    target(url, address) {
      const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
      const routed = host.dial?.route({ address, port: portOf(url), protocol });
      if (!routed) return { host: bareHost(url), port: portOf(url), protocol };
      return { host: routed.address, port: routed.port, protocol: routed.protocol };
    },
    trust(url) {
      const file = host.env['SSL_CERT_FILE'];
      if (url.protocol !== 'https:' || file === undefined || file === '') return {};
      authorities ??= [...getCACertificates('default'), readCertificates(file)];
      return { ca: authorities };
    },
  };
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw fileFailure(file, cause);
  }
}
