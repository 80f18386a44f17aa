import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { wrongArchitecture } from '../../src/rules/wrong-architecture.ts';
import type { Tree } from '../support/image-builder.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'a program for arm64',
      { app: elf('arm64') },
      { entrypoint: ['/app'] },
      ['error: {platforms} {starts|start} an AArch64 program | exec /app: exec format error'],
    ],
    [
      'a script whose interpreter is for arm64',
      { app: { data: '#!/bin/sh\n', mode: 0o755 }, 'bin/sh': elf('arm64') },
      { entrypoint: ['/app'] },
      [
        'error: {platforms} {starts|start} /bin/sh, the interpreter of /app, an AArch64 program | exec /app: exec format error',
      ],
    ],
    ['a program for amd64', { app: elf() }, { entrypoint: ['/app'] }, []],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(wrongArchitecture, tree, process)).toEqual(said);
});
