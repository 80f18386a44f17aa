/** What depends on the processor: its level, and libraries for better ones. This machine's has x86-64-v3 at least. */
import type { Platform } from '../../../src/oci/platform.ts';
import { file } from '../../support/layer-builder.ts';
import { amd64Line, buildLdCache } from '../../support/ld-cache-builder.ts';
import type { KernelCase } from '../kernel-case.ts';
import { elf, fails, GLIBC, glibcApp, MUSL, muslApp, starts } from '../loading.ts';
import { app, begins, DEFAULT, liba } from './glibc-case.ts';

const [V1, V2, V3] = [1, 3, 7];
const warns = { expect: { warning: 'isa-level' } } as const;

function amd64(variant: string): { readonly platform: Platform } {
  return { platform: { os: 'linux', architecture: 'amd64', variant } };
}

const better = (level: string) => `${DEFAULT}/glibc-hwcaps/${level}`;
const text = (level: string) => file(`${better(level).slice(1)}/liba.so.1`, 'x'.repeat(99));

export const processorCases: readonly KernelCase[] = [
  begins('a program of the baseline', [glibcApp({ x86IsaNeeded: V1 })]),
  begins('a program of v2', [glibcApp({ x86IsaNeeded: V2 })], warns),
  begins('a program of v3', [glibcApp({ x86IsaNeeded: V3 })], warns),
  starts('a static program of v3', [elf('/app', { x86IsaNeeded: V3 })], warns),
  starts('a musl program of v3', [...MUSL, muslApp({ x86IsaNeeded: V3 })], warns),
  begins('a library of v3', [app(), liba(DEFAULT, { x86IsaNeeded: V3 })], warns),
  {
    ...begins(
      'a library of a level that no processor has',
      [app(), liba(DEFAULT, { x86IsaNeeded: 1 << 20 })],
      warns,
    ),
    here: 'ends',
  },
  begins('a program of v3 for v3', [glibcApp({ x86IsaNeeded: V3 })], amd64('v3')),
  begins('a program of v3 for v2', [glibcApp({ x86IsaNeeded: V3 })], { ...amd64('v2'), ...warns }),
  begins('a program of v2 for v3', [glibcApp({ x86IsaNeeded: V2 })], amd64('v3')),
  starts(
    'a Go program of v3',
    [elf('/app', { go: { version: 'go1.22.0', path: 'shop', settings: { GOAMD64: 'v3' } } })],
    warns,
  ),
  starts('a Go program of v1', [
    elf('/app', { go: { version: 'go1.22.0', path: 'shop', settings: { GOAMD64: 'v1' } } }),
  ]),
];

export const hwcapsCases: readonly KernelCase[] = [
  begins('a better library beside the plain one', [app(), liba(DEFAULT), liba(better('x86-64-v3'))]),
  begins('a better library of v3 code beside the plain one', [
    app(),
    liba(DEFAULT),
    liba(better('x86-64-v3'), { x86IsaNeeded: V3 }),
  ]),
  begins('a library for v2 only', [app(), liba(better('x86-64-v2'))], {
    expect: { warning: 'library-not-found' },
  }),
  {
    ...begins('a library for one kind of processor of a level', [app(), liba(`${DEFAULT}/xeon_phi`)], {
      expect: { warning: 'library-not-found' },
    }),
    here: 'ends',
  },
  begins('a library for v2 only, and hosts of v2', [app(), liba(better('x86-64-v2'))], amd64('v2')),
  begins('a library for v3 only, and hosts of v3', [app(), liba(better('x86-64-v3'))], amd64('v3')),
  fails('library-not-found', 'a library for a level that does not exist', [
    ...GLIBC,
    app(),
    liba(better('x86-64-v9')),
  ]),
  begins('a better library of another machine is passed over', [
    app(),
    liba(DEFAULT),
    liba(better('x86-64-v2'), { machine: 'arm64' }),
  ]),
  {
    ...begins('a broken better library breaks better hosts', [app(), liba(DEFAULT), text('x86-64-v2')], {
      expect: { warning: 'library-mismatch' },
    }),
    here: 'ends',
  },
  fails(
    'library-mismatch',
    'a broken better library on hosts that all take it',
    [...GLIBC, app(), liba(DEFAULT), text('x86-64-v2')],
    amd64('v2'),
  ),
  begins('glibc-hwcaps in RUNPATH', [
    app({ runpath: '/opt' }),
    liba('/opt/glibc-hwcaps/x86-64-v2'),
    liba('/opt'),
  ]),
  begins('the cache knows better libraries', [
    app(),
    liba('/opt'),
    liba('/opt/glibc-hwcaps/x86-64-v2'),
    file(
      'etc/ld.so.cache',
      Buffer.from(
        buildLdCache([
          amd64Line('liba.so.1', '/opt/glibc-hwcaps/x86-64-v2/liba.so.1', 'x86-64-v2'),
          amd64Line('liba.so.1', '/opt/liba.so.1'),
        ]),
        'latin1',
      ),
    ),
  ]),
  begins('a library in a tls directory, which this loader still searches', [app(), liba(`${DEFAULT}/tls`)]),
];
