import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { filesIn } from '../../src/machine/files.ts';
import { failureOf } from '../support/failure-code.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const files = filesIn(folder);
mkdirSync(join(folder, 'legs/amd64/deep'), { recursive: true });
writeFileSync(join(folder, 'legs/one'), '1');
writeFileSync(join(folder, 'legs/amd64/deep/two'), '2');
symlinkSync('/etc/passwd', join(folder, 'legs/link'));
symlinkSync(folder, join(folder, 'legs/loop'));
writeFileSync(join(folder, 'huge'), '');
truncateSync(join(folder, 'huge'), 65 * 1024 * 1024);

describe('files that inputs name', () => {
  test('all below a folder are listed, links too: none may be missed, and none is followed', async () => {
    const listed = await files.list('legs');
    expect(listed.map((path) => path.slice(`${folder}/legs/`.length)).sort()).toEqual([
      'amd64/deep/two',
      'link',
      'loop',
      'one',
    ]);
  });

  test.each([
    ['nothing', 'nowhere', 'ENOENT'],
    ['a folder', 'legs', 'not a file of ordinary size'],
    ['a file over 64 MiB', 'huge', 'not a file of ordinary size'],
    ['a text of 100 KiB that was taken for a path', 'x'.repeat(100_000), 'ENAMETOOLONG'],
  ])('%s is E_CONFIG in a line of ordinary length', async (_, path, why) => {
    const failure = await failureOf(files.read(path));
    expect(failure).toMatchObject({ code: 'E_CONFIG' });
    expect(failure?.message).toContain(why);
    expect(failure?.message.length).toBeLessThan(300);
  });

  test('a list of what is no folder is E_CONFIG', async () => {
    expect(await failureOf(files.list('huge'))).toMatchObject({ code: 'E_CONFIG' });
  });
});
