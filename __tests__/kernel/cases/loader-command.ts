/** Loaders that are started themselves, with the program as a word. */
import { file, symlink } from '../../support/layer-builder.ts';
import type { KernelCase } from '../kernel-case.ts';
import { program } from '../kernel-case.ts';
import {
  AS_USER,
  elf,
  fails,
  GLIBC,
  GLIBC_PATH,
  glibcApp,
  library,
  MUSL,
  MUSL_PATH,
  muslApp,
  REAL,
  starts,
} from '../loading.ts';
import { PROGRAMS } from '../programs.ts';

type Items = KernelCase['layers'][number];

const as = (...entrypoint: readonly string[]) => ({ config: { entrypoint } });
const begins = (name: string, items: Items, ...entrypoint: readonly string[]) =>
  starts(name, items, as(...entrypoint));
const ends = (rule: string, name: string, items: Items, ...entrypoint: readonly string[]) =>
  fails(rule, name, items, as(...entrypoint));

const app = (spec = {}, options = {}) => glibcApp({ needed: ['liba.so.1', 'libc.so.6'], ...spec }, options);
const musl = (spec = {}) => muslApp({ needed: ['liba.so'], ...spec });
const LOADER_NAME = 'ld-linux-x86-64.so.2';
const NEWER_LOADER = { file: LOADER_NAME, versions: [{ name: 'GLIBC_2.99', weak: false }] };
const OTHERWISE = ['--argv0', 'other', '/app'];
const object = program('app', PROGRAMS.amd64Object);
const half = program('app', REAL.glibc.subarray(0, REAL.glibc.length / 2));
const tini = elf('/opt/tini', { interpreter: GLIBC_PATH, needed: ['libc.so.6'] });

export const loaderCommandCases: readonly KernelCase[] = [
  ...[GLIBC_PATH, MUSL_PATH].map((loader) => ({
    ...ends('no-start-command', `${loader} without a program`, [...GLIBC, ...MUSL], loader),
  })),
  begins('glibc’s loader with a program', [...GLIBC, glibcApp()], GLIBC_PATH, '/app'),
  begins(
    'the loader in PT_INTERP need not be there',
    [...GLIBC, glibcApp({ interpreter: '/gone/ld.so' })],
    GLIBC_PATH,
    '/app',
  ),
  begins('the program needs no x bit', [...GLIBC, glibcApp({}, { mode: 0o644 })], GLIBC_PATH, '/app'),
  begins('a static program', [...GLIBC, program('app', PROGRAMS.amd64)], GLIBC_PATH, '/app'),
  ends(
    'not-executable',
    'a static program needs an x bit',
    [...GLIBC, program('app', PROGRAMS.amd64, { mode: 0o644 })],
    GLIBC_PATH,
    '/app',
  ),
  ends(
    'malformed-elf',
    'a static program for musl’s loader',
    [...MUSL, program('app', PROGRAMS.amd64)],
    MUSL_PATH,
    '/app',
  ),
  begins('a static PIE for musl’s loader', [...MUSL, program('app', PROGRAMS.amd64Pie)], MUSL_PATH, '/app'),
  begins('a static PIE', [...GLIBC, program('app', PROGRAMS.amd64Pie)], GLIBC_PATH, '/app'),
  ends('library-not-found', 'a library is missing', [...GLIBC, app()], GLIBC_PATH, '/app'),
  begins(
    '--library-path',
    [...GLIBC, app(), library('/opt/liba.so.1')],
    GLIBC_PATH,
    '--library-path',
    '/opt',
    '/app',
    'x',
  ),
  starts('--library-path counts instead of LD_LIBRARY_PATH', [...GLIBC, app(), library('/opt/liba.so.1')], {
    config: { entrypoint: [GLIBC_PATH, '--library-path', '/srv', '/app'], env: ['LD_LIBRARY_PATH=/opt'] },
    expect: { error: 'library-not-found' },
  }),
  begins('--argv0', [...GLIBC, tini], GLIBC_PATH, '--argv0', 'init', '/opt/tini'),
  ends(
    'library-not-found',
    '--preload of a library that needs what is missing',
    [...GLIBC, glibcApp(), library('/opt/pre.so', { needed: ['libgone.so'] })],
    GLIBC_PATH,
    '--preload',
    '/opt/pre.so',
    '/app',
  ),
  ends(
    'symbol-version-not-found',
    'a newer libc',
    [
      ...GLIBC,
      glibcApp({ versionsNeeded: [{ file: 'libc.so.6', versions: [{ name: 'GLIBC_2.99', weak: false }] }] }),
    ],
    GLIBC_PATH,
    '/app',
  ),
  ends(
    'symbol-version-not-found',
    'a newer loader',
    [...GLIBC, glibcApp({ needed: [LOADER_NAME, 'libc.so.6'], versionsNeeded: [NEWER_LOADER] })],
    GLIBC_PATH,
    '/app',
  ),
  ends(
    'symbol-not-found',
    'a symbol that nobody defines',
    [...GLIBC, glibcApp({ undefined: ['gone'] })],
    GLIBC_PATH,
    '/app',
  ),
  {
    ...ends('malformed-elf', 'an object file', [...GLIBC, object], GLIBC_PATH, '/app'),
    tells: 'otherwise',
  },
  {
    ...ends('malformed-elf', 'a program that is cut off', [...GLIBC, half], GLIBC_PATH, '/app'),
    kernel: 'signal 7',
  },
  ends(
    'library-not-found',
    'a program that is called otherwise',
    [...GLIBC, app()],
    GLIBC_PATH,
    ...OTHERWISE,
  ),
  ends(
    'library-not-found',
    '$ORIGIN is where the path says',
    [...GLIBC, app({ runpath: '$ORIGIN/srv' }), library('/srv/liba.so.1'), symlink('opt/app', '/app')],
    GLIBC_PATH,
    '/opt/app',
  ),
  ends('program-not-found', 'no such program', GLIBC, GLIBC_PATH, '/app'),
  ends(
    'wrong-architecture',
    'a program for arm64',
    [...GLIBC, program('app', PROGRAMS.arm64)],
    GLIBC_PATH,
    '/app',
  ),
  ends('malformed-elf', 'a script', [...GLIBC, program('app', '#!/bin/sh\nexit 0\n')], GLIBC_PATH, '/app'),
  ends('unknown-format', 'a text', [...GLIBC, program('app', 'exit 0\n'.repeat(20))], GLIBC_PATH, '/app'),
  ends('unknown-format', 'an empty file', [...GLIBC, program('app', '')], GLIBC_PATH, '/app'),
  fails('not-executable', 'a program that the user may not read', [...GLIBC, glibcApp({}, { mode: 0o711 })], {
    ...AS_USER,
    config: { ...AS_USER.config, entrypoint: [GLIBC_PATH, '/app'] },
  }),
  begins('musl’s loader with a program', [...MUSL, muslApp()], MUSL_PATH, '/app'),
  begins('a relative program', [...MUSL, muslApp()], MUSL_PATH, 'app'),
  ends('library-not-found', 'a library of musl’s is missing', [...MUSL, musl()], MUSL_PATH, '--', '/app'),
  ends(
    'symbol-not-found',
    'a symbol that nobody defines for musl',
    [...MUSL, muslApp({ undefined: ['gone'] })],
    MUSL_PATH,
    '/app',
  ),
  ends(
    'library-not-found',
    '$ORIGIN is where the path says for musl',
    [...MUSL, musl({ runpath: '$ORIGIN/srv' }), library('/srv/liba.so'), symlink('opt/app', '/app')],
    MUSL_PATH,
    '/opt/app',
  ),
  ...[object, program('app', PROGRAMS.busybox)].map((item, at) =>
    ends(
      'malformed-elf',
      `${at === 0 ? 'an object file' : 'a static program'} for musl`,
      [...MUSL, item],
      MUSL_PATH,
      '/app',
    ),
  ),
  begins(
    '--library-path=',
    [...MUSL, musl(), library('/opt/liba.so')],
    MUSL_PATH,
    '--library-path=/opt',
    '/app',
  ),
  begins(
    'musl’s --preload counts instead of LD_PRELOAD',
    [...MUSL, muslApp({ undefined: ['here'] }), library('/opt/pre.so', { defined: ['here'] })],
    MUSL_PATH,
    '--preload',
    '/opt/pre.so',
    '/app',
  ),
  ends('program-not-found', 'no such program for musl', MUSL, MUSL_PATH, '/app'),
  begins(
    'a static program holds the strings of a loader and is none',
    [program('bin/busybox', PROGRAMS.busybox), file('app', '')],
    '/bin/busybox',
    'true',
  ),
];
