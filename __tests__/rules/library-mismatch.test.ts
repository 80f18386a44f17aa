import { expect, test } from '@jest/globals';
import { libraryMismatch } from '../../src/rules/library-mismatch.ts';
import { file } from '../support/layer-builder.ts';
import { type Case, rowsOf, saidBy } from '../support/loader-rule-tester.ts';
import { app, glibcLoader, library } from '../support/loading.ts';

const LIBA = '/usr/lib/liba.so.1';
const FILES = [
  glibcLoader(),
  library('/lib/x86_64-linux-gnu/libc.so.6'),
  app({ needed: ['liba.so.1', 'libc.so.6'], runpath: '/opt' }),
];
const misfit = (path: string, error: string) => ({
  severity: 'error',
  title: `{platforms} cannot start /app: ${path} is not a library for its loader`,
  path,
  runtimeError: `/app: error while loading shared libraries: ${error}`,
});

const CASES: readonly Case[] = [
  [
    'a library for another machine is no library',
    [...FILES, library(LIBA, { machine: 'arm64' })],
    [misfit(LIBA, 'liba.so.1: cannot open shared object file: No such file or directory')],
  ],
  [
    'a library of another word size is no library',
    [...FILES, library(LIBA, { machine: 'i386' })],
    [misfit(LIBA, 'liba.so.1: wrong ELF class: ELFCLASS32')],
  ],
  [
    'a linker script is no library, although a good one follows',
    [...FILES, file('opt/liba.so.1', 'GROUP ( /lib/libreal.so )'.repeat(4)), library(LIBA)],
    [misfit('/opt/liba.so.1', '/opt/liba.so.1: invalid ELF header')],
  ],
  [
    'a library for another machine is passed over for a good one',
    [...FILES, library('/opt/liba.so.1', { machine: 'arm64' }), library(LIBA)],
    [],
  ],
  ['a library that is missing is not this rule’s', FILES, []],
];

test.each(rowsOf(CASES))('%s', async (_, items, said, start) => {
  expect(await saidBy(libraryMismatch, items, start)).toEqual(said);
});
