import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { interpreterLoop } from '../../src/rules/interpreter-loop.ts';
import type { Tree } from '../support/image-builder.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'a script that names itself',
      { app: { data: '#!/app\n', mode: 0o755 } },
      { entrypoint: ['/app'] },
      [
        'error: {platforms} cannot start /app: its interpreters go in a circle | exec /app: too many levels of symbolic links',
      ],
    ],
    [
      'an interpreter that is a script with an interpreter',
      { app: { data: '#!/run\n', mode: 0o755 }, run: { data: '#!/bin/sh\n', mode: 0o755 }, 'bin/sh': elf() },
      { entrypoint: ['/app'] },
      [],
    ],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(interpreterLoop, tree, process)).toEqual(said);
});
