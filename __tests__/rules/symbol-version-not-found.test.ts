import { expect, test } from '@jest/globals';
import { symbolVersionNotFound } from '../../src/rules/symbol-version-not-found.ts';
import type { ElfSpec } from '../support/elf-spec.ts';
import { type Case, rowsOf, saidBy } from '../support/loader-rule-tester.ts';
import { app, elf, glibcLoader, library, MUSL, muslLoader } from '../support/loading.ts';

const LIBC = '/lib/x86_64-linux-gnu/libc.so.6';
const GLIBC_231 = [glibcLoader(), library(LIBC, { versionsDefined: ['GLIBC_2.2.5', 'GLIBC_2.31'] })];

function wants(file: string, name: string, weak = false): ElfSpec {
  return { versionsNeeded: [{ file, versions: [{ name, weak }] }] };
}

const CASES: readonly Case[] = [
  [
    'a program that was built with a newer glibc is told of',
    [...GLIBC_231, app(wants('libc.so.6', 'GLIBC_2.38'))],
    [
      {
        severity: 'error',
        title: '{platforms} cannot start /app: it needs GLIBC_2.38 and the image has glibc 2.31',
        path: LIBC,
        runtimeError: `/app: ${LIBC}: version \`GLIBC_2.38' not found (required by /app)`,
      },
    ],
  ],
  [
    'a library other than the libc that lost a version is told of',
    [
      ...GLIBC_231,
      app({ needed: ['liba.so.1', 'libc.so.6'], ...wants('liba.so.1', 'A_2') }),
      library('/usr/lib/liba.so.1', { versionsDefined: ['A_1'] }),
    ],
    [
      {
        severity: 'error',
        title: '{platforms} cannot start /app: it needs A_2 and /usr/lib/liba.so.1 does not define it',
        path: '/usr/lib/liba.so.1',
        runtimeError: "/app: /usr/lib/liba.so.1: version `A_2' not found (required by /app)",
      },
    ],
  ],
  ['a version that the glibc has is fine', [...GLIBC_231, app(wants('libc.so.6', 'GLIBC_2.31'))], []],
  [
    'a newer version that is wanted weakly is fine',
    [...GLIBC_231, app(wants('libc.so.6', 'GLIBC_2.38', true))],
    [],
  ],
  [
    'musl does not look at versions',
    [
      muslLoader(),
      elf('/app', { interpreter: MUSL, needed: ['libc.so.6'], ...wants('libc.so.6', 'GLIBC_2.38') }),
    ],
    [],
  ],
];

test.each(rowsOf(CASES))('%s', async (_, items, said, start) => {
  expect(await saidBy(symbolVersionNotFound, items, start)).toEqual(said);
});
