import { expect, test } from '@jest/globals';
import { loaderNotFound } from '../../src/rules/loader-not-found.ts';
import { symlink } from '../support/layer-builder.ts';
import { type Case, rowsOf, saidBy } from '../support/loader-rule-tester.ts';
import { app, elf, GLIBC, glibcLoader, library, MUSL, muslLoader } from '../support/loading.ts';

const gone = (loader: string) => ({
  severity: 'error',
  title: `{platforms} cannot start /app: its loader ${loader} is not in the image`,
  path: '/app',
  runtimeError: 'exec /app: no such file or directory',
});
const LIBC = library('/lib/x86_64-linux-gnu/libc.so.6');

const CASES: readonly Case[] = [
  ['a program for glibc in an image with musl has no loader', [app(), muslLoader()], [gone(GLIBC)]],
  [
    'a program for musl in an image with glibc has no loader',
    [elf('/app', { interpreter: MUSL, needed: [] }), glibcLoader(), LIBC],
    [gone(MUSL)],
  ],
  [
    'a loader that is a symlink to nothing is not there',
    [app(), symlink(GLIBC.slice(1), '../usr/lib/ld.so')],
    [gone(GLIBC)],
  ],
  [
    'a loader that is a symlink to itself is not there',
    [app(), symlink(GLIBC.slice(1), GLIBC)],
    [{ ...gone(GLIBC), runtimeError: 'exec /app: too many levels of symbolic links' }],
  ],
  ['a program with its loader is left alone', [app(), glibcLoader(), LIBC], []],
  ['a static program needs no loader', [elf('/app', {})], []],
];

test.each(rowsOf(CASES))('%s', async (_, items, said, start) => {
  expect(await saidBy(loaderNotFound, items, start)).toEqual(said);
});
