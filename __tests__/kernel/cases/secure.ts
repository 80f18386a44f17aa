/** Programs that change who the process is: set-uid, set-gid, file capabilities. Loaders then trust nobody. */
import { directory, type TarItem } from '../../support/layer-builder.ts';
import { type KernelCase, program } from '../kernel-case.ts';
import {
  AS_USER,
  elf,
  fails,
  GLIBC,
  GLIBC_PATH,
  glibcApp,
  library,
  MUSL,
  muslApp,
  REAL,
  starts,
} from '../loading.ts';
import { app, begins, DEFAULT, liba, missing } from './glibc-case.ts';

const SUID: Partial<TarItem> = { mode: 0o4755 };
const SGID: Partial<TarItem> = { mode: 0o2755 };
const CAPABLE: Partial<TarItem> = {
  pax: { 'SCHILY.xattr.security.capability': '\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0' },
};

const CLOSED_LOADER = [directory('closed', { mode: 0o700 }), program('closed/ld.so', REAL.glibcLoader)];

function asUser(...env: readonly string[]): Partial<KernelCase> {
  return { ...AS_USER, config: { entrypoint: ['/app'], user: '1000:1000', env } };
}

export const secureCases: readonly KernelCase[] = [
  begins('a set-uid program of root, started by root, is as any other', [app({}, SUID), liba('/opt')], {
    config: { entrypoint: ['/app'], env: ['LD_LIBRARY_PATH=/opt'] },
  }),
  missing(
    'LD_LIBRARY_PATH before a set-uid program',
    [app({}, SUID), liba('/opt')],
    asUser('LD_LIBRARY_PATH=/opt'),
  ),
  missing(
    'LD_LIBRARY_PATH before a set-gid program',
    [app({}, SGID), liba('/opt')],
    asUser('LD_LIBRARY_PATH=/opt'),
  ),
  missing(
    'LD_LIBRARY_PATH before a program with capabilities',
    [app({}, CAPABLE), liba('/opt')],
    asUser('LD_LIBRARY_PATH=/opt'),
  ),
  begins(
    'a set-gid bit without x for the group is none',
    [app({}, { mode: 0o2745, uid: 1000 }), liba('/opt')],
    asUser('LD_LIBRARY_PATH=/opt'),
  ),
  begins(
    'a set-uid program of the user itself is as any other',
    [app({}, { ...SUID, uid: 1000 }), liba('/opt')],
    asUser('LD_LIBRARY_PATH=/opt'),
  ),
  fails(
    'not-executable',
    'who starts a set-uid program opens its loader',
    [...GLIBC, ...CLOSED_LOADER, glibcApp({ interpreter: '/closed/ld.so' }, SUID)],
    { ...AS_USER, kernel: 'execve EACCES' },
  ),
  begins('RUNPATH counts for set-uid programs', [app({ runpath: '/opt' }, SUID), liba('/opt')], AS_USER),
  missing(
    '$ORIGIN of a set-uid program outside of the standard directories',
    [app({ runpath: '$ORIGIN/opt' }, SUID), liba('/opt')],
    AS_USER,
  ),
  begins(
    '$ORIGIN of a set-uid program below a standard directory',
    [
      elf('/usr/lib/x/app', { interpreter: GLIBC_PATH, needed: ['liba.so.1'], runpath: '$ORIGIN/y' }, SUID),
      liba('/usr/lib/x/y'),
    ],
    { ...AS_USER, config: { entrypoint: ['/usr/lib/x/app'], user: '1000:1000' } },
  ),
  begins(
    '$ORIGIN of a library of a set-uid program',
    [
      app({ runpath: '/opt' }, SUID),
      liba('/opt', { needed: ['libb.so.1'], runpath: '$ORIGIN/more' }),
      library('/opt/more/libb.so.1'),
    ],
    AS_USER,
  ),
  begins(
    'LD_PRELOAD by path is dropped',
    [glibcApp({}, SUID), library('/opt/pre.so', { needed: ['libgone.so'] })],
    asUser('LD_PRELOAD=/opt/pre.so'),
  ),
  begins(
    'LD_PRELOAD by name wants set-uid libraries',
    [glibcApp({}, SUID), library(`${DEFAULT}/pre.so`, {}, { mode: 0o4644 })],
    asUser('LD_PRELOAD=pre.so'),
  ),
  {
    ...begins(
      'LD_PRELOAD by name of a plain library',
      [glibcApp({}, SUID), library(`${DEFAULT}/pre.so`)],
      asUser('LD_PRELOAD=pre.so'),
    ),
    expect: { note: 'library-not-found' },
  },
  missing(
    'a token in a needed name',
    [glibcApp({ needed: ['$ORIGIN/opt/liba.so.1', 'libc.so.6'] }, SUID), liba('/opt')],
    { ...AS_USER, prints: 'DST not allowed' },
  ),
  begins(
    'a set-uid program reads what its owner may read',
    [app({}, SUID), liba(DEFAULT, {}, { mode: 0o600 })],
    AS_USER,
  ),
  missing(
    'a set-uid program of root that has capabilities of its own reads no more',
    [app({}, { ...SUID, ...CAPABLE }), liba(DEFAULT, {}, { mode: 0o600, uid: 7 })],
    AS_USER,
  ),
  begins(
    'a set-uid program of root that has none reads all',
    [app({}, SUID), liba(DEFAULT, {}, { mode: 0o600, uid: 7 })],
    AS_USER,
  ),
  missing('a set-gid program does not', [app({}, SGID), liba(DEFAULT, {}, { mode: 0o600 })], AS_USER),
  begins(
    'a set-gid program still reads what the user’s first group may read',
    [app({}, SGID), liba(DEFAULT, {}, { mode: 0o640, gid: 1000 })],
    AS_USER,
  ),
  starts('a set-uid program of musl', [...MUSL, { ...muslApp(), ...SUID }], AS_USER),
  fails(
    'library-not-found',
    'LD_LIBRARY_PATH before a set-uid program of musl',
    [...MUSL, { ...muslApp({ needed: ['liba.so'] }), ...SUID }, library('/opt/liba.so')],
    asUser('LD_LIBRARY_PATH=/opt'),
  ),
  fails(
    'library-not-found',
    '$ORIGIN of a set-uid program of musl',
    [
      ...MUSL,
      { ...muslApp({ needed: ['liba.so'], runpath: '$ORIGIN/opt' }), ...SUID },
      library('/opt/liba.so'),
    ],
    AS_USER,
  ),
  starts(
    'RUNPATH of a set-uid program of musl',
    [...MUSL, { ...muslApp({ needed: ['liba.so'], runpath: '/opt' }), ...SUID }, library('/opt/liba.so')],
    AS_USER,
  ),
  fails(
    'library-not-found',
    'the libc itself is missing for a set-uid program',
    [...GLIBC.slice(0, 1), glibcApp({}, SUID)],
    AS_USER,
  ),
];
