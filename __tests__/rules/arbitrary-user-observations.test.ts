import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { guard, type GuardRequest } from '../../src/guard.ts';
import type { Finding } from '../../src/verdict/finding.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { buildImage, type Tree } from '../support/image-builder.ts';
import { startRegistry, type TestRegistry } from '../support/in-memory-registry.ts';
import { elf } from '../support/rule-tester.ts';

const BOTH = { users: 'image-and-arbitrary-user' } as const;

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

async function findingsOf(
  tree: Tree,
  config: Readonly<Record<string, unknown>>,
  scope: GuardRequest['scope'],
  more: Partial<GuardRequest> = BOTH,
): Promise<readonly Finding[]> {
  const image = buildImage({ platforms: [{ platform: 'linux/amd64', config, layers: [tree] }] });
  registry.push('team/app:users', image);
  const digest = image.root.digest;
  const request = guardRequest([`${registry.host}/team/app:users`], [], { digest, scope, ...more });
  return (await guard(request, guardHost())).findings;
}

const CASES: readonly (readonly [name: string, tree: Tree, user: string, said: readonly string[]])[] = [
  ['a program that everybody may execute', { app: elf() }, '1000', []],
  ['a program of group 0', { app: elf('amd64', 0o750) }, '', []],
  [
    'a program that its owner may execute',
    { app: elf('amd64', 0o700) },
    '',
    [
      'error not-executable as an arbitrary user linux/amd64 cannot start: /app may not be executed "1000650000:0"',
    ],
  ],
  [
    'a program of another group',
    { app: { ...elf('amd64', 0o750), gid: 1000 } },
    '0:1000',
    [
      'error not-executable as an arbitrary user linux/amd64 cannot start: /app may not be executed "1000650000:0"',
    ],
  ],
  [
    'a program that nobody may execute is said once',
    { app: elf('amd64', 0o644) },
    '',
    ['error not-executable linux/amd64 cannot start: /app may not be executed undefined'],
  ],
  [
    'a program for another machine is said once',
    { app: elf('arm64') },
    '',
    ['error wrong-architecture linux/amd64 starts an AArch64 program undefined'],
  ],
  [
    'an unknown USER is replaced as well, and is still unknown elsewhere',
    { app: elf() },
    'nobody',
    ['error user-not-found linux/amd64 cannot start: there is no user nobody undefined'],
  ],
];

test.each(
  CASES.flatMap(([name, ...rest]) =>
    (['start', 'image'] as const).map((scope) => [name, scope, ...rest] as const),
  ),
)('%s, scope %s', async (_, scope, tree, user, said) => {
  const found = await findingsOf(tree, { Entrypoint: ['/app'], User: user }, scope);
  const words = found
    .filter(({ rule }) => !['platform-mismatch', 'foreign-binary', 'foreign-userland'].includes(rule))
    .map(
      ({ severity, rule, title, evidence }) =>
        `${severity} ${rule} ${title} ${JSON.stringify(evidence['user'])}`,
    );
  expect(words).toEqual(said);
});

test('nobody asks about an arbitrary user by default', async () => {
  const tree = { app: elf('amd64', 0o700) };
  expect(await findingsOf(tree, { Entrypoint: ['/app'] }, 'image', {})).toEqual([]);
});

test('HEALTHCHECK is held against the arbitrary user too', async () => {
  const tree = { app: elf(), probe: elf('amd64', 0o700) };
  const config = { Entrypoint: ['/app'], Healthcheck: { Test: ['CMD', '/probe'] } };
  const found = await findingsOf(tree, config, 'start');
  expect(found.map(({ severity, rule, title }) => `${severity} ${rule} ${title}`)).toEqual([
    'warning healthcheck-broken as an arbitrary user linux/amd64 will be unhealthy: HEALTHCHECK cannot run /probe',
  ]);
});
