/**
 * Which log-in belongs to a repository: the choice that docker and skopeo make. The most precise key wins
 * (`host/team/app`, `host/team`, `host`); a helper named for the host goes before the file's own entries,
 * the store for everything else after them. Docker Hub's names are one.
 */
import type { SourceHost } from '../source-host.ts';
import { askCredentialHelper } from './credential-helper.ts';
import { readDockerConfigs, type AuthEntry, type DockerConfig } from './docker-config.ts';
import { hostOf } from './endpoint.ts';

export interface LogIn extends AuthEntry {
  /** Where it was found, for messages. */
  readonly place: string;
}

const HUB_KEY = 'https://index.docker.io/v1/';
const HUB_HOSTS = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/** null: nothing is known, ask without a log-in. `looked` gets every place that was asked. */
export async function findLogIn(
  target: { readonly registry: string; readonly repository: string },
  host: SourceHost,
  looked: (place: string) => void,
  signal: AbortSignal,
): Promise<LogIn | null> {
  const configs = await readDockerConfigs(host);
  for (const config of configs) {
    looked(config.place);
    const found = await logInOf(config, target, host, signal);
    if (found) {
      for (const secret of secretsOf(found)) host.registerSecret(secret);
      return found;
    }
  }
  return null;
}

async function logInOf(
  config: DockerConfig,
  target: { readonly registry: string; readonly repository: string },
  host: SourceHost,
  signal: AbortSignal,
): Promise<LogIn | null> {
  const server = HUB_HOSTS.has(target.registry) ? HUB_KEY : target.registry;
  const helper = [...config.credHelpers].find(([key]) => sameRegistry(key, target.registry))?.[1];
  if (helper !== undefined) return ask(helper, server, config, host, signal);
  for (const key of keysFor(target)) {
    const entry = [...config.auths].find(([written]) => sameKey(written, key))?.[1];
    if (entry && !isEmpty(entry)) return { ...entry, place: config.place };
  }
  return config.credsStore === null || config.credsStore === ''
    ? null
    : ask(config.credsStore, server, config, host, signal);
}

async function ask(
  helper: string,
  server: string,
  config: DockerConfig,
  host: SourceHost,
  signal: AbortSignal,
): Promise<LogIn | null> {
  const entry = await askCredentialHelper(helper, server, host, signal);
  return entry && !isEmpty(entry)
    ? { ...entry, place: `docker-credential-${helper} (${config.place})` }
    : null;
}

/** `host/team/app`, `host/team`, `host`. */
function keysFor({
  registry,
  repository,
}: {
  readonly registry: string;
  readonly repository: string;
}): string[] {
  const parts = repository.split('/');
  return [
    ...parts.map((_, index) => `${registry}/${parts.slice(0, parts.length - index).join('/')}`),
    registry,
  ];
}

/** A key with a path must be that path; one without may be written as a URL. */
function sameKey(written: string, key: string): boolean {
  if (written === key) return true;
  return !key.includes('/') && sameRegistry(written, key);
}

function sameRegistry(written: string, registry: string): boolean {
  const bare = written.replace(/^https?:\/\//i, '').replace(/\/(?:v[12]\/?)?$/, '');
  if (bare.includes('/')) return false;
  const host = hostOf(bare);
  return host !== '' && (host === hostOf(registry) || (HUB_HOSTS.has(host) && HUB_HOSTS.has(registry)));
}

function isEmpty(entry: AuthEntry): boolean {
  return secretsOf(entry).length === 0;
}

function secretsOf({ username, password, identityToken, registryToken }: AuthEntry): string[] {
  const pair = password === '' ? '' : Buffer.from(`${username}:${password}`).toString('base64');
  return [password, pair, identityToken, registryToken].filter((secret) => secret !== '');
}
