import { expect, test } from '@jest/globals';
import { libraryNotFound } from '../../src/rules/library-not-found.ts';
import type { Severity } from '../../src/rules/rule.ts';
import { symbolNotFound } from '../../src/rules/symbol-not-found.ts';
import { type Case, rowsOf, type Said, saidBy } from '../support/loader-rule-tester.ts';
import { app, elf, glibcLoader, library, MUSL, muslLoader } from '../support/loading.ts';

const GLIBC_FILES = [glibcLoader(), library('/lib/x86_64-linux-gnu/libc.so.6')];
const needsA = { needed: ['liba.so.1', 'libc.so.6'] };
const title = '{platforms} cannot start /app: the library liba.so.1 is not in the image';
const GONE = 'liba.so.1: cannot open shared object file: No such file or directory';

function missing(severity: Severity, title: string, name: string): Said {
  const error = `${name}: cannot open shared object file: No such file or directory`;
  return {
    severity,
    title,
    path: '/app',
    runtimeError: `/app: error while loading shared libraries: ${error}`,
  };
}

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
  ...['libcuda.so.1', 'libcuda.so', 'libnvidia-ml.so.1', 'libGLX_nvidia.so.0'].map((name): Case => {
    const title = `{platforms} {starts|start} /app only where the host brings ${name}`;
    const files = [...GLIBC_FILES, app({ needed: [name, 'libc.so.6'] })];
    return [`a driver of NVIDIA’s: ${name}`, files, [missing('warning', title, name)]];
  }),
  ...['libcudart.so.12', 'libnvrtc.so.12'].map((name): Case => {
    const title = `{platforms} cannot start /app: the library ${name} is not in the image`;
    const files = [...GLIBC_FILES, app({ needed: [name, 'libc.so.6'] })];
    return [`no driver, for all its name: ${name}`, files, [missing('error', title, name)]];
  }),
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

test('what a driver of NVIDIA’s would define is missed no second time', async () => {
  const eager = { needed: ['libcuda.so.1', 'libc.so.6'], undefined: ['cuInit'], flags: 8 };
  expect(await saidBy(symbolNotFound, [...GLIBC_FILES, app(eager)])).toEqual([]);
});
