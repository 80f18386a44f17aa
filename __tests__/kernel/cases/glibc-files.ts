/** What glibc's loader does with the files that it finds under a library's name. */
import { file, hardLink, symlink, type TarItem } from '../../support/layer-builder.ts';
import type { KernelCase } from '../kernel-case.ts';
import { AS_USER, elf, glibcApp, library, REAL } from '../loading.ts';
import { PROGRAMS } from '../programs.ts';
import { app, begins, damaged, DEFAULT, inSrv, liba, mismatch, missing } from './glibc-case.ts';

const foreign = { machine: 'arm64' } as const;

export const glibcFileCases: readonly KernelCase[] = [
  missing(
    'a library as a directory',
    [glibcApp({ needed: ['/opt/liba.so.1/', 'libc.so.6'] }), liba('/opt')],
    { prints: 'cannot open shared object file: Error 20' },
  ),
  begins('a library of another machine is passed over', [
    app({ runpath: '/x' }),
    liba('/x', foreign),
    liba(DEFAULT),
  ]),
  begins('a library of another word size is passed over', [
    app({ runpath: '/x' }),
    liba('/x', { machine: 'i386' }),
    liba(DEFAULT),
  ]),
  begins('a big-endian library is passed over', [
    app({ runpath: '/x' }),
    liba('/x', { machine: 's390x' }),
    liba(DEFAULT),
  ]),
  mismatch('only a library of another machine', [app(), liba(DEFAULT, foreign)], {
    prints: 'cannot open shared object file: No such file or directory',
  }),
  mismatch('only a library of another word size', [app(), liba(DEFAULT, { machine: 'i386' })], {
    prints: 'wrong ELF class: ELFCLASS32',
  }),
  mismatch(
    'a text',
    [app(), file(`${DEFAULT.slice(1)}/liba.so.1`, 'GROUP ( /lib/liba.so.1.2 )\n'.repeat(4))],
    { prints: 'invalid ELF header' },
  ),
  mismatch('an empty file', [app(), file(`${DEFAULT.slice(1)}/liba.so.1`, '')], { prints: 'file too short' }),
  mismatch('a Git LFS pointer', [
    app(),
    file(
      `${DEFAULT.slice(1)}/liba.so.1`,
      `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 9\n`,
    ),
  ]),
  mismatch('a directory', [app(), file(`${DEFAULT.slice(1)}/liba.so.1/x`, '')], {
    prints: 'cannot read file data: Error 21',
  }),
  mismatch('a text before a good library', [
    app({ runpath: '/x' }),
    file('x/liba.so.1', 'x'.repeat(99)),
    liba(DEFAULT),
  ]),
  mismatch('a static program', [app(), elf(`${DEFAULT}/liba.so.1`, {})], {
    prints: 'cannot dynamically load executable',
  }),
  mismatch('a position-independent program', [app(), liba(DEFAULT, { flags1: 0x08000000 })], {
    prints: 'cannot dynamically load position-independent executable',
  }),
  mismatch('an object file', [app(), liba(DEFAULT, { header: { type: 1 } })], {
    prints: 'only ET_DYN and ET_EXEC can be loaded',
  }),
  mismatch('a library of another system', [app(), liba(DEFAULT, { header: { osAbi: 9 } })], {
    prints: 'ELF file OS ABI invalid',
  }),
  begins('a library that says GNU as its system', [app(), liba(DEFAULT, { header: { osAbi: 3 } })]),
  mismatch('a library that claims the other byte order', [app(), liba(DEFAULT, { header: { data: 2 } })], {
    prints: 'data encoding not little-endian',
  }),
  damaged('a library of an unknown ELF version', [app(), liba(DEFAULT, { header: { version: 7 } })], {
    prints: 'does not match current one',
  }),
  damaged(
    'a library with program headers of another size',
    [app(), liba(DEFAULT, { header: { programHeaderEntrySize: 64 } })],
    { prints: 'phentsize' },
  ),
  damaged(
    'a library whose program headers lie behind its end',
    [app(), liba(DEFAULT, { header: { programHeaderOffset: 0x100000 } })],
    { prints: 'cannot read file data' },
  ),
  damaged(
    'a library without program headers',
    [app(), liba(DEFAULT, { header: { programHeaderCount: 0 } })],
    { prints: 'no loadable segments' },
  ),
  damaged('a library cut in half', [app(), half(liba(DEFAULT))]),
  damaged('a libc cut in half', [glibcApp(), half(file('lib/x86_64-linux-gnu/libc.so.6', REAL.glibc))], {
    kernel: 'signal 7',
  }),
  missing('a library that the user may not read', [app(), liba(DEFAULT, {}, { mode: 0o600 })], {
    ...AS_USER,
    prints: 'liba.so.1',
  }),
  begins('root reads every library', [app(), liba(DEFAULT, {}, { mode: 0 })]),
  begins('a library without x bits', [app(), liba(DEFAULT, {}, { mode: 0o444 })], AS_USER),
  missing(
    'a directory that the user may not search',
    [app({ runpath: '/x' }), { name: 'x/', flag: '5', mode: 0o700 }, liba('/x')],
    AS_USER,
  ),
  begins(
    'after an unreadable one comes the next directory',
    [app({ runpath: '/x' }), liba('/x', {}, { mode: 0o600 }), liba(DEFAULT)],
    AS_USER,
  ),
  missing('a symlink that goes round in circles ends its list', [
    app({ runpath: '/x:/y' }),
    symlink('x/liba.so.1', 'liba.so.1'),
    liba('/y'),
  ]),
  begins('but not the search', [app({ runpath: '/x' }), symlink('x/liba.so.1', 'liba.so.1'), liba(DEFAULT)]),
  begins('an absolute name', [app({ needed: ['/opt/liba.so.1', 'libc.so.6'] }), liba('/opt')]),
  missing('an absolute name is not searched for', [
    app({ needed: ['/opt/liba.so.1', 'libc.so.6'] }),
    liba(DEFAULT),
  ]),
  begins(
    'a relative name with a slash counts from WORKDIR',
    [app({ needed: ['sub/liba.so.1', 'libc.so.6'] }), liba('/srv/sub')],
    inSrv(),
  ),
  begins('$ORIGIN in a needed name', [app({ needed: ['$ORIGIN/opt/liba.so.1', 'libc.so.6'] }), liba('/opt')]),
  begins('a library loaded by path is known by its soname', [
    app({ needed: ['/opt/x.so', 'liba.so.1', 'libc.so.6'] }),
    library('/opt/x.so', { soname: 'liba.so.1' }),
  ]),
  missing('a library is not known by a name that it only has as a file', [
    app({ needed: ['/opt/liba.so.1', 'libz.so.1', 'libc.so.6'] }),
    liba('/opt'),
  ]),
  begins('one file under two names is one library', [
    app({ needed: ['liba.so.1', 'libb.so.1', 'libc.so.6'] }),
    library('/lib/liba.so.1', { soname: 'libx.so' }),
    hardLink('lib/libb.so.1', 'lib/liba.so.1', { mode: 0o644 }),
  ]),
  begins('an empty needed name is the program itself', [app({ needed: ['', 'libc.so.6'] })]),
  begins('a program as a file of another kind beside it', [
    app(),
    liba(DEFAULT),
    elf('/opt/app2', { machine: 'arm64' }),
    { ...elf('/opt/x', {}), data: PROGRAMS.arm },
  ]),
];

function half(item: TarItem): TarItem {
  const data = Buffer.from(item.data ?? '');
  return { ...item, data: data.subarray(0, data.length / 2) };
}
