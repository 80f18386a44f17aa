import { Agent as PlainAgent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { Dial, SourceHost } from '../source-host.ts';
import type { Registry } from './address-policy.ts';
import { openCertificates } from './certificates.ts';
import { bareHost, portOf, sameOrigin } from './endpoint.ts';
import { proxyFor, secretsOfProxy } from './proxy.ts';

type Protocol = 'http:' | 'https:';

/** The sockets of one run: kept open between requests, through the proxy where the environment names one. */
export interface Connections {
  readonly dial: Dial | undefined;
  /** The proxy on the way to this URL; null: none. @throws {Failure} E_CONFIG */
  proxyFor(url: URL): string | null;
  /** For a request to `url` on behalf of `registry`. @throws {Failure} E_CONFIG, E_FILE for certificates */
  agentFor(url: URL, protocol: Protocol, registry: Registry): PlainAgent;
  /** Where the socket goes: the URL's host, unless a test routes it elsewhere. */
  target(
    url: URL,
    address: string,
  ): { readonly host: string; readonly port: number; readonly protocol: Protocol };
  /** False when the environment says that certificates are not to be checked. */
  readonly checksCertificates: boolean;
  /** Whether the machine's own authorities are trusted beside Node's: from the first server on that needs it. */
  readonly trustsMachine: boolean;
  trustMachine(): void;
}

export function openConnections(host: SourceHost): Connections {
  const agents = new Map<string, PlainAgent>();
  const certificates = openCertificates(host);
  const checksCertificates = host.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0';
  let [warned, trustsMachine] = [checksCertificates, false];

  function kept(key: string, make: () => PlainAgent): PlainAgent {
    const agent = agents.get(key) ?? make();
    agents.set(key, agent);
    return agent;
  }

  function warnOnce(url: URL): void {
    if (warned) return;
    warned = true;
    host.warn(
      `NODE_TLS_REJECT_UNAUTHORIZED is 0: nobody checks that it is ${url.host} that answers, gets the log-in and says what a tag is; name its authority in NODE_EXTRA_CA_CERTS instead`,
    );
  }

  return {
    dial: host.dial,
    checksCertificates,
    proxyFor: (url) => proxyFor(url, host.env),
    agentFor(url, protocol, registry) {
      const proxy = proxyFor(url, host.env);
      if (proxy !== null) for (const secret of secretsOfProxy(proxy)) host.registerSecret(secret);
      if (protocol === 'http:') {
        const through = proxy === null ? {} : { proxyEnv: { HTTP_PROXY: proxy } };
        return kept(`http ${proxy}`, () => new PlainAgent({ keepAlive: true, ...through }));
      }
      warnOnce(url);
      // The token service and the stores of a registry are often signed by its own authority; who we are is for it alone.
      const show = sameOrigin(url, registry.url) ? 'identity' : 'nothing';
      const secureContext = certificates.contextFor(registry.name, show);
      const key = secureContext === undefined ? '' : `${registry.name} ${show} ${trustsMachine}`;
      const through = proxy === null ? {} : { proxyEnv: { HTTPS_PROXY: proxy } };
      const trust = secureContext === undefined ? {} : { secureContext };
      return kept(`https ${proxy} ${key}`, () => new SecureAgent({ keepAlive: true, ...through, ...trust }));
    },
    target(url, address) {
      const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
      const routed = host.dial?.route({ address, port: portOf(url), protocol });
      if (!routed) return { host: bareHost(url), port: portOf(url), protocol };
      return { host: routed.address, port: routed.port, protocol: routed.protocol };
    },
    get trustsMachine() {
      return trustsMachine;
    },
    trustMachine() {
      trustsMachine = true;
      certificates.trustMachine();
    },
  };
}
