import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { interpreterNotFound } from '../../src/rules/interpreter-not-found.ts';
import type { Tree } from '../support/image-builder.ts';
import { buildElf } from '../support/elf-builder.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

/** As large as a real one, at which it is known. */
const BUSYBOX = { data: Buffer.from(buildElf({ padding: 200_000 })), mode: 0o755 };

/** coreutils as one program: its tools are scripts. */
const SINGLE: Tree = {
  'usr/bin/coreutils': {
    data: Buffer.concat([elf().data, Buffer.alloc(20_000), Buffer.from('GNU coreutils\0')]),
    mode: 0o755,
  },
  'usr/bin/env': { data: '#!/usr/bin/coreutils --coreutils-prog-shebang=env\n', mode: 0o755 },
};

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'a script whose interpreter env looks for, where env is a script too',
      { ...SINGLE, app: { data: '#!/usr/bin/env bash\n', mode: 0o755 } },
      { entrypoint: ['/app'], env: ['PATH=/bin'] },
      [
        "error: {platforms} cannot start /app: its interpreter bash is not in the image | env: 'bash': No such file or directory",
      ],
    ],
    [
      'a script for bash in an image without it',
      { app: { data: '#!/bin/bash\n', mode: 0o755 } },
      { entrypoint: ['/app'] },
      [
        'error: {platforms} cannot start /app: its interpreter /bin/bash is not in the image | exec /app: no such file or directory',
      ],
    ],
    [
      'a script whose interpreter env looks for',
      {
        app: { data: '#!/usr/bin/env bash\n', mode: 0o755 },
        'bin/busybox': BUSYBOX,
        'usr/bin/env': { flag: '2', linkName: '/bin/busybox' },
      },
      { entrypoint: ['/app'] },
      [
        "error: {platforms} cannot start /app: its interpreter bash is not in the image | env: can't execute 'bash': No such file or directory",
      ],
    ],
    [
      'a script whose interpreter is there',
      { app: { data: '#!/bin/sh\n', mode: 0o755 }, 'bin/sh': elf() },
      { entrypoint: ['/app'] },
      [],
    ],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(interpreterNotFound, tree, process)).toEqual(said);
});
