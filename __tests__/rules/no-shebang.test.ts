import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { noShebang } from '../../src/rules/no-shebang.ts';
import type { Tree } from '../support/image-builder.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'a script without #!',
      { app: { data: 'echo hello\n', mode: 0o755 }, 'bin/sh': elf() },
      { entrypoint: ['/app'] },
      ['error: {platforms} cannot start: the script /app has no #! line | exec /app: exec format error'],
    ],
    [
      'the same script given to a shell',
      { app: { data: 'true\n', mode: 0o755 }, 'bin/sh': elf() },
      { entrypoint: ['/bin/sh', '/app'] },
      [],
    ],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(noShebang, tree, process)).toEqual(said);
});
