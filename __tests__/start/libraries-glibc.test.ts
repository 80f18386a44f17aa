import { describe, expect, test } from '@jest/globals';
import { file, symlink } from '../support/layer-builder.ts';
import { amd64Line, buildLdCache } from '../support/ld-cache-builder.ts';
import { app, elf, glibcLoader, library, load, outcome } from '../support/loading.ts';

const LIBC = library('/lib/x86_64-linux-gnu/libc.so.6');
const BASE = [glibcLoader(), LIBC];
const LOADED = '/lib64/ld-linux-x86-64.so.2 -> /lib64/ld-linux-x86-64.so.2';
const LIBC_FOUND = 'libc.so.6 -> /lib/x86_64-linux-gnu/libc.so.6';

describe('where glibc finds libraries', () => {
  test('in the directories that the loader was built with', async () => {
    expect(outcome(await load([...BASE, app()]))).toEqual([LOADED, LIBC_FOUND]);
  });
});
