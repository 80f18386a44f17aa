/** Debian's docker-registry over TLS, with every kind of certificate, asked by the command line as a user starts it. */
import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeSelfSigned, makeSigned, type Pair } from '../support/certificate-authority.ts';
import { startConnectProxy, type ConnectProxy } from '../support/connect-proxy.ts';
import { PASSWORD, startDockerRegistry, USER, type DockerRegistry } from '../support/docker-registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const NAMES = 'IP:127.0.0.1,DNS:localhost,DNS:reg.test';
const BASIC = Buffer.from(`${USER}:${PASSWORD}`).toString('base64');
const registries = new Map<string, DockerRegistry>();
let authority: Pair;

async function start(name: string, ...how: Parameters<typeof startDockerRegistry>): Promise<void> {
  registries.set(name, await startDockerRegistry(...how));
}

function hostOf(name: string): string {
  return registries.get(name)?.host ?? '';
}

function portOf(name: string): string {
  return hostOf(name).replace(/^.*:/, '');
}

function push(name: string, ...options: readonly string[]): void {
  const target = `docker://${hostOf(name)}/acme/shop:1`;
  const copy = ['copy', '-q', '--all', '--dest-tls-verify=false', ...options];
  execFileSync('skopeo', [...copy, 'oci:examples/good', target], { stdio: 'pipe' });
}

beforeAll(async () => {
  authority = makeSelfSigned(folder, 'authority', 'DNS:authority.test');
  const other = makeSelfSigned(folder, 'other', 'DNS:authority.test');
  const client = makeSigned(folder, 'client', 'DNS:client.test', authority);
  const good = makeSigned(folder, 'good', NAMES, authority);
  await start('good', 'basic', good);
  await start('open', 'anonymous', good);
  await start('self-signed', 'anonymous', makeSelfSigned(folder, 'self', NAMES));
  await start('of another authority', 'anonymous', makeSigned(folder, 'stranger', NAMES, other));
  const past = ['20200101000000Z', '20200201000000Z'] as const;
  await start('expired', 'anonymous', makeSigned(folder, 'expired', NAMES, authority, past));
  const future = ['20980101000000Z', '20990101000000Z'] as const;
  await start('of the future', 'anonymous', makeSigned(folder, 'future', NAMES, authority, future));
  await start('of another name', 'anonymous', makeSigned(folder, 'name', 'DNS:else.test', authority));
  await start('mutual', 'anonymous', { ...good, clientAuthority: authority.cert });
  push('good', '--dest-creds', `${USER}:${PASSWORD}`);
  for (const name of ['open', 'self-signed']) push(name);
  mkdirSync(join(folder, 'client'));
  for (const end of ['cert', 'key'] as const) {
    copyFileSync(client[end], join(folder, `client/client.${end}`));
  }
  push('mutual', '--dest-cert-dir', join(folder, 'client'));
});
afterAll(async () => {
  for (const registry of registries.values()) await registry.stop();
});

interface Outcome {
  readonly status: number;
  readonly text: string;
}

/** As a user types it, with this environment alone; what is checked in comes up five times as fast as its source. */
function guard(image: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const args = ['dist/cli/index.js', image, '--wait-for-image', '0s', '--scope', 'start', '--debug'];
  const place = { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder };
  const usual = { ...place, EXEC_FORMAT_GUARD_CACHE: 'false' };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env: { ...usual, ...env } }, (error, stdout, stderr) => {
      resolve({ status: Number(error?.code ?? 0), text: `${stdout}${stderr}` });
    });
  });
}

/** `HOME/.config/docker/certs.d/HOST` with these files. */
function certificateFolder(host: string, files: Readonly<Record<string, string>>): string {
  const home = join(folder, `home-${String(Math.random()).slice(2)}`);
  const place = join(home, '.config/docker/certs.d', host);
  mkdirSync(place, { recursive: true });
  for (const [name, source] of Object.entries(files)) copyFileSync(source, join(place, name));
  return home;
}

const logIn = (host: string): string => JSON.stringify({ auths: { [host]: { auth: BASIC } } });

describe('A19 certificates', () => {
  test('an authority in NODE_EXTRA_CA_CERTS or SSL_CERT_FILE is trusted, and the log-in goes to its registry', async () => {
    const host = hostOf('good');
    const outcomes = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'].map((name) =>
      guard(`${host}/acme/shop:1`, { [name]: authority.cert, DOCKER_AUTH_CONFIG: logIn(host) }),
    );
    expect((await Promise.all(outcomes)).map(({ status }) => status)).toEqual([0, 0]);
  });

  test('an authority of the machine is trusted, though Node does not know it', async () => {
    const machine = join(folder, 'machine');
    mkdirSync(machine, { recursive: true });
    copyFileSync(authority.cert, join(machine, 'own.pem'));
    execFileSync('openssl', ['rehash', machine], { stdio: 'pipe' });
    const outcome = await guard(`${hostOf('open')}/acme/shop:1`, { SSL_CERT_DIR: machine });
    expect(outcome).toMatchObject({ status: 0 });
  });

  test.each([
    ['open', {}, 'authority'],
    ['self-signed', {}, 'authority'],
    ['of another authority', { NODE_EXTRA_CA_CERTS: 'authority.pem' }, 'authority'],
    ['expired', { NODE_EXTRA_CA_CERTS: 'authority.pem' }, 'has expired'],
    ['of the future', { NODE_EXTRA_CA_CERTS: 'authority.pem' }, 'not valid yet'],
    ['of another name', { NODE_EXTRA_CA_CERTS: 'authority.pem' }, 'another name'],
  ])('a certificate %s, with %j, is E_TLS with the way out', async (name, files, says) => {
    const env = Object.fromEntries(Object.entries(files).map(([key, file]) => [key, join(folder, file)]));
    const { status, text } = await guard(`${hostOf(name)}/acme/shop:1`, env);
    expect(status).toBe(3);
    expect(text).toContain('E_TLS');
    expect(text).toContain(says);
    expect(text).toContain('NODE_EXTRA_CA_CERTS');
    expect(text).not.toMatch(/^ {4}at /m);
  });

  test('NODE_TLS_REJECT_UNAUTHORIZED=0 is obeyed, with a warning', async () => {
    const outcome = await guard(`${hostOf('self-signed')}/acme/shop:1`, {
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    });
    expect(outcome.status).toBe(0);
    expect(outcome.text.match(/^warning: NODE_TLS_REJECT_UNAUTHORIZED is 0/gm)).toHaveLength(1);
  });

  test('docker’s certs.d is read for exactly this host and port', async () => {
    const image = `${hostOf('open')}/acme/shop:1`;
    const right = certificateFolder(hostOf('open'), { 'own.crt': authority.cert });
    expect(await guard(image, { HOME: right })).toMatchObject({ status: 0 });
    for (const host of [
      '127.0.0.1',
      `127.0.0.1:${Number(portOf('open')) + 1}`,
      `localhost:${portOf('open')}`,
    ]) {
      const wrong = certificateFolder(host, { 'own.crt': authority.cert });
      expect(await guard(image, { HOME: wrong })).toMatchObject({ status: 3 });
    }
    const otherEnd = certificateFolder(hostOf('open'), { 'own.pem': authority.cert });
    expect(await guard(image, { HOME: otherEnd })).toMatchObject({ status: 3 });
  });

  test('a client certificate of certs.d is shown to the registry that asks for one', async () => {
    const image = `${hostOf('mutual')}/acme/shop:1`;
    const pair = { 'me.cert': join(folder, 'client.pem'), 'me.key': join(folder, 'client.key.pem') };
    const both = certificateFolder(hostOf('mutual'), { 'own.crt': authority.cert, ...pair });
    expect(await guard(image, { HOME: both })).toMatchObject({ status: 0 });
    const none = certificateFolder(hostOf('mutual'), { 'own.crt': authority.cert });
    expect(await guard(image, { HOME: none })).toMatchObject({ status: 3 });
    const half = certificateFolder(hostOf('mutual'), {
      'own.crt': authority.cert,
      'me.cert': pair['me.cert'],
    });
    const outcome = await guard(image, { HOME: half });
    expect(outcome.text).toContain('one half of a pair');
    expect(outcome.status).toBe(2);
  });

  test('a pair of certs.d that is none is E_CONFIG, without what stands in it', async () => {
    const pair = { 'me.cert': authority.cert, 'me.key': join(folder, 'client.key.pem') };
    const home = certificateFolder(hostOf('open'), { 'own.crt': authority.cert, ...pair });
    const outcome = await guard(`${hostOf('open')}/acme/shop:1`, { HOME: home });
    expect(outcome).toMatchObject({ status: 2 });
    expect(outcome.text).not.toContain('BEGIN');
  });
});

const image = (): string => `reg.test:${portOf('good')}/acme/shop:1`;

describe('A20 a proxy', () => {
  let proxy: ConnectProxy;
  beforeAll(async () => {
    proxy = await startConnectProxy('al@ice:s:e/cret');
  });
  afterAll(() => proxy.close());

  const address = (): string => `http://al%40ice:s%3Ae%2Fcret@${proxy.host}`;
  const environment = (more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
    NODE_EXTRA_CA_CERTS: authority.cert,
    DOCKER_AUTH_CONFIG: logIn(`reg.test:${portOf('good')}`),
    HTTPS_PROXY: address(),
    ...more,
  });

  test('is a tunnel to the registry: it is shown its own log-in and never the registry’s', async () => {
    const outcome = await guard(image(), environment());
    expect(outcome).toMatchObject({ status: 0 });
    expect(new Set(proxy.asked.map(({ method, target }) => `${method} ${target}`))).toEqual(
      new Set([`CONNECT reg.test:${portOf('good')}`]),
    );
    for (const secret of [BASIC, PASSWORD, 'acme/shop']) expect(proxy.overheard()).not.toContain(secret);
    for (const secret of ['s:e/cret', 's%3Ae%2Fcret', Buffer.from('al@ice:s:e/cret').toString('base64')]) {
      expect(outcome.text).not.toContain(secret);
    }
  });

  test.each([
    ['https_proxy', (): object => ({ HTTPS_PROXY: '', https_proxy: address() }), 'asked'],
    ['without a scheme', (): object => ({ HTTPS_PROXY: address().replace('http://', '') }), 'asked'],
    ['NO_PROXY of another host', (): object => ({ NO_PROXY: 'other.test,.example' }), 'asked'],
    ['NO_PROXY of the host', (): object => ({ NO_PROXY: 'other.test, reg.test' }), 'not asked'],
    ['NO_PROXY of the domain', (): object => ({ NO_PROXY: '.test' }), 'not asked'],
    ['no_proxy of everything', (): object => ({ no_proxy: '*' }), 'not asked'],
  ])('with %s is obeyed', async (_, changes, expected) => {
    proxy.asked.length = 0;
    const { status } = await guard(image(), { ...environment(), ...Object(changes()) });
    // Without the proxy nobody knows that name.
    expect([status, proxy.asked.length > 0]).toEqual(expected === 'asked' ? [0, true] : [3, false]);
  });

  test('is not asked for loopback', async () => {
    proxy.asked.length = 0;
    expect(await guard(`${hostOf('open')}/acme/shop:1`, environment())).toMatchObject({ status: 0 });
    expect(proxy.asked).toEqual([]);
  });

  test.each([
    ['a wrong password', 'pass', 'http://alice:hunter2-canary@', 3, 'E_AUTH', '407'],
    ['no password', 'pass', 'http://', 3, 'E_AUTH', 'HTTPS_PROXY'],
    ['403', 403, 'http://alice:hunter2-canary@', 3, 'E_NETWORK', 'answers 403'],
    ['502', 502, 'http://alice:hunter2-canary@', 3, 'E_NETWORK', 'answers 502'],
    ['SOCKS', 'pass', 'socks5://alice:hunter2-canary@', 2, 'E_CONFIG', 'HTTPS_PROXY'],
  ] as const)('that answers to %s gives a clear failure', async (_, answer, prefix, status, code, says) => {
    proxy.answer(answer);
    const outcome = await guard(image(), environment({ HTTPS_PROXY: `${prefix}${proxy.host}` }));
    proxy.answer('pass');
    expect(outcome.status).toBe(status);
    for (const text of [code, says]) expect(outcome.text).toContain(text);
    if (code !== 'E_CONFIG') expect(outcome.text).toContain(proxy.host);
    expect(outcome.text).not.toContain('hunter2-canary');
  });

  test('that is not there is named', async () => {
    const outcome = await guard(
      image(),
      environment({ HTTPS_PROXY: 'http://alice:hunter2-canary@127.0.0.1:1' }),
    );
    expect(outcome.status).toBe(3);
    expect(outcome.text).toContain('through the proxy 127.0.0.1:1');
    expect(outcome.text).not.toContain('hunter2-canary');
  });
});

describe('A20 a proxy and plain HTTP', () => {
  test('content comes through it, a log-in does not go there', async () => {
    await start('plain', 'anonymous');
    await start('plain, with a log-in', 'basic');
    push('plain');
    const proxy = await startConnectProxy();
    const ask = (name: string): Promise<Outcome> => {
      const host = `reg.test:${portOf(name)}`;
      const env = { HTTP_PROXY: `http://${proxy.host}`, EXEC_FORMAT_GUARD_INSECURE_REGISTRIES: host };
      return guard(`${host}/acme/shop:1`, { ...env, DOCKER_AUTH_CONFIG: logIn(host) });
    };
    expect(await ask('plain')).toMatchObject({ status: 0 });
    const refused = await ask('plain, with a log-in');
    expect(refused.status).toBe(3);
    expect(refused.text).toContain('NO_PROXY');
    expect(proxy.asked.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
    expect(proxy.overheard()).not.toContain(BASIC);
    await proxy.close();
  });
});
