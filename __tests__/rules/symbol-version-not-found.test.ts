import { expect, test } from '@jest/globals';
import { symbolVersionNotFound } from '../../src/rules/symbol-version-not-found.ts';
import type { ElfSpec } from '../support/elf-spec.ts';
import { symlink } from '../support/layer-builder.ts';
import { type Case, rowsOf, type Said, saidBy } from '../support/loader-rule-tester.ts';
import { app, elf, glibcLoader, library, MUSL, muslLoader } from '../support/loading.ts';

const LIBC = '/lib/x86_64-linux-gnu/libc.so.6';
const GLIBC_231 = [glibcLoader(), library(LIBC, { versionsDefined: ['GLIBC_2.2.5', 'GLIBC_2.31'] })];

function wants(file: string, name: string, weak = false): ElfSpec {
  return { versionsNeeded: [{ file, versions: [{ name, weak }] }] };
}

const OWN_LOADER = glibcLoader();
const BANNER = Buffer.from('ld.so (Debian GLIBC 2.36-9) stable release version 2.36.\n\0');
const NEW_LOADER = { ...OWN_LOADER, data: Buffer.concat([Buffer.from(OWN_LOADER.data ?? ''), BANNER]) };

function lacksOn(version: string, has: string): Said {
  return {
    severity: 'error',
    title: `{platforms} cannot start /app: it needs ${version} and ${has}`,
    path: '/app',
    runtimeError: `/app: ${LIBC}: version \`${version}' not found (required by /app)`,
  };
}

const CASES: readonly Case[] = [
  [
    'a program that was built with a newer glibc is told of',
    [...GLIBC_231, app(wants('libc.so.6', 'GLIBC_2.38'))],
    [
      {
        severity: 'error',
        title: `{platforms} cannot start /app: it needs GLIBC_2.38 and ${LIBC} defines up to GLIBC_2.31`,
        path: '/app',
        runtimeError: `/app: ${LIBC}: version \`GLIBC_2.38' not found (required by /app)`,
      },
    ],
  ],
  [
    'the glibc is named by its file, which may define less than its number says',
    [
      glibcLoader(),
      library('/lib/x86_64-linux-gnu/libc-2.31.so', { versionsDefined: ['GLIBC_2.30'] }),
      symlink(LIBC.slice(1), 'libc-2.31.so'),
      app(wants('libc.so.6', 'GLIBC_2.33')),
    ],
    [lacksOn('GLIBC_2.33', 'the image has glibc 2.31')],
  ],
  [
    'the glibc is named by its loader where the file does not say it',
    [NEW_LOADER, library(LIBC, { versionsDefined: ['GLIBC_2.34'] }), app(wants('libc.so.6', 'GLIBC_2.38'))],
    [lacksOn('GLIBC_2.38', 'the image has glibc 2.36')],
  ],
  [
    'the libc of another release than its loader’s is told by what it defines',
    [NEW_LOADER, library(LIBC, { versionsDefined: ['GLIBC_2.9'] }), app(wants('libc.so.6', 'GLIBC_2.34'))],
    [lacksOn('GLIBC_2.34', `${LIBC} defines up to GLIBC_2.9`)],
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
        path: '/app',
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
