import { expect, test } from '@jest/globals';
import { symbolNotFound } from '../../src/rules/symbol-not-found.ts';
import type { ElfSpec } from '../support/elf-spec.ts';
import { type Case, rowsOf, saidBy } from '../support/loader-rule-tester.ts';
import { app, elf, glibcLoader, library, MUSL, muslLoader } from '../support/loading.ts';

const GLIBC_FILES = [
  glibcLoader(),
  library('/lib/x86_64-linux-gnu/libc.so.6', { defined: ['malloc'] }),
  library('/usr/lib/liba.so.1', { defined: ['here'] }),
];
const MUSL_FILES = [muslLoader(MUSL, { defined: ['malloc'] })];
const glibcApp = (spec: ElfSpec) => app({ needed: ['liba.so.1', 'libc.so.6'], ...spec });
const muslApp = (spec: ElfSpec) => elf('/app', { interpreter: MUSL, needed: ['libc.so'], ...spec });
const unbound = (symbol: string, runtimeError: string) => ({
  severity: 'error',
  title: `{platforms} cannot start /app: ${symbol} is in none of its libraries`,
  path: '/app',
  runtimeError,
});

const CASES: readonly Case[] = [
  [
    'a function that musl does not have ends the start, also if it is only called',
    [...MUSL_FILES, muslApp({ undefined: ['__memcpy_chk'], undefinedAre: 'called' })],
    [unbound('__memcpy_chk', 'Error relocating /app: __memcpy_chk: symbol not found')],
  ],
  [
    'a function that no library has ends the start under glibc if it is bound at once',
    [...GLIBC_FILES, glibcApp({ undefined: ['nowhere'], undefinedAre: 'called', flags: 8 })],
    [unbound('nowhere', '/app: symbol lookup error: /app: undefined symbol: nowhere')],
  ],
  [
    'a function that is bound when it is called is not looked up',
    [...GLIBC_FILES, glibcApp({ undefined: ['nowhere'], undefinedAre: 'called' })],
    [],
  ],
  [
    'symbols of the libc and of a library are found',
    [...GLIBC_FILES, glibcApp({ undefined: ['malloc', 'here'] })],
    [],
  ],
  [
    'where a version is missing the loader ends before it looks symbols up',
    [
      ...GLIBC_FILES.slice(0, 1),
      library('/lib/x86_64-linux-gnu/libc.so.6', { versionsDefined: ['GLIBC_2.30'] }),
      app({
        undefined: ['arc4random'],
        versionsNeeded: [{ file: 'libc.so.6', versions: [{ name: 'GLIBC_2.36', weak: false }] }],
      }),
    ],
    [],
  ],
  [
    'a symbol that a library has in another version only',
    [
      ...GLIBC_FILES.slice(0, 2),
      library('/usr/lib/liba.so.1', { defined: ['here@@V_1'], versionsDefined: ['V_1', 'V_2'] }),
      glibcApp({
        undefined: ['here@V_2'],
        versionsNeeded: [{ file: 'liba.so.1', versions: [{ name: 'V_2', weak: false }] }],
      }),
    ],
    [unbound('here@V_2', '/app: symbol lookup error: /app: undefined symbol: here, version V_2')],
  ],
  ['a weak symbol may be missing', [...MUSL_FILES, muslApp({ weakUndefined: ['nowhere'] })], []],
];

test.each(rowsOf(CASES))('%s', async (_, items, said, start) => {
  expect(await saidBy(symbolNotFound, items, start)).toEqual(said);
});
