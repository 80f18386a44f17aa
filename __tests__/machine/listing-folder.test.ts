import { describe, expect, test } from '@jest/globals';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { join } from 'node:path';
import { NO_HOME } from '../../src/machine/home.ts';
import { listingFolderOf, openListingFolder } from '../../src/machine/listing-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const base = temporaryFolder();
const NAME = `sha256-${'0'.repeat(64)}`;
const OTHER = `sha256-${'1'.repeat(64)}`;

describe('the folder of kept listings', () => {
  test('is made for this user alone and gives back what was put', async () => {
    const folder = join(base, 'new/folder');
    const store = await openListingFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(await store?.get(NAME)).toBeNull();
    await store?.put(NAME, Buffer.from('words'));
    expect(await store?.get(NAME)).toEqual(Buffer.from('words'));
    expect(statSync(join(folder, NAME)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual([NAME]);
  });

  test('is not made for a user without a home, even by root', async () => {
    expect(await openListingFolder(listingFolderOf({ HOME: NO_HOME }))).toBeNull();
  });

  test('is not used when others could write to it, or when it is no folder', async () => {
    const open = join(base, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    expect(await openListingFolder(open)).toBeNull();
    const link = join(base, 'link');
    symlinkSync(base, link);
    expect(await openListingFolder(link)).toBeNull();
    const file = join(base, 'file');
    writeFileSync(file, '');
    expect(await openListingFolder(file)).toBeNull();
    expect(await openListingFolder(join(file, 'below'))).toBeNull();
  });

  test('is never left through a symlink or a name', async () => {
    const folder = join(base, 'links');
    const store = await openListingFolder(folder);
    const secret = join(base, 'secret');
    writeFileSync(secret, 'secret');
    symlinkSync(secret, join(folder, NAME));
    expect(await store?.get(NAME)).toBeNull();
    await store?.put(NAME, Buffer.from('words'));
    expect(readFileSync(secret, 'utf8')).toBe('secret');
    expect(await store?.get(NAME)).toEqual(Buffer.from('words'));
    await store?.put('../outside', Buffer.from('words'));
    expect(readdirSync(base)).not.toContain('outside');
  });

  test('loses what was used the longest ago once it is over its limit', async () => {
    const folder = join(base, 'full');
    const store = await openListingFolder(folder);
    writeFileSync(join(folder, OTHER), '');
    truncateSync(join(folder, OTHER), 1024 * 1024 * 1024);
    utimesSync(join(folder, OTHER), new Date(0), new Date(0));
    await store?.put(NAME, Buffer.from('words'));
    expect(readdirSync(folder)).toEqual([NAME]);
  });

  test.each([
    [{ EXEC_FORMAT_GUARD_CACHE_DIR: '/x' }, '/x'],
    [{ XDG_CACHE_HOME: '/y', HOME: '/h' }, '/y/exec-format-guard'],
    [{ HOME: '/h' }, '/h/.cache/exec-format-guard'],
  ])('%j: %s', (env, folder) => {
    expect(listingFolderOf(env)).toBe(folder);
  });
});
