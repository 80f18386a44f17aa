/** PT_INTERP: the file that the kernel loads for a program. */
import { file, symlink, whiteout } from '../../support/layer-builder.ts';
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
import { compile, PROGRAMS } from '../programs.ts';

const LIBC = file('lib/x86_64-linux-gnu/libc.so.6', REAL.glibc);
const loader = (data: string | Buffer, options = {}) => program(GLIBC_PATH.slice(1), data, options);
const notFound = (name: string, ...items: readonly Parameters<typeof fails>[2][number][]) =>
  fails('loader-not-found', name, items);
const mismatch = (name: string, data: string | Buffer, kernel: string) =>
  fails('loader-mismatch', name, [glibcApp(), LIBC, loader(data)], { kernel });

function withByte(at: number, value: number): Buffer {
  const data = Buffer.from(REAL.glibcLoader);
  data[at] = value;
  return data;
}

/** It must be started without words: as a loader it would want some. */
const SPEAKS =
  'const char *const volatile texts[] = { "/etc/ld-musl-x86_64.path", "/lib:/usr/local/lib:/usr/lib", "1.2.5" };' +
  'int main(int count) { return count - 1 + (texts[0] == 0); }';
const EMPTY = 'int main(void) { return 0; }';
/** Programs and libraries under the loader's name, each before a program that needs nothing but the libc. */
const NO_LOADERS = {
  'a static program of glibc’s': compile('gcc', ['-static'], EMPTY),
  'a static PIE of glibc’s': compile('gcc', ['-static-pie'], EMPTY),
  'a real static program': PROGRAMS.busybox,
  'a program of glibc’s': compile('gcc', [], EMPTY),
  'a program of musl’s': compile('musl-gcc', [], EMPTY),
  'glibc itself': REAL.glibc,
} as const;

export const loaderCases: readonly KernelCase[] = [
  starts('a glibc program with its loader', [...GLIBC, glibcApp()]),
  starts('a musl program with its loader', [...MUSL, muslApp()]),
  starts('glibc and musl side by side', [...GLIBC, ...MUSL, muslApp()]),
  starts('a program without a loader needs none', [program('app', PROGRAMS.amd64Pie)]),
  fails('loader-not-found', 'no loader at all', [glibcApp()], { kernel: 'execve ENOENT' }),
  notFound('a musl program in a glibc image', ...GLIBC, muslApp()),
  notFound('a glibc program in a musl image', ...MUSL, glibcApp()),
  notFound(
    'the loader under another name',
    glibcApp(),
    LIBC,
    program('lib/ld-linux-x86-64.so.2', REAL.glibcLoader),
  ),
  notFound('a dangling symlink', glibcApp(), LIBC, symlink(GLIBC_PATH.slice(1), '/opt/gone.so')),
  notFound('a symlink to a file below a dangling one', glibcApp(), symlink('lib64', 'usr/lib64')),
  fails(
    'loader-not-found',
    'a symlink that goes round in circles',
    [glibcApp(), symlink(GLIBC_PATH.slice(1), 'ld-linux-x86-64.so.2')],
    { kernel: 'execve ELOOP' },
  ),
  fails('loader-not-found', 'a file where a directory should be', [glibcApp(), file('lib64', '')], {
    kernel: 'execve ENOTDIR',
  }),
  {
    ...fails('loader-not-found', 'a loader that an upper layer removes', []),
    layers: [[...GLIBC, glibcApp()], [whiteout(GLIBC_PATH.slice(1))]],
  },
  ...[4, 5].map((at) =>
    starts(`a loader whose header claims something else in byte ${at}`, [
      glibcApp(),
      LIBC,
      loader(withByte(at, 9)),
    ]),
  ),
  starts('a chain of symlinks, absolute and relative', [
    glibcApp(),
    LIBC,
    symlink('lib64', 'usr/lib64'),
    symlink('usr/lib64/ld-linux-x86-64.so.2', '/opt/ld/current'),
    symlink('opt/ld/current', '../store/ld.so'),
    program('opt/store/ld.so', REAL.glibcLoader),
  ]),
  mismatch('a script', `#!/bin/sh\n${'exec /app\n'.repeat(9)}`, 'execve ELIBBAD'),
  mismatch('a text', 'this is the loader, honestly. '.repeat(9), 'execve ELIBBAD'),
  mismatch('an empty file', '', 'execve EIO'),
  mismatch('a file shorter than an ELF header', '\x7fELF', 'execve EIO'),
  mismatch('a program for arm64', PROGRAMS.arm64, 'execve ELIBBAD'),
  mismatch('a program for i386', PROGRAMS.i386, 'execve ELIBBAD'),
  mismatch('an object file', PROGRAMS.amd64Object, 'execve ELIBBAD'),
  mismatch(
    'a loader whose program headers are lost',
    Buffer.from(REAL.glibcLoader.subarray(0, 100)),
    'execve ELIBBAD',
  ),
  fails('malformed-elf', 'a loader cut in half', [
    glibcApp(),
    LIBC,
    loader(REAL.glibcLoader.subarray(0, REAL.glibcLoader.length / 2)),
  ]),
  fails(
    'not-executable',
    'a loader without any x bit',
    [glibcApp(), LIBC, loader(REAL.glibcLoader, { mode: 0o644 })],
    { kernel: 'execve EACCES' },
  ),
  fails('not-executable', 'a directory', [glibcApp(), file(`${GLIBC_PATH.slice(1)}/x`, '')], {
    kernel: 'execve EACCES',
  }),
  fails(
    'not-executable',
    'a loader that this user may not execute',
    [glibcApp(), LIBC, loader(REAL.glibcLoader, { mode: 0o744 })],
    AS_USER,
  ),
  starts(
    'a loader that this user may execute but not read',
    [glibcApp(), LIBC, loader(REAL.glibcLoader, { mode: 0o711 })],
    AS_USER,
  ),
  fails(
    'not-executable',
    'a loader in a directory that this user may not search',
    [glibcApp(), LIBC, { name: 'lib64/', flag: '5', mode: 0o700 }, loader(REAL.glibcLoader)],
    AS_USER,
  ),
  starts(
    'a relative loader, found from WORKDIR',
    [
      LIBC,
      elf('/app', { interpreter: 'ld.so', needed: ['libc.so.6'] }),
      program('srv/ld.so', REAL.glibcLoader),
    ],
    { config: { entrypoint: ['/app'], workingDir: '/srv' } },
  ),
  fails('loader-not-found', 'a relative loader, not found from WORKDIR', [
    LIBC,
    elf('/app', { interpreter: 'ld.so', needed: ['libc.so.6'] }),
    program('srv/ld.so', REAL.glibcLoader),
  ]),
  starts('a static program as the loader runs in its place', [glibcApp(), loader(PROGRAMS.amd64)]),
  starts('a static PIE as the loader runs in its place', [glibcApp(), loader(PROGRAMS.amd64Pie)]),
  starts('a static program of musl’s as the loader runs in its place', [
    glibcApp(),
    loader(compile('musl-gcc', ['-static'], EMPTY)),
  ]),
  ...Object.entries(NO_LOADERS).map(([name, data]) => mismatch(name, data, 'signal 11')),
  fails('malformed-elf', 'a library under the loader’s name', [
    glibcApp(),
    LIBC,
    loader(compile('gcc', ['-shared', '-fPIC'], 'int here(void) { return 0; }')),
  ]),
  starts('a static PIE that speaks of a loader’s paths is none', [
    program('app', compile('gcc', ['-static-pie'], SPEAKS)),
  ]),
  starts('musl’s loader under the name of glibc’s', [
    elf('/app', { interpreter: GLIBC_PATH, needed: ['libc.so.6', 'libm.so.6'] }),
    loader(REAL.musl),
  ]),
  starts('glibc’s loader under the name of musl’s', [
    muslApp({ needed: ['libc.so.6'] }),
    LIBC,
    program(MUSL_PATH.slice(1), REAL.glibcLoader),
  ]),
  ...[['glibc', GLIBC_PATH, REAL.glibcLoader] as const, ['musl', MUSL_PATH, REAL.musl] as const].map(
    ([libc, interpreter, data]) =>
      fails('library-not-found', `a library is missing for ${libc}’s loader with debug information`, [
        program(interpreter.slice(1), Buffer.concat([data, Buffer.alloc(3 << 20, 'debug')])),
        elf('/app', { interpreter, needed: ['libgone.so'] }),
      ]),
  ),
  starts('a library as the loader is one', [
    glibcApp({ interpreter: '/opt/any' }),
    LIBC,
    program('opt/any', REAL.glibcLoader),
    library('/opt/other.so'),
  ]),
];
