/**
 * Docker's config.json, as far as it says how to log in (docker/cli, cli/config/configfile): `auths`,
 * `credsStore`, `credHelpers`. Its secrets never stand in a message.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../base/failure.ts';
import { Fields } from '../../oci/fields.ts';
import { fileFailure } from '../regular-file.ts';
import type { SourceHost } from '../source-host.ts';

export interface DockerConfig {
  /** Where it came from, for messages: a path or the name of a variable. */
  readonly place: string;
  readonly auths: ReadonlyMap<string, AuthEntry>;
  readonly credsStore: string | null;
  readonly credHelpers: ReadonlyMap<string, string>;
}

export interface AuthEntry {
  readonly username: string;
  readonly password: string;
  readonly identityToken: string;
  readonly registryToken: string;
}

/** Every place that may hold log-ins, the first one first. @throws {Failure} E_CONFIG naming place and key */
export async function readDockerConfigs(host: SourceHost): Promise<readonly DockerConfig[]> {
  const configs: DockerConfig[] = [];
  const inline = host.env['DOCKER_AUTH_CONFIG'] ?? '';
  if (inline.trim() !== '') configs.push(parseDockerConfig(Buffer.from(inline), 'DOCKER_AUTH_CONFIG'));
  const folder = dockerFolder(host);
  const file = join(folder, 'config.json');
  const bytes = await readIfThere(file);
  if (bytes) configs.push(parseDockerConfig(bytes, file));
  return configs;
}

export function dockerFolder(host: SourceHost): string {
  const folder = host.env['DOCKER_CONFIG'] ?? '';
  return folder === '' ? join(host.home, '.docker') : folder;
}

export async function readIfThere(file: string): Promise<Uint8Array | null> {
  try {
    return await readFile(file);
  } catch (cause) {
    const failure = fileFailure(file, cause);
    if (failure.code === 'E_NOT_FOUND') return null;
    throw failure;
  }
}

export function parseDockerConfig(bytes: Uint8Array, place: string): DockerConfig {
  try {
    const fields = Fields.parse(bytes, place);
    const auths = fields.object('auths');
    const credHelpers = Object.entries(fields.textMap('credHelpers'));
    return {
      place,
      auths: new Map(
        (auths?.names() ?? []).map((key) => [key, readAuthEntry(auths?.object(key), key, place)]),
      ),
      credsStore: fields.text('credsStore') ?? null,
      credHelpers: new Map(credHelpers),
    };
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.code === 'E_CONFIG') throw cause;
    throw new Failure('E_CONFIG', cause.message, 'repair the file: docker login writes it anew');
  }
}

function readAuthEntry(fields: Fields | undefined, key: string, place: string): AuthEntry {
  const auth = fields?.text('auth') ?? '';
  const pair = auth === '' ? null : splitPair(Buffer.from(auth, 'base64').toString('utf8'));
  if (auth !== '' && (!pair || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(auth))) {
    throw new Failure(
      'E_CONFIG',
      `${place}: auths: "${key.slice(0, 200)}": auth is not base64 of user:password (the value is not shown)`,
      'log in again with docker login',
    );
  }
  return {
    username: pair?.username ?? fields?.text('username') ?? '',
    password: pair?.password ?? fields?.text('password') ?? '',
    identityToken: fields?.text('identitytoken') ?? '',
    registryToken: fields?.text('registrytoken') ?? '',
  };
}

function splitPair(pair: string): { readonly username: string; readonly password: string } | null {
  const colon = pair.indexOf(':');
  if (colon <= 0) return null;
  return { username: pair.slice(0, colon), password: pair.slice(colon + 1).replace(/\0+$/, '') };
}
