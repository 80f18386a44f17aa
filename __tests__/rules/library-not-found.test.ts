import { expect, test } from '@jest/globals';
import { libraryNotFound } from '../../src/rules/library-not-found.ts';
import { type Case, rowsOf, saidBy } from '../support/loader-rule-tester.ts';
import { app, elf, glibcLoader, library, MUSL, muslLoader } from '../support/loading.ts';

const GLIBC_FILES = [glibcLoader(), library('/lib/x86_64-linux-gnu/libc.so.6')];
const needsA = { needed: ['liba.so.1', 'libc.so.6'] };
const title = '{platforms} cannot start /app: the library liba.so.1 is not in the image';
const GONE = 'liba.so.1: cannot open shared object file: No such file or directory';

const CASES: readonly Case[] = [
  [
    'glibc finds no library of that name',
    [...GLIBC_FILES, app(needsA)],
    [
      {
        severity: 'error',
        title,
        path: '/app',
        runtimeError: `/app: error while loading shared libraries: ${GONE}`,
      },
    ],
  ],
  [
    'musl finds no library of that name that another library needs',
    [
      muslLoader(),
      elf('/app', { interpreter: MUSL, needed: ['libb.so'] }),
      library('/usr/lib/libb.so', { needed: ['liba.so.1'] }),
    ],
    [
      {
        severity: 'error',
        title,
        path: '/usr/lib/libb.so',
        runtimeError:
          'Error loading shared library liba.so.1: No such file or directory (needed by /usr/lib/libb.so)',
      },
    ],
  ],
  [
    'a library for better processors alone is missing on the others',
    [...GLIBC_FILES, app(needsA), library('/usr/lib/glibc-hwcaps/x86-64-v3/liba.so.1')],
    [
      {
        severity: 'warning',
        title:
          '{platforms} cannot start /app on x86-64-v1 processors, x86-64-v2 processors: the library liba.so.1 is not in the image',
        path: '/app',
        runtimeError: `/app: error while loading shared libraries: ${GONE}`,
      },
    ],
  ],
  [
    'a preload that is missing is only noted',
    [...GLIBC_FILES, app()],
    [
      {
        severity: 'note',
        title:
          '{platforms} {starts|start} without a preload: /app: the library /opt/pre.so is not in the image',
        path: '/app',
        runtimeError:
          "ERROR: ld.so: object '/opt/pre.so' from LD_PRELOAD cannot be preloaded (cannot open shared object file): ignored.",
      },
    ],
    { env: ['LD_PRELOAD=/opt/pre.so'] },
  ],
  [
    'a library in a directory that is searched is left alone',
    [...GLIBC_FILES, app(needsA), library('/usr/lib/liba.so.1')],
    [],
  ],
  [
    'so is one in a directory that LD_LIBRARY_PATH names',
    [...GLIBC_FILES, app(needsA), library('/opt/liba.so.1')],
    [],
    { env: ['LD_LIBRARY_PATH=/opt'] },
  ],
];

test.each(rowsOf(CASES))('%s', async (_, items, said, start) => {
  expect(await saidBy(libraryNotFound, items, start)).toEqual(said);
});
