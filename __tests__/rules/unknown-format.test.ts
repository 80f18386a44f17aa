import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { unknownFormat } from '../../src/rules/unknown-format.ts';
import type { Tree } from '../support/image-builder.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'an empty file',
      { app: { data: '', mode: 0o755 } },
      { entrypoint: ['/app'] },
      ['error: {platforms} cannot start: /app is empty | exec /app: exec format error'],
    ],
    [
      'a web page',
      { app: { data: '<!DOCTYPE html><html><body>404</body></html>', mode: 0o755 } },
      { entrypoint: ['/app'] },
      ['error: {platforms} cannot start: /app is a web page (HTML) | exec /app: exec format error'],
    ],
    [
      'a Git LFS pointer',
      { app: { data: 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n', mode: 0o755 } },
      { entrypoint: ['/app'] },
      [
        'error: {platforms} cannot start: /app is a Git LFS pointer instead of the file itself | exec /app: exec format error',
      ],
    ],
    ['a real program', { app: elf() }, { entrypoint: ['/app'] }, []],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(unknownFormat, tree, process)).toEqual(said);
});
