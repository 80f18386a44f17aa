import type { SourceHost } from '../source-host.ts';
import { Authorization } from './authorization.ts';
import type { Target } from './target.ts';
import { openConnections, type Connections } from './connections.ts';
import { mayBePlain, urlOfRegistry } from './endpoint.ts';
import { speaksTls } from './loopback.ts';
import { Retries } from './retry.ts';
import { Turns } from './turns.ts';

/** What the images of one run share. */
export interface Network {
  readonly connections: Connections;
  readonly retries: Retries;
  /** At most so many downloads at once from one host. */
  readonly turns: Turns;
  authorizationFor(target: Target): Authorization;
  /** `https://ghcr.io/`; plain HTTP for loopback where no TLS is spoken, and for hosts the user named. */
  urlOf(registry: string): Promise<URL>;
}

const STREAMS_PER_HOST = 4;
const networks = new WeakMap<SourceHost, Network>();

/** One network for one host object, so that tags of one repository need one token and one connection. */
export function networkOf(host: SourceHost): Network {
  const known = networks.get(host) ?? openNetwork(host);
  networks.set(host, known);
  return known;
}

function openNetwork(host: SourceHost): Network {
  const authorizations = new Map<string, Authorization>();
  const urls = new Map<string, Promise<URL>>();
  return {
    async urlOf(registry) {
      const known = urls.get(registry) ?? settleUrl(registry, host);
      urls.set(registry, known);
      return known;
    },
    connections: openConnections(host),
    retries: new Retries(host),
    turns: new Turns(STREAMS_PER_HOST),
    authorizationFor(target) {
      const key = `${target.registry}/${target.repository}`;
      const known = authorizations.get(key) ?? new Authorization(target, host);
      authorizations.set(key, known);
      return known;
    },
  };
}

async function settleUrl(registry: string, { insecureRegistries, dial }: SourceHost): Promise<URL> {
  const url = urlOfRegistry(registry, insecureRegistries);
  const isNamed = mayBePlain(url, insecureRegistries, 'named only');
  if (url.protocol === 'https:' || isNamed || dial || !(await speaksTls(url))) return url;
  return new URL(`https://${url.host}/`);
}
