import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { noStartCommand } from '../../src/rules/no-start-command.ts';
import type { Tree } from '../support/image-builder.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

/** As large as the real one, with its words; a small static program is taken for a stand-in. */
const TINI = {
  data: Buffer.concat([elf().data, Buffer.from('[FATAL tini (%i)] '), Buffer.alloc(20_000)]),
  mode: 0o755,
};

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
    [
      'tini with nothing behind it',
      { 'sbin/tini': TINI },
      { entrypoint: ['/sbin/tini', '-g', '--'] },
      [
        'error: {platforms} {does|do} not say what /sbin/tini is to start | Usage: tini [OPTIONS] PROGRAM -- [ARGS] | --version',
      ],
    ],
    [
      'tini with a CMD',
      { 'sbin/tini': TINI, app: elf() },
      { entrypoint: ['/sbin/tini', '--'], cmd: ['/app'] },
      [],
    ],
    [
      'tini that only tells its version',
      { 'sbin/tini': TINI },
      { entrypoint: ['/sbin/tini', '--version'] },
      [],
    ],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(noStartCommand, tree, process)).toEqual(said);
});
