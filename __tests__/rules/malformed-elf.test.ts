import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { malformedElf } from '../../src/rules/malformed-elf.ts';
import { buildElf } from '../support/elf-builder.ts';
import type { Tree } from '../support/image-builder.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'a program that is cut after its header',
      { app: { data: Buffer.from(buildElf()).subarray(0, 70), mode: 0o755 } },
      { entrypoint: ['/app'] },
      ['error: {platforms} cannot start: the program /app is damaged | exec /app: exec format error'],
    ],
    ['a whole program', { app: elf() }, { entrypoint: ['/app'] }, []],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(malformedElf, tree, process)).toEqual(said);
});
