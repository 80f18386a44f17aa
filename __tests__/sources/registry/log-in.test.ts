import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseReference } from '../../../src/oci/reference.ts';
import { findLogIn, type LogIn } from '../../../src/sources/registry/credentials.ts';
import type { ProgramOutcome, SourceHost } from '../../../src/sources/source-host.ts';
import { codeOfPromise, failureOf } from '../../support/failure-code.ts';
import { helperAnswer, LOG_IN_FIXTURES, PASSWORD } from '../../support/log-in-fixtures.ts';
import { never, testHost } from '../../support/source-host.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
let count = 0;

function targetOf(image: string): { readonly registry: string; readonly repository: string } {
  const reference = parseReference(image);
  if (reference.scheme !== 'registry') throw new Error(`${image} is not in a registry`);
  return reference;
}

/** A host with these helpers, whose docker configuration is this document. */
function hostWith(
  config: unknown,
  helpers: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): {
  readonly host: SourceHost;
  readonly asked: string[];
  readonly secrets: string[];
  readonly docker: string;
} {
  const docker = join(folder, String(count++));
  mkdirSync(docker);
  writeFileSync(join(docker, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  const asked: string[] = [];
  const secrets: string[] = [];
  const runProgram: SourceHost['runProgram'] = async (program, args, { input = '' }) => {
    asked.push([program, ...args, input].join(' '));
    const known = helpers[program.replace('docker-credential-', '')];
    if (!known) throw new Error('ENOENT');
    return { ...helperAnswer(known, input), stderr: '' };
  };
  const host = testHost({
    env: { DOCKER_CONFIG: docker },
    runProgram,
    registerSecret: (secret) => secrets.push(secret),
  });
  return { host, asked, secrets, docker };
}

function logIn(image: string, host: SourceHost): Promise<LogIn | null> {
  return findLogIn(targetOf(image), host, () => {}, never());
}

function auth(user: string): object {
  return { auth: Buffer.from(`${user}:${PASSWORD}`).toString('base64') };
}

function withoutDefaultPort(host: string): string {
  return host.toLowerCase().replace(/:443$/, '');
}

/** A program that ends so, whatever it is asked. */
function run(outcome: ProgramOutcome): SourceHost['runProgram'] {
  return async () => outcome;
}

describe('A09 which log-in is used', () => {
  test.each(LOG_IN_FIXTURES.map((fixture) => [fixture.name, fixture] as const))(
    '%s',
    async (_, { config, helpers, image, user }) => {
      const { host, secrets } = hostWith(config, helpers);
      expect((await logIn(image, host))?.username ?? null).toBe(user);
      expect(secrets.includes(PASSWORD)).toBe(user !== null);
    },
  );

  test('A07 a log-in is used for exactly its host and port', async () => {
    const label = fc.constantFrom('reg', 'example', 'evil', 'com', 'xn--n3h', 'a', 'us-east-1', 'amazonaws');
    const name = fc.tuple(
      fc.array(label, { minLength: 2, maxLength: 4 }),
      fc.constantFrom('', ':443', ':5000', ':8443'),
    );
    const written = name.map(([labels, port]) => `${labels.join('.')}${port}`);
    const other = fc.tuple(
      written,
      written,
      fc.constantFrom('as it is', 'upper case', 'prefixed', 'suffixed'),
    );
    await fc.assert(
      fc.asyncProperty(other, async ([key, host, how]) => {
        const image =
          how === 'as it is'
            ? host
            : how === 'prefixed'
              ? `x.${key}`
              : how === 'suffixed'
                ? `${key.split(':')[0]}.evil.test`
                : key;
        const asWritten = how === 'upper case' ? key.toUpperCase() : key;
        const { host: source } = hostWith({
          auths: { [asWritten]: { auth: Buffer.from('a:b').toString('base64') } },
        });
        const found = await logIn(`${image}/team/app`, source);
        expect(found !== null).toBe(withoutDefaultPort(key) === withoutDefaultPort(image));
      }),
      { numRuns: 200 },
    );
  });

  test('the identity token and the registry token are taken', async () => {
    const auths = {
      'a.example': { auth: Buffer.from('<token>:x').toString('base64'), identitytoken: 'idt' },
      'b.example': { registrytoken: 'rt' },
    };
    const { host } = hostWith({ auths });
    expect(await logIn('a.example/x', host)).toMatchObject({ identityToken: 'idt' });
    expect(await logIn('b.example/x', host)).toMatchObject({ registryToken: 'rt' });
  });

  test.each(['', ' \n', 'null', '{}', '{"auths":null}', '{"auths":{"a.example":null}}'])(
    'A09 the configuration %j has no log-in and is no fault',
    async (text) => {
      expect(await logIn('a.example/x', hostWith(text).host)).toBeNull();
    },
  );

  test('A09 line breaks of Windows and of base64 are passed over', async () => {
    const long = Buffer.from(`bob:${'p'.repeat(100)}`).toString('base64');
    const broken = `${long.slice(0, 76)}\n${long.slice(76)}\n`;
    const text = JSON.stringify({ auths: { 'a.example': { auth: broken } } }, null, 2).replaceAll(
      '\n',
      '\r\n',
    );
    expect((await logIn('a.example/x', hostWith(text).host))?.password).toBe('p'.repeat(100));
  });

  test('a helper that answers <token> gives an identity token', async () => {
    const { host } = hostWith({ credHelpers: { 'a.example': 'test' } });
    const runProgram = run({ status: 0, stdout: '{"Username":"<token>","Secret":"idt"}', stderr: '' });
    expect(await logIn('a.example/x', { ...host, runProgram })).toMatchObject({
      identityToken: 'idt',
      username: '',
    });
  });
});

describe('where log-ins are looked for', () => {
  test('DOCKER_AUTH_CONFIG goes before the file, which fills what it lacks', async () => {
    const { host } = hostWith({ auths: { 'a.example': auth('file'), 'b.example': auth('file') } });
    const env = {
      ...host.env,
      DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'a.example': auth('variable') } }),
    };
    expect((await logIn('a.example/x', { ...host, env }))?.username).toBe('variable');
    expect((await logIn('b.example/x', { ...host, env }))?.username).toBe('file');
  });

  test('without DOCKER_CONFIG the home folder is meant', async () => {
    const { docker, host } = hostWith({});
    mkdirSync(join(docker, '.docker'));
    writeFileSync(
      join(docker, '.docker', 'config.json'),
      JSON.stringify({ auths: { 'a.example': auth('home') } }),
    );
    expect((await logIn('a.example/x', { ...host, env: {}, home: docker }))?.username).toBe('home');
  });

  test.each([
    [
      ['a.example/team/app@pull', 'a.example/team/app', 'a.example@pull', 'a.example'],
      'a.example/team/app@pull',
    ],
    [['a.example/team/app', 'a.example@pull', 'a.example'], 'a.example/team/app'],
    [['a.example@pull', 'a.example'], 'a.example@pull'],
    [['a.example@push,pull'], 'a.example@push,pull'],
    [['a.example'], 'a.example'],
    [['a.example@push', 'a.example/team/app@push', 'a.example/team', 'b.example'], 'main'],
    [[], 'main'],
  ])("of buildx's scoped log-ins %j the one for %s is used", async (scopes, expected) => {
    const { docker, host } = hostWith({ auths: { 'a.example': auth('main') } });
    for (const scope of scopes) {
      const path = join(docker, 'buildx', 'config', scope);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'config.json'), JSON.stringify({ auths: { 'a.example': auth(scope) } }));
    }
    expect((await logIn('a.example/team/app:1', host))?.username).toBe(expected);
  });

  test('H10 a .docker folder of the workspace is not looked at', async () => {
    const { docker, host } = hostWith({});
    mkdirSync(join(docker, '.docker'));
    writeFileSync(
      join(docker, '.docker', 'config.json'),
      JSON.stringify({ auths: { 'a.example': auth('workspace') } }),
    );
    const cwd = process.cwd();
    process.chdir(docker);
    try {
      expect(await logIn('a.example/x', host)).toBeNull();
    } finally {
      process.chdir(cwd);
    }
  });
});

describe('configurations that are broken', () => {
  test.each([
    ['no JSON', '{"auths":'],
    ['another shape', { auths: [] }],
    ['an auth that is not base64', { auths: { 'a.example': { auth: '%%secret-canary%%' } } }],
    [
      'an auth without a colon',
      { auths: { 'a.example': { auth: Buffer.from('secret-canary').toString('base64') } } },
    ],
    ['an auth that is a number', { auths: { 'a.example': { auth: 5 } } }],
    ['two lists of log-ins', '{"auths":{},"Auths":{}}'],
    ['A10 a helper name with a path', { credHelpers: { 'a.example': '../../x' } }],
    ['A10 a helper name with a command', { credHelpers: { 'a.example': 'a;touch x' } }],
    ['A10 a helper name that is an option', { credsStore: '--help' }],
  ])('A09 %s is E_CONFIG, without the secret', async (_, config) => {
    const { host, asked } = hostWith(config);
    const failure = await failureOf(logIn('a.example/x', host));
    expect(failure).toMatchObject({ code: 'E_CONFIG' });
    expect(JSON.stringify([failure?.message, failure?.hint])).not.toContain('secret-canary');
    expect(asked).toEqual([]);
  });

  test('A09 a broken entry of another registry is nobody’s business', async () => {
    const { host } = hostWith({ auths: { 'b.example': { auth: '%%%' } } });
    expect(await logIn('a.example/x', host)).toBeNull();
  });

  test.each([
    ['that fails', run({ status: 1, stdout: 'secret-canary', stderr: 'secret-canary' })],
    ['that answers no JSON', run({ status: 0, stdout: 'secret-canary', stderr: '' })],
    ['that answers too much', run({ status: 0, stdout: 'secret-canary'.repeat(100_000), stderr: '' })],
    ['that cannot be started', () => Promise.reject(new Error('ENOENT'))],
  ])('A10 a helper %s is E_CREDENTIALS, and what it printed is not shown', async (_, runProgram) => {
    const { host } = hostWith({ credHelpers: { 'a.example': 'test' } });
    const failure = await failureOf(logIn('a.example/x', { ...host, runProgram }));
    expect(failure).toMatchObject({ code: 'E_CREDENTIALS' });
    expect(JSON.stringify([failure?.message, failure?.hint])).not.toContain('secret-canary');
  });

  test('A10 a helper is asked for one server, by stdin', async () => {
    const { host, asked } = hostWith({ credHelpers: { 'a.example:5000': 'test' } }, { test: {} });
    expect(await logIn('a.example:5000/x', host)).toBeNull();
    expect(asked).toEqual(['docker-credential-test get a.example:5000']);
  });

  test('A10 a store that fails does not hide an entry of the file', async () => {
    const { host } = hostWith({
      credsStore: 'gone',
      auths: { 'a.example': { auth: Buffer.from('a:b').toString('base64') } },
    });
    expect((await logIn('a.example/x', host))?.username).toBe('a');
    expect(await codeOfPromise(logIn('b.example/x', host))).toBe('E_CREDENTIALS');
  });
});
