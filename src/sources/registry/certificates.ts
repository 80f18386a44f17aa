/**
 * What is trusted, and shown, when a registry is spoken to over TLS: beside Node's authorities those of SSL_CERT_FILE,
 * and what docker and skopeo read in `certs.d/HOST:PORT` (docker, registry.ReadCertsDirectory): `*.crt` are more
 * authorities, a pair of `*.cert` and `*.key` is shown to a server that asks who we are.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { Failure } from '../../base/failure.ts';
import { errorCode } from '../error-code.ts';
import { fileFailure } from '../regular-file.ts';
import type { SourceHost } from '../source-host.ts';

export interface Certificates {
  /** undefined: Node's own, nothing is special about this registry. @throws {Failure} E_CONFIG, E_FILE */
  contextFor(registry: string, show: 'identity' | 'nothing'): SecureContext | undefined;
  /** From now on the machine's own authorities count too. */
  trustMachine(): void;
}

interface Folder {
  readonly authorities: readonly string[];
  readonly pair: { readonly cert: string; readonly key: string } | null;
}

export function openCertificates(host: SourceHost): Certificates {
  const contexts = new Map<string, SecureContext | undefined>();
  let trustsMachine = false;

  function make(registry: string, show: 'identity' | 'nothing'): SecureContext | undefined {
    const { authorities, pair } = readFolders(registry, host);
    const shown = show === 'identity' ? pair : null;
    const file = host.env['SSL_CERT_FILE'] ?? '';
    const more = [
      ...authorities,
      ...(file === '' ? [] : [readFile(file)]),
      ...(trustsMachine ? getCACertificates('system') : []),
    ];
    if (more.length === 0 && shown === null) return undefined;
    return secureContext([...getCACertificates('default'), ...more], shown, registry);
  }

  return {
    contextFor(registry, show) {
      const key = `${show} ${registry}`;
      if (!contexts.has(key)) contexts.set(key, make(registry, show));
      return contexts.get(key);
    },
    trustMachine() {
      contexts.clear();
      trustsMachine = true;
    },
  };
}

/** Docker's folders and those of podman and skopeo; of a name that is in several, the user's own counts. */
function readFolders(registry: string, { env, home, certificateFolders }: SourceHost): Folder {
  const own = env['XDG_CONFIG_HOME'] || join(home, '.config');
  const folders = certificateFolders ?? [
    join(own, 'containers/certs.d'),
    join(own, 'docker/certs.d'),
    '/etc/containers/certs.d',
    '/etc/docker/certs.d',
  ];
  const read = folders.map((folder) => readFolder(join(folder, registry)));
  return {
    authorities: read.flatMap(({ authorities }) => authorities),
    pair: read.find(({ pair }) => pair !== null)?.pair ?? null,
  };
}

function readFolder(folder: string): Folder {
  const names = namesIn(folder);
  const authorities = names
    .filter((name) => name.endsWith('.crt'))
    .map((name) => readFile(join(folder, name)));
  const [certs, keys] = ['.cert', '.key'].map((end) => names.filter((name) => name.endsWith(end)));
  const [cert] = certs ?? [];
  const alone = [
    ...(certs ?? []).filter((name) => !names.includes(name.replace(/cert$/, 'key'))),
    ...(keys ?? []).filter((name) => !names.includes(name.replace(/key$/, 'cert'))),
  ][0];
  if (alone !== undefined) {
    throw new Failure(
      'E_CONFIG',
      `${join(folder, alone)} is one half of a pair: a client has NAME.cert and NAME.key`,
      'put both there; the certificate of an authority is named NAME.crt',
    );
  }
  const read = (name: string): string => readFile(join(folder, name));
  return {
    authorities,
    pair: cert === undefined ? null : { cert: read(cert), key: read(cert.replace(/cert$/, 'key')) },
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(cause))) return [];
    throw fileFailure(folder, cause);
  }
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw fileFailure(file, cause);
  }
}

function secureContext(ca: string[], pair: Folder['pair'], registry: string): SecureContext {
  try {
    return createSecureContext({ ca, ...pair });
  } catch (cause) {
    throw new Failure(
      'E_CONFIG',
      `the certificates for ${registry} cannot be used: ${errorCode(cause)}`,
      'they are PEM files, in the folder certs.d or named by SSL_CERT_FILE; a key must not want a password',
      { cause },
    );
  }
}
