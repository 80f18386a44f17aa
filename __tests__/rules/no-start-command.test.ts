import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { noStartCommand } from '../../src/rules/no-start-command.ts';
import type { Tree } from '../support/image-builder.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'an image with neither ENTRYPOINT nor CMD',
      { app: elf() },
      {},
      [
        'error: {platforms} does not say what to start | docker: Error response from daemon: no command specified',
      ],
    ],
    ['an image with a CMD alone', { app: elf() }, { cmd: ['/app'] }, []],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(noStartCommand, tree, process)).toEqual(said);
});
