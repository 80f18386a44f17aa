import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { malformedCommand } from '../../src/rules/malformed-command.ts';
import type { Tree } from '../support/image-builder.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

/** As large as a real one, with a text in it that tells whose program it is. */
function tool(mark: string): Tree[string] {
  return { data: Buffer.concat([elf().data, Buffer.alloc(20_000), Buffer.from(`${mark}\0`)]), mode: 0o755 };
}

const APP = { app: elf() };
const COREUTILS = tool('GNU coreutils');
const TITLE = 'error: {platforms} cannot start: /timeout refuses the words that it is given';

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'a duration that timeout does not know',
      { timeout: COREUTILS, ...APP },
      { entrypoint: ['/timeout', '500ms', '/app'] },
      [`${TITLE} | /timeout: invalid time interval '500ms'`],
    ],
    [
      'a duration that it knows',
      { timeout: COREUTILS, ...APP },
      { entrypoint: ['/timeout', '5m', '/app'] },
      [],
    ],
    [
      'a program of nobody knows whom that is named timeout',
      { timeout: tool('another timeout'), ...APP },
      { entrypoint: ['/timeout', '500ms', '/app'] },
      [],
    ],
    [
      'an option that only another version may know',
      { tini: tool('[FATAL tini (%i)] '), ...APP },
      { entrypoint: ['/tini', '-Z', '/app'] },
      [],
    ],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(malformedCommand, tree, process)).toEqual(said);
});
