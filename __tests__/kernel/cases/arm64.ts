/** Cases for an arm64 kernel, with Debian's arm64 loaders and libcs. */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Platform } from '../../../src/oci/platform.ts';
import { unpackDebian } from '../../support/debian-packages.ts';
import type { ElfSpec } from '../../support/elf-spec.ts';
import { file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { type KernelCase, program } from '../kernel-case.ts';
import {
  AS_USER,
  elf,
  fails as failsWith,
  library as libraryFile,
  starts as startsWith,
  withEnv,
} from '../loading.ts';
import { compile, PROGRAMS } from '../programs.ts';

const ARM64: { readonly platform: Platform } = { platform: { os: 'linux', architecture: 'arm64' } };
const GLIBC_PATH = '/lib/ld-linux-aarch64.so.1';
const MUSL_PATH = '/lib/ld-musl-aarch64.so.1';
const DEFAULT = '/usr/lib/aarch64-linux-gnu';

type More = Partial<KernelCase>;

const begins = (name: string, items: readonly TarItem[], more: More = {}) =>
  startsWith(name, items, { ...ARM64, ...more });
const fails = (rule: string, name: string, items: readonly TarItem[], more: More = {}) =>
  failsWith(rule, name, items, { ...ARM64, ...more });
const arm64 = { machine: 'arm64' } as const;
const app = (spec: ElfSpec = {}) =>
  elf('/app', { ...arm64, interpreter: GLIBC_PATH, needed: ['liba.so.1', 'libc.so.6'], ...spec });
const muslApp = (spec: ElfSpec = {}) =>
  elf('/app', { ...arm64, interpreter: MUSL_PATH, needed: ['liba.so', 'libc.so'], ...spec });
const library = (path: string, spec: ElfSpec = {}, options = {}) =>
  libraryFile(path, { ...arm64, ...spec }, options);
const liba = (directory: string, spec: ElfSpec = {}, options = {}) =>
  library(`${directory}/liba.so.1`, spec, options);

/** Downloads Debian's arm64 libraries where they are not there yet. */
export function arm64Cases(): readonly KernelCase[] {
  const folder = join(tmpdir(), 'debian-packages', 'libraries-arm64');
  unpackDebian({ architecture: 'arm64', packages: ['libc6', 'musl', 'busybox-static', 'dash'] }, folder);
  const real = (path: string) => readFileSync(join(folder, path));
  const loader = program(GLIBC_PATH.slice(1), real('lib/aarch64-linux-gnu/ld-linux-aarch64.so.1'));
  const glibc = [loader, file('lib/aarch64-linux-gnu/libc.so.6', real('lib/aarch64-linux-gnu/libc.so.6'))];
  const musl = [program(MUSL_PATH.slice(1), real('lib/aarch64-linux-musl/libc.so'))];
  return [
    ...programCases(),
    ...cutCases('a static program', real('bin/busybox'), []),
    ...cutCases('a program', real('bin/dash'), glibc),
    ...loaderCases(glibc, musl),
    ...libraryCases(glibc, musl),
  ];
}

function cutCases(name: string, data: Buffer, others: readonly TarItem[]): KernelCase[] {
  const part = (share: number) => program('app', data.subarray(0, Math.floor(data.length * share)));
  return [
    fails('malformed-elf', `${name} cut in half`, [part(0.5), ...others]),
    fails('malformed-elf', `${name} without its last tenth`, [part(0.9), ...others]),
  ];
}

function programCases(): KernelCase[] {
  const wrong = (name: string, spec: ElfSpec) =>
    fails('wrong-architecture', name, [elf('/app', spec)], { kernel: 'execve ENOEXEC' });
  return [
    begins('a static arm64 program', [program('app', PROGRAMS.arm64)]),
    begins('a static program of the builder', [elf('/app', arm64)]),
    wrong('an amd64 program', {}),
    wrong('an i386 program', { machine: 'i386' }),
    wrong('an s390x program', { machine: 's390x' }),
    wrong('a riscv64 program', { machine: 'riscv64' }),
    wrong('a loong64 program', { machine: 'loong64' }),
    fails(
      'wrong-abi',
      'a program of the old ARM ABI',
      [elf('/app', { machine: 'armel', header: { flags: 2 } })],
      { kernel: 'execve ENOEXEC' },
    ),
    begins('the byte order in EI_DATA is not looked at', [elf('/app', { ...arm64, header: { data: 2 } })]),
    begins('the class in EI_CLASS is not looked at', [elf('/app', { ...arm64, header: { class: 1 } })]),
    fails('malformed-elf', 'an object file', [elf('/app', { ...arm64, header: { type: 1 } })], {
      kernel: 'execve ENOEXEC',
    }),
    fails(
      'not-executable',
      'a program that the user may not execute',
      [elf('/app', arm64, { mode: 0o700 })],
      AS_USER,
    ),
  ];
}

function loaderCases(glibc: readonly TarItem[], musl: readonly TarItem[]): KernelCase[] {
  const plain = app({ needed: ['libc.so.6'] });
  return [
    begins('a glibc program', [...glibc, plain]),
    begins('a musl program', [...musl, muslApp({ needed: ['libc.so'] })]),
    fails('loader-not-found', 'a glibc program without its loader', [plain], { kernel: 'execve ENOENT' }),
    fails('loader-not-found', 'a glibc program in a musl image', [...musl, plain], {
      kernel: 'execve ENOENT',
    }),
    fails('loader-not-found', 'a musl program in a glibc image', [...glibc, muslApp({ needed: [] })], {
      kernel: 'execve ENOENT',
    }),
    fails('loader-not-found', 'a dangling loader', [plain, symlink(GLIBC_PATH.slice(1), 'gone')], {
      kernel: 'execve ENOENT',
    }),
    fails(
      'loader-mismatch',
      'an amd64 program as the loader',
      [plain, program(GLIBC_PATH.slice(1), PROGRAMS.amd64)],
      { kernel: 'execve ELIBBAD' },
    ),
    fails(
      'loader-mismatch',
      'a 32-bit ARM program as the loader',
      [plain, program(GLIBC_PATH.slice(1), PROGRAMS.arm)],
      { kernel: 'execve ELIBBAD' },
    ),
    fails(
      'loader-mismatch',
      'a script as the loader',
      [plain, program(GLIBC_PATH.slice(1), `#!/bin/sh\n${'exit 0\n'.repeat(20)}`)],
      { kernel: 'execve ELIBBAD' },
    ),
    fails('loader-mismatch', 'an empty loader', [plain, program(GLIBC_PATH.slice(1), '')], {
      kernel: 'execve EIO',
    }),
    fails(
      'not-executable',
      'a loader without x bits',
      [plain, { ...program(GLIBC_PATH.slice(1), PROGRAMS.arm64), mode: 0o644 }],
      { kernel: 'execve EACCES' },
    ),
  ];
}

function versioned(version: string): ElfSpec {
  const versions = [{ name: version, weak: false }];
  return { needed: ['libc.so.6'], versionsNeeded: [{ file: 'libc.so.6', versions }] };
}

function libraryCases(glibc: readonly TarItem[], musl: readonly TarItem[]): KernelCase[] {
  const found = (name: string, items: readonly TarItem[], more: More = {}) =>
    begins(name, [...glibc, ...items], more);
  const missing = (name: string, items: readonly TarItem[], more: More = {}) =>
    fails('library-not-found', name, [...glibc, ...items], { kernel: 'exit 127', ...more });
  return [
    ...[DEFAULT, '/lib/aarch64-linux-gnu', '/lib', '/usr/lib'].map((directory) =>
      found(`glibc searches ${directory}`, [app(), liba(directory)]),
    ),
    ...['/usr/lib64', '/usr/lib/x86_64-linux-gnu', '/usr/local/lib'].map((directory) =>
      missing(`glibc does not search ${directory}`, [app(), liba(directory)]),
    ),
    found('RPATH is inherited', [
      app({ rpath: '/opt' }),
      liba('/opt', { needed: ['libb.so.1'] }),
      library('/opt/libb.so.1'),
    ]),
    missing('RUNPATH is not', [
      app({ runpath: '/opt' }),
      liba('/opt', { needed: ['libb.so.1'] }),
      library('/opt/libb.so.1'),
    ]),
    found('$LIB', [app({ runpath: '/opt/$LIB' }), liba('/opt/lib/aarch64-linux-gnu')]),
    found('$PLATFORM', [app({ runpath: '/opt/$PLATFORM' }), liba('/opt/aarch64')]),
    found('LD_LIBRARY_PATH', [app(), liba('/opt')], withEnv('LD_LIBRARY_PATH=/opt')),
    found('an amd64 library is passed over', [
      app({ runpath: '/x' }),
      libraryFile('/x/liba.so.1'),
      liba(DEFAULT),
    ]),
    fails(
      'library-mismatch',
      'only an amd64 library',
      [...glibc, app(), libraryFile(`${DEFAULT}/liba.so.1`)],
      { kernel: 'exit 127' },
    ),
    fails(
      'library-mismatch',
      'a text',
      [...glibc, app(), file(`${DEFAULT.slice(1)}/liba.so.1`, 'x'.repeat(99))],
      { kernel: 'exit 127' },
    ),
    missing('a library that the user may not read', [app(), liba(DEFAULT, {}, { mode: 0o600 })], AS_USER),
    found('a version that the libc has', [app(versioned('GLIBC_2.34'))]),
    fails('symbol-version-not-found', 'a newer libc', [...glibc, app(versioned('GLIBC_2.99'))], {
      kernel: 'exit 1',
    }),
    fails(
      'symbol-not-found',
      'a symbol that nobody has',
      [...glibc, app({ needed: ['libc.so.6'], undefined: ['nowhere'] })],
      { kernel: 'exit 127' },
    ),
    fails(
      'symbol-version-not-found',
      "musl's libc in the place of glibc's, of which a program binds nothing before it runs",
      [
        ...glibc,
        program('app', compile('aarch64-linux-gnu-gcc', ['-Wl,-z,lazy'], 'int main(void) { return 0; }')),
        ...musl.map(({ data }) => file('x/libc.so.6', data)),
      ],
      { ...withEnv('LD_LIBRARY_PATH=/x'), prints: 'check_match: Assertion' },
    ),
    begins('musl finds a library', [...musl, muslApp(), library('/usr/lib/liba.so')]),
    fails('library-not-found', 'musl misses a library', [...musl, muslApp()], { kernel: 'exit 127' }),
    fails(
      'library-mismatch',
      'musl takes an amd64 library',
      [...musl, muslApp(), libraryFile('/lib/liba.so', { undefined: ['puts'] }), library('/usr/lib/liba.so')],
      { kernel: 'exit 127' },
    ),
    fails(
      'symbol-not-found',
      'musl misses a symbol',
      [...musl, muslApp({ needed: ['libc.so'], undefined: ['gnu_get_libc_version'] })],
      { kernel: 'exit 127' },
    ),
  ];
}
