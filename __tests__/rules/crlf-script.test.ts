import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { crlfScript } from '../../src/rules/crlf-script.ts';
import type { Tree } from '../support/image-builder.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'a script with Windows line ends',
      { app: { data: '#!/bin/sh\r\necho\r\n', mode: 0o755 }, 'bin/sh': elf() },
      { entrypoint: ['/app'] },
      ['error: {platforms} cannot start: /app has Windows line ends | exec /app: no such file or directory'],
    ],
    [
      'the same script repaired',
      { app: { data: '#!/bin/sh\ntrue\n', mode: 0o755 }, 'bin/sh': elf() },
      { entrypoint: ['/app'] },
      [],
    ],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(crlfScript, tree, process)).toEqual(said);
});
