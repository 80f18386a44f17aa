import { expect, test } from '@jest/globals';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { programVersion } from '../../src/machine/program-version.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

test('another content of any part of the bundle is another program, by whatever link it was called', async () => {
  const [program, part, link] = [
    join(folder, 'index.js'),
    join(folder, '398.index.js'),
    join(folder, 'command'),
  ];
  await writeFile(program, 'import("./398.index.js")');
  await writeFile(part, 'the first facts');
  await symlink(program, link);
  const first = await programVersion(program);
  expect(first).not.toBeNull();
  expect(await programVersion(link)).toBe(first);
  await writeFile(part, 'other facts');
  expect(await programVersion(program)).not.toBe(first);
});

test('a program that is no bundle has no version', async () => {
  expect(await programVersion('/anywhere/src/cli/main.ts')).toBeNull();
});
