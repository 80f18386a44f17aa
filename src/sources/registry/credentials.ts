/**
 * Which log-in belongs to a repository: the choice that docker and skopeo make. In each place a helper named for
 * the host goes first, then the credential store, then the entries of the file, of which the most precise one
 * counts (`host/team/app`, `host/team`, `host`). Docker Hub's names are one.
 */
import { Failure } from '../../base/failure.ts';
import type { SourceHost } from '../source-host.ts';
import type { Target } from './target.ts';
import { readDockerConfigs } from './config-places.ts';
import { askCredentialHelper } from './credential-helper.ts';
import type { AuthEntry, DockerConfig } from './docker-config.ts';
import { hostOf } from './endpoint.ts';

export interface LogIn extends AuthEntry {
  /** Where it was found, for messages. */
  readonly place: string;
}

const HUB_KEY = 'https://index.docker.io/v1/';
const HUB_HOSTS = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/** null: nothing is known, ask without a log-in. `looked` gets every place that was asked. */
export async function findLogIn(
  target: Target,
  host: SourceHost,
  looked: (place: string) => void,
  signal: AbortSignal,
): Promise<LogIn | null> {
  for (const config of await readDockerConfigs(target, host)) {
    looked(config.place);
    const found = await logInOf(config, target, host, signal);
    if (!found) continue;
    for (const secret of secretsOf(found)) host.registerSecret(secret);
    return found;
  }
  return null;
}

async function logInOf(
  config: DockerConfig,
  target: Target,
  host: SourceHost,
  signal: AbortSignal,
): Promise<LogIn | null> {
  const server = HUB_HOSTS.has(target.registry) ? HUB_KEY : target.registry;
  const ask = async (helper: string): Promise<LogIn | null> => {
    const entry = await askCredentialHelper(helper, server, host, signal);
    return entry && { ...entry, place: `docker-credential-${helper} (${config.place})` };
  };
  const helper = [...config.credHelpers].find(([key]) => sameRegistry(key, target.registry))?.[1];
  if (helper !== undefined) return ask(helper);
  const entry = fileEntry(config, target);
  if (config.credsStore === '') return entry;
  try {
    return (await ask(config.credsStore)) ?? entry;
  } catch (failure) {
    if (entry && failure instanceof Failure && failure.code === 'E_CREDENTIALS') return entry;
    throw failure;
  }
}

function fileEntry(config: DockerConfig, target: Target): LogIn | null {
  for (const key of keysFor(target)) {
    const written =
      config.authKeys.find((one) => one === key) ?? config.authKeys.find((one) => sameKey(one, key));
    const entry = written === undefined ? null : config.authEntry(written);
    if (entry) return { ...entry, place: config.place };
  }
  return null;
}

/** `host/team/app`, `host/team`, `host`. */
function keysFor({ registry, repository }: Target): string[] {
  const parts = repository.split('/');
  return [
    ...parts.map((_, index) => `${registry}/${parts.slice(0, parts.length - index).join('/')}`),
    registry,
  ];
}

/** A key for a repository must be exactly that. */
function sameKey(written: string, key: string): boolean {
  return !key.includes('/') && sameRegistry(written, key);
}

/** A key may be written as a URL, and then its path says nothing; exactly this host and port are meant. */
function sameRegistry(written: string, registry: string): boolean {
  const isUrl = /^https?:\/\//i.test(written);
  const bare = written.replace(/^https?:\/\//i, '').replace(isUrl ? /\/.*$/ : /\/(?:v[12]\/?)?$/, '');
  const host = hostOf(bare);
  if (bare.includes('/') || host === '') return false;
  return host === hostOf(registry) || (HUB_HOSTS.has(host) && HUB_HOSTS.has(registry));
}

function secretsOf({ username, password, identityToken, registryToken }: AuthEntry): string[] {
  const pair = password === '' ? '' : Buffer.from(`${username}:${password}`).toString('base64');
  return [password, pair, identityToken, registryToken].filter((secret) => secret !== '');
}
