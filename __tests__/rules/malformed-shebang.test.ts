import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { malformedShebang } from '../../src/rules/malformed-shebang.ts';
import { buildElf } from '../support/elf-builder.ts';
import type { Tree } from '../support/image-builder.ts';
import { MUSL, muslLoader } from '../support/loading.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

const BUSYBOX = Buffer.from(buildElf({ interpreter: MUSL, needed: ['libc.so'] }));

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'a byte order mark before #!',
      { app: { data: Buffer.from('\ufeff#!/bin/sh\n'), mode: 0o755 }, 'bin/sh': elf() },
      { entrypoint: ['/app'] },
      ['error: {platforms} cannot start: the #! line of /app cannot be read | exec /app: exec format error'],
    ],
    [
      'nothing after #!',
      { app: { data: '#!  \n', mode: 0o755 } },
      { entrypoint: ['/app'] },
      ['error: {platforms} cannot start: the #! line of /app cannot be read | exec /app: exec format error'],
    ],
    [
      'words that env cannot split, which stand in the script',
      {
        app: { data: '#!/usr/bin/env -S "node\n', mode: 0o755 },
        'usr/bin/env': {
          data: Buffer.concat([elf().data, Buffer.alloc(20_000), Buffer.from('GNU coreutils\0')]),
          mode: 0o755,
        },
      },
      { entrypoint: ['/app'] },
      [
        'error: {platforms} cannot start: the #! line of /app cannot be read | /usr/bin/env: no terminating quote in -S string',
      ],
    ],
    [
      'env of busybox, in the words of musl',
      {
        app: { data: '#!/usr/bin/env -S node\n', mode: 0o755 },
        'usr/bin/env': { flag: '2', linkName: '/bin/busybox' },
        'bin/busybox': { data: BUSYBOX, mode: 0o755 },
        [MUSL.slice(1)]: { data: muslLoader().data ?? '', mode: 0o755 },
      },
      { entrypoint: ['/app'] },
      [
        'error: {platforms} cannot start: the #! line of /app cannot be read | /usr/bin/env: unrecognized option: S',
      ],
    ],
    [
      'a proper first line',
      { app: { data: '#!/bin/sh\n', mode: 0o755 }, 'bin/sh': elf() },
      { entrypoint: ['/app'] },
      [],
    ],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(malformedShebang, tree, process)).toEqual(said);
});
