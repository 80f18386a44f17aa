import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { notExecutable } from '../../src/rules/not-executable.ts';
import type { Tree } from '../support/image-builder.ts';
import { elf, observedOfStart, saysOfStart } from '../support/rule-tester.ts';

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'a program without an x bit',
      { app: elf('amd64', 0o644) },
      { entrypoint: ['/app'] },
      ['error: {platforms} cannot start: /app may not be executed | exec: "/app": permission denied'],
    ],
    [
      'a directory',
      { 'app/': '' },
      { entrypoint: ['/app'] },
      ['error: {platforms} cannot start: /app may not be executed | exec: "/app": is a directory'],
    ],
    [
      'a program that only root may execute',
      { app: elf('amd64', 0o700) },
      { entrypoint: ['/app'], user: '1000' },
      ['error: {platforms} cannot start: /app may not be executed | exec: "/app": permission denied'],
    ],
    [
      'a program that only root may execute, earlier in PATH',
      { 'a/app': elf('amd64', 0o700), 'b/app': elf() },
      { entrypoint: ['app'], user: '1000', env: ['PATH=/a:/b'] },
      [
        'warning: {platforms} cannot start everywhere: /a/app may not be executed | exec /a/app: permission denied',
      ],
    ],
    [
      'a program without any x bit, earlier in PATH',
      { 'a/app': elf('amd64', 0o600), 'b/app': elf() },
      { entrypoint: ['app'], user: '1000', env: ['PATH=/a:/b'] },
      [],
    ],
    [
      'a program with a capability that no container has',
      {
        app: {
          ...elf(),
          pax: {
            'SCHILY.xattr.security.capability': Buffer.from('0100000200100000' + '00'.repeat(12), 'hex'),
          },
        },
      },
      { entrypoint: ['/app'] },
      ['error: {platforms} cannot start: /app may not be executed | exec /app: operation not permitted'],
    ],
    [
      'a program with a capability that only docker gives',
      {
        app: {
          ...elf(),
          pax: {
            'SCHILY.xattr.security.capability': Buffer.from('0100000200200000' + '00'.repeat(12), 'hex'),
          },
        },
      },
      { entrypoint: ['/app'] },
      ['warning: {platforms} cannot start: /app may not be executed | exec /app: operation not permitted'],
    ],
    ['the program of a user run by root', { app: elf('amd64', 0o700) }, { entrypoint: ['/app'] }, []],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(notExecutable, tree, process)).toEqual(said);
});

test.each<[string, Tree, Partial<ProcessConfig>, string]>([
  ['a lost x bit', { app: elf('amd64', 0o644) }, { entrypoint: ['/app'] }, 'give the file its x bit'],
  [
    'an x bit of others',
    { app: elf('amd64', 0o700) },
    { entrypoint: ['/app'], user: '65532' },
    'let this user execute',
  ],
  [
    'a closed directory',
    { bin: { flag: '5', mode: 0o700 }, 'bin/app': elf() },
    { entrypoint: ['/bin/app'], user: '65532' },
    'let this user through /bin',
  ],
  ['a directory', { 'app/x': elf() }, { entrypoint: ['/app'] }, 'name a file that can be executed'],
])('the help for %s is one thing to do', async (_, tree, process, help) => {
  const [seen] = await observedOfStart(notExecutable, tree, process);
  expect(seen?.fix).toContain(help);
});

test('the user is who the process then is', async () => {
  const gosu = { data: Buffer.concat([elf().data, Buffer.alloc(0x4000)]), mode: 0o755 };
  const tree = { gosu, app: elf('amd64', 0o700) };
  const [seen] = await observedOfStart(notExecutable, tree, { entrypoint: ['/gosu', '1000:7', '/app'] });
  expect(seen?.message).toContain('does not let user 1000:7 execute it');
});
