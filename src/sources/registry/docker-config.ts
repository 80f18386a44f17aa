/**
 * One config.json of docker, as far as it says how to log in (docker/cli, cli/config/configfile): `auths`,
 * `credsStore`, `credHelpers`. Its secrets never stand in a message, and only the entry that is used is read.
 */
import { Failure } from '../../base/failure.ts';
import { Fields } from '../../oci/fields.ts';

export interface DockerConfig {
  /** Where it came from, for messages: a path or the name of a variable. */
  readonly place: string;
  /** The keys of `auths`, as written. */
  readonly authKeys: readonly string[];
  /** null: nothing that one could log in with stands there. @throws {Failure} E_CONFIG naming place and key */
  authEntry(key: string): AuthEntry | null;
  readonly credsStore: string;
  readonly credHelpers: ReadonlyMap<string, string>;
}

export interface AuthEntry {
  readonly username: string;
  readonly password: string;
  /** A refresh token, for the token service alone. */
  readonly identityToken: string;
  /** A bearer token for the registry itself. */
  readonly registryToken: string;
}

/** @throws {Failure} E_CONFIG */
export function parseDockerConfig(bytes: Uint8Array, place: string): DockerConfig {
  return inConfig(() => {
    // An empty file and `null` are an empty configuration for docker.
    const isEmpty = /^\s*(?:null)?\s*$/.test(Buffer.from(bytes.subarray(0, 100)).toString('utf8'));
    const fields = Fields.parse(isEmpty ? Buffer.from('{}') : bytes, place);
    const auths = fields.object('auths');
    return {
      place,
      authKeys: auths?.names() ?? [],
      authEntry: (key) => inConfig(() => readAuthEntry(auths?.object(key), key, place)),
      credsStore: fields.text('credsStore') ?? '',
      credHelpers: new Map(Object.entries(fields.textMap('credHelpers'))),
    };
  });
}

function inConfig<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.code === 'E_CONFIG') throw cause;
    throw new Failure('E_CONFIG', cause.message, 'repair it: docker login writes it anew');
  }
}

function readAuthEntry(fields: Fields | undefined, key: string, place: string): AuthEntry | null {
  const auth = fields?.text('auth') ?? '';
  const pair = auth === '' ? null : decodePair(auth);
  if (auth !== '' && !pair) {
    throw new Failure(
      'E_CONFIG',
      `${place}: auths: ${JSON.stringify(key.slice(0, 200))}: auth is not base64 of user:password (it is not shown here)`,
      'log in again with docker login',
    );
  }
  return entryOrNull({
    username: pair?.username ?? fields?.text('username') ?? '',
    password: pair?.password ?? fields?.text('password') ?? '',
    identityToken: fields?.text('identitytoken') ?? '',
    registryToken: fields?.text('registrytoken') ?? '',
  });
}

/** Without any secret it is no log-in: docker leaves such entries behind where a credential store holds the secret. */
export function entryOrNull(entry: AuthEntry): AuthEntry | null {
  const { password, identityToken, registryToken } = entry;
  return password === '' && identityToken === '' && registryToken === '' ? null : entry;
}

function decodePair(written: string): { readonly username: string; readonly password: string } | null {
  // Line breaks, which `base64` puts into long ones, docker passes over.
  const base64 = written.replace(/[\r\n]/g, '');
  const pair = /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64').toString('utf8') : '';
  const colon = pair.indexOf(':');
  if (colon <= 0) return null;
  return { username: pair.slice(0, colon), password: pair.slice(colon + 1).replace(/\0+$/, '') };
}
