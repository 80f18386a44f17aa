import { describe, expect, test } from '@jest/globals';
import { readDigests } from '../../src/producers/digests.ts';

const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];
const listFiles = async (folder: string): Promise<readonly string[]> =>
  folder === 'digests'
    ? [A, B]
    : folder === 'mac'
      ? [A, '.DS_Store', B]
      : folder === 'dashed'
        ? [`digests-amd64/sha256-${A}`, `sha256:${B}`]
        : folder === 'nested'
          ? [`digests-linux-amd64/${A}`, `digests-linux-arm64/${B}`]
          : folder === 'odd'
            ? [A, 'README.md']
            : [];

describe('digests of a matrix build', () => {
  test.each([
    ['a list', [`sha256:${A}`, `sha256:${B}`]],
    ['a list without algorithms', [A, B]],
    ['a list that repeats itself', [A, B, `sha256:${A}`]],
    ['a folder of files named by digest', ['digests']],
    ['a folder of files named with the algorithm', ['dashed']],
    ['a folder of folders, as artifacts arrive unmerged', ['nested']],
  ])('%s', async (_, input) => {
    expect(await readDigests(input, listFiles)).toEqual([`sha256:${A}`, `sha256:${B}`]);
  });

  test.each([
    ['an empty folder: no leg left a digest', ['empty'], 'holds no file'],
    ['a file of another name', ['odd'], 'README.md'],
    ['a file that a desktop left behind', ['mac'], '.DS_Store'],
    ['a word among digests', [A, 'latest'], '"latest" is not a digest'],
    ['an upper-case digest', [A.toUpperCase(), B], 'is not a digest'],
  ])('%s is refused', async (_, input, message) => {
    await expect(readDigests(input, listFiles)).rejects.toMatchObject({
      code: 'E_CONFIG',
      message: expect.stringContaining(message),
    });
  });

  test('nothing in, nothing out', async () => {
    expect(await readDigests([], listFiles)).toEqual([]);
  });
});
