/** ELF files that the kernel takes, and that surely die before a word: no code where they begin, tables that are gone. */
import type { ElfSpec } from '../../support/elf-spec.ts';
import type { TarItem } from '../../support/layer-builder.ts';
import { segmentsOnly } from '../../support/segments.ts';
import { type KernelCase, kernelCase, program } from '../kernel-case.ts';
import { GLIBC, glibcApp, library, MUSL, muslApp } from '../loading.ts';
import { compile, PROGRAMS } from '../programs.ts';

const BAD = 'malformed-elf';
const CRASH = { kernel: 'signal 11' };
const PT_DYNAMIC = 2;
const PT_PHDR = 6;
const [HASH, STRTAB, SYMTAB, RELA, SONAME] = [4, 5, 6, 7, 14] as const;

type Change = (data: Buffer) => void;

function changed(item: TarItem, change: Change): TarItem {
  const data = Buffer.from(item.data ?? '');
  change(data);
  return { ...item, data };
}

/** Where the program header of this type lies. */
function headerOf(data: Buffer, type: number): number {
  for (let at = 64; ; at += 56) if (data.readUInt32LE(at) === type) return at;
}

/** Where the entry of PT_DYNAMIC with this tag lies. */
function entryOf(data: Buffer, tag: number): number {
  const start = Number(data.readBigUInt64LE(headerOf(data, PT_DYNAMIC) + 8));
  for (let at = start; ; at += 16) if (data.readBigUInt64LE(at) === BigInt(tag)) return at;
}

const without =
  (type: number): Change =>
  (data) =>
    data.writeUInt32LE(0, headerOf(data, type));
const elsewhere =
  (type: number): Change =>
  (data) =>
    data.writeBigUInt64LE(1n << 30n, headerOf(data, type) + 16);
const lacking =
  (tag: number): Change =>
  (data) =>
    data.writeBigUInt64LE(0x6ffffe00n, entryOf(data, tag));
const astray =
  (tag: number): Change =>
  (data) =>
    data.writeBigUInt64LE(1n << 40n, entryOf(data, tag) + 8);
const uncoded: Change = (data) => data.fill(0, codeOf(data), codeOf(data) + 64);

/** The entry point in the file; the first executable segment holds it. */
function codeOf(data: Buffer): number {
  for (let at = 64; ; at += 56) {
    if (data.readUInt32LE(at) !== 1 || (data.readUInt32LE(at + 4) & 1) === 0) continue;
    return Number(data.readBigUInt64LE(24) - data.readBigUInt64LE(at + 16) + data.readBigUInt64LE(at + 8));
  }
}

const code = (offset: number, address: number) => ({ type: 1, offset, address, fileSize: 0x2000 });
const LOADED: ElfSpec = { undefined: ['here'], defined: ['there'] };
const LIBRARY: ElfSpec = { defined: ['here'], undefined: ['there'] };

/** `/app` and its library before the loader of either libc. */
function loaded(
  libc: 'glibc' | 'musl',
  name: string,
  expect: string,
  changes: { readonly app?: Change; readonly library?: Change },
  more: Partial<KernelCase> = {},
  spec: ElfSpec = {},
): KernelCase {
  const needed = ['liba.so', libc === 'glibc' ? 'libc.so.6' : 'libc.so'];
  const make = libc === 'glibc' ? glibcApp : muslApp;
  const base = libc === 'glibc' ? GLIBC : MUSL;
  const items = [
    changed(make({ ...LOADED, needed, ...spec }), changes.app ?? (() => undefined)),
    changed(library('/lib/liba.so', LIBRARY), changes.library ?? (() => undefined)),
  ];
  return kernelCase(`${libc}: ${name}`, [...base, ...items], '/app', expect, more);
}

function both(name: string, changes: Parameters<typeof loaded>[3], spec: ElfSpec = {}): KernelCase[] {
  return (['glibc', 'musl'] as const).map((libc) => loaded(libc, name, BAD, changes, CRASH, spec));
}

const elf = (name: string, data: Buffer, expect: string, more: Partial<KernelCase> = {}) =>
  kernelCase(name, [program('app', data)], '/app', expect, more);

export const damagedCases: readonly KernelCase[] = [
  kernelCase('code that is zeros', [changed(program('app', PROGRAMS.amd64), uncoded)], '/app', BAD, CRASH),
  elf('an entry point of two zeros', zerosAt(2), BAD, CRASH),
  elf('one zero is no fault of its own', zerosAt(1), 'starts'),
  elf('an entry point where the ELF header lies', segmentsOnly('ET_DYN', 0, [code(0, 0)]), BAD, CRASH),
  elf('code behind the ELF header in its segment', segmentsOnly('ET_DYN', 0x1000, [code(0, 0)]), 'starts'),
  blank('a real program whose last tenth is zeros', Math.floor(PROGRAMS.busybox.length * 0.9), {
    expect: { warning: BAD },
    here: 'ends',
  }),
  blank('a real program of zeros but for its first page', 4096, { expect: { error: BAD }, ...CRASH }),
  blank('a real program whose sections are zeros', endOfSegments(PROGRAMS.busybox), {}),
  loaded('glibc', 'program and library as they are', 'starts', {}),
  loaded('musl', 'program and library as they are', 'starts', {}),
  ...both('the code is zeros', {}, { code: new Uint8Array(64) }),
  ...both('no PT_DYNAMIC', { app: without(PT_DYNAMIC) }),
  ...both('no PT_PHDR', { app: without(PT_PHDR) }),
  ...both('PT_PHDR that says something else', { app: elsewhere(PT_PHDR) }),
  ...both('a hash table that lies nowhere', { app: astray(HASH) }),
  ...both('relocations that lie nowhere', { app: astray(RELA) }),
  ...both('a library’s hash table that lies nowhere', { library: astray(HASH) }),
  ...both('a library’s relocations that lie nowhere', { library: astray(RELA) }),
  loaded('glibc', 'no DT_SYMTAB', BAD, { app: lacking(SYMTAB) }, CRASH),
  loaded('glibc', 'a library without DT_STRTAB', BAD, { library: lacking(STRTAB) }, CRASH),
  loaded('glibc', 'a library without DT_SONAME', 'starts', { library: lacking(SONAME) }),
];

/** As a file is left behind when the machine stopped while it was written. */
function blank(name: string, from: number, more: Partial<KernelCase>): KernelCase {
  const app = changed(program('busybox', PROGRAMS.busybox), (data) => data.fill(0, from));
  return { ...kernelCase(name, [app], ['/busybox', 'true'], 'starts'), ...more };
}

function endOfSegments(data: Buffer): number {
  const headers = Array.from({ length: data.readUInt16LE(56) }, (_, index) => 64 + 56 * index);
  const loads = headers.filter((at) => data.readUInt32LE(at) === 1);
  return Math.max(...loads.map((at) => Number(data.readBigUInt64LE(at + 8) + data.readBigUInt64LE(at + 32))));
}

/** exit(0) behind zeros; `add %al,(%rax)` of one zero is read with what follows it. */
function zerosAt(count: 1 | 2): Buffer {
  const source = count === 2 ? '.byte 0, 0;' : '.byte 0, 0xc0;';
  const rest = 'mov $60, %eax; xor %edi, %edi; syscall';
  return compile('gcc', ['-nostdlib', '-static'], `__asm__(".globl _start\\n_start: ${source} ${rest}");`);
}
