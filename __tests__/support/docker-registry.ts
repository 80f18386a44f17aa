/**
 * The reference registry (Debian's docker-registry) on loopback, with the three ways of asking for a log-in: none,
 * htpasswd, and a token service (docker's registry token specification), which is a small server of this process.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createSign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const USER = 'alice';
export const PASSWORD = 'correct-horse-battery';

export interface DockerRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Where its blobs and manifests lie, for tests that take some away. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Paths of PEM files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** Clients must show a certificate of this authority. */
  readonly clientAuthority?: string;
}

export async function startDockerRegistry(
  log: 'anonymous' | 'basic' | 'token',
  certificate?: Certificate,
): Promise<DockerRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'docker-registry-'));
  const port = await freePort();
  const tokens = log === 'token' ? await startTokenService(folder) : null;
  const config = join(folder, 'config.json');
  writeFileSync(
    config,
    JSON.stringify(withTls(configOf(log, folder, port, tokens?.realm ?? ''), certificate)),
  );
  const server = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
  await untilItAnswers(`http://127.0.0.1:${port}/v2/`, server);
  return {
    host: `127.0.0.1:${port}`,
    folder: join(folder, 'data/docker/registry/v2'),
    async stop() {
      server.kill();
      tokens?.server.close();
      await new Promise((resolve) => server.once('exit', resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

function withTls(config: { readonly http: object }, certificate: Certificate | undefined): object {
  if (!certificate) return config;
  const { cert, key, clientAuthority } = certificate;
  const clientcas = clientAuthority === undefined ? {} : { clientcas: [clientAuthority] };
  return { ...config, http: { ...config.http, tls: { certificate: cert, key, ...clientcas } } };
}

/** JSON is YAML, which is what the registry reads. */
function configOf(
  log: 'anonymous' | 'basic' | 'token',
  folder: string,
  port: number,
  realm: string,
): { readonly http: object; readonly [name: string]: unknown } {
  if (log === 'basic') {
    const line = execFileSync('htpasswd', ['-nbB', USER, PASSWORD], { encoding: 'utf8' });
    writeFileSync(join(folder, 'htpasswd'), line);
  }
  const auth = {
    anonymous: {},
    basic: { auth: { htpasswd: { realm: 'tests', path: join(folder, 'htpasswd') } } },
    token: {
      auth: { token: { realm, service: 'tests', issuer: 'tests', rootcertbundle: join(folder, 'cert.pem') } },
    },
  };
  return {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
    ...auth[log],
  };
}

/** Gives a token for any scope to whoever knows the password; nothing to anybody else. */
async function startTokenService(
  folder: string,
): Promise<{ readonly server: Server; readonly realm: string }> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=tests -keyout'.split(' ');
  execFileSync('openssl', [...request, key, '-out', cert], { stdio: 'ignore' });
  const chain = readFileSync(cert, 'utf8').replace(/-----[^-]+-----|\s/g, '');
  const server = createServer((incoming, response) =>
    answerToken(incoming, response, readFileSync(key), chain),
  );
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return { server, realm: `http://127.0.0.1:${port}/token` };
}

function answerToken(incoming: IncomingMessage, response: ServerResponse, key: Buffer, chain: string): void {
  const expected = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
  if (incoming.headers.authorization !== expected || incoming.method !== 'GET') {
    response.writeHead(401).end('{"details":"wrong user or password"}');
    return;
  }
  const scopes = new URL(incoming.url ?? '', 'http://tests').searchParams.getAll('scope');
  const access = scopes.flatMap((scope) => {
    const [, type, name, actions] = /^(\w+):(.+):([\w,*]+)$/.exec(scope) ?? [];
    return type === undefined ? [] : [{ type, name, actions: actions?.split(',') }];
  });
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'tests',
    sub: USER,
    aud: 'tests',
    exp: now + 300,
    nbf: now - 10,
    iat: now,
    jti: `${now}`,
    access,
  };
  const signed = [{ typ: 'JWT', alg: 'RS256', x5c: [chain] }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = createSign('RSA-SHA256').update(signed).sign(key).toString('base64url');
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ token: `${signed}.${signature}`, expires_in: 300 }));
}

async function untilItAnswers(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100 && server.exitCode === null; attempt++) {
    try {
      await fetch(url);
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error(`docker-registry does not answer at ${url}`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket();
    socket.listen(0, '127.0.0.1', () => {
      const address = socket.address();
      socket.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
