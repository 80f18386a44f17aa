import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { userNotFound } from '../../src/rules/user-not-found.ts';
import type { Tree } from '../support/image-builder.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'a user that /etc/passwd does not know',
      { app: elf(), 'etc/passwd': 'root:x:0:0::/:/bin/sh\n' },
      { entrypoint: ['/app'], user: 'www' },
      [
        'error: {platforms} cannot start: there is no user www | unable to find user www: no matching entries in passwd file',
      ],
    ],
    [
      'a group that /etc/group does not know',
      { app: elf(), 'etc/group': 'root:x:0:\n' },
      { entrypoint: ['/app'], user: '0:web' },
      [
        'error: {platforms} cannot start: there is no group web | unable to find group web: no matching entries in group file',
      ],
    ],
    [
      'a user behind a circle of symlinks',
      { app: elf(), 'etc/passwd': { flag: '2', linkName: 'passwd' } },
      { entrypoint: ['/app'], user: '5:5' },
      ['error: {platforms} cannot start: /etc/passwd cannot be read | /etc/passwd: too many links'],
    ],
    [
      'a number in passwd that only some runtimes take',
      { app: elf(), 'etc/passwd': 'app:x:-2:5\n' },
      { entrypoint: ['/app'], user: 'app' },
      [
        'warning: {platforms} cannot start everywhere: the number -2 is out of range | uids and gids must be in range 0-2147483647',
      ],
    ],
    [
      'a user with two colons',
      { app: elf() },
      { entrypoint: ['/app'], user: '1:2:3' },
      ['warning: {platforms} cannot start everywhere: its user is 1:2:3 | invalid USER value 1:2:3'],
    ],
    ['a number needs no name', { app: elf() }, { entrypoint: ['/app'], user: '65532' }, []],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(userNotFound, tree, process)).toEqual(said);
});
