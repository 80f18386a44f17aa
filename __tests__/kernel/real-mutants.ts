/** Real programs and libraries, compiled and linked as everybody does, with one field of what loaders read changed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { file, type TarItem } from '../support/layer-builder.ts';
import { program } from './kernel-case.ts';
import { GLIBC, GLIBC_PATH, MUSL, MUSL_PATH } from './loading.ts';

export type Libc = 'glibc' | 'musl';
/** Which of the files is changed; `static` and `static-pie` are alone. */
export type Part = 'app' | 'library' | 'loader' | 'static' | 'static-pie';

export const PT = { LOAD: 1, DYNAMIC: 2, INTERP: 3, NOTE: 4, PHDR: 6, TLS: 7, RELRO: 0x6474e552 } as const;
export const DT = {
  PLTRELSZ: 2,
  PLTGOT: 3,
  HASH: 4,
  STRTAB: 5,
  SYMTAB: 6,
  RELA: 7,
  RELASZ: 8,
  RELAENT: 9,
  SYMENT: 11,
  INIT: 12,
  FINI: 13,
  PLTREL: 20,
  JMPREL: 23,
  INIT_ARRAY: 25,
  FINI_ARRAY: 26,
  FINI_ARRAYSZ: 28,
  INIT_ARRAYSZ: 27,
  RELR: 36,
  RELACOUNT: 0x6ffffff9,
  VERSYM: 0x6ffffff0,
  GNU_HASH: 0x6ffffef5,
} as const;

export interface Header {
  readonly at: number;
  readonly type: number;
  readonly offset: bigint;
  readonly address: bigint;
  readonly fileSize: bigint;
  readonly memorySize: bigint;
}

export interface DynamicEntry {
  readonly at: number;
  readonly tag: bigint;
  readonly value: bigint;
}

export function headersOf(data: Buffer): readonly Header[] {
  const table = Number(data.readBigUInt64LE(32));
  return Array.from({ length: data.readUInt16LE(56) }, (_, index) => {
    const at = table + 56 * index;
    const word = (offset: number) => data.readBigUInt64LE(at + offset);
    const type = data.readUInt32LE(at);
    return { at, type, offset: word(8), address: word(16), fileSize: word(32), memorySize: word(40) };
  });
}

export function headerOf(data: Buffer, type: number): Header {
  const found = headersOf(data).find((header) => header.type === type);
  if (found === undefined) throw new Error(`there is no program header of type ${type}`);
  return found;
}

/** With DT_NULL. */
export function entriesOf(data: Buffer): readonly DynamicEntry[] {
  const { offset, fileSize } = headerOf(data, PT.DYNAMIC);
  const all = Array.from({ length: Number(fileSize) / 16 }, (_, index) => {
    const at = Number(offset) + 16 * index;
    return { at, tag: data.readBigUInt64LE(at), value: data.readBigUInt64LE(at + 8) };
  });
  return all.slice(0, all.findIndex(({ tag }) => tag === 0n) + 1);
}

export function entryOf(data: Buffer, tag: number): DynamicEntry {
  const found = entriesOf(data).find((entry) => entry.tag === BigInt(tag));
  if (found === undefined) throw new Error(`there is no entry ${tag} in PT_DYNAMIC`);
  return found;
}

const APP = `
extern int answer(int);
static int ready;
static int *pointer = &ready;
__attribute__((constructor)) static void prepare(void) { ready = 1; }
int main(void) { return answer(41) - 41 - *pointer; }
`;
const LIBRARY = `
#include <stdlib.h>
__thread int each = 0;
static int ready;
int *pointer = &ready;
__attribute__((constructor)) static void prepare(void) { ready = 1; }
int answer(int value) { void *memory = malloc(8); free(memory); return value + each + *pointer; }
`;

const ALONE = `
#include <stdio.h>
#include <stdlib.h>
__thread int each = 41;
static int ready;
static int *pointer = &ready;
__attribute__((constructor)) static void prepare(void) { ready = 1; }
int main(void) { char *text = malloc(8); snprintf(text, 8, "%d", each + *pointer); return atoi(text) - 42; }
`;

const MUSL_FILES = '/usr/lib/x86_64-linux-musl';

type Built = Readonly<Record<Exclude<Part, 'loader'>, Buffer>>;

/** Programs of both libcs, with the library that one of them needs. */
export const BUILT: Readonly<Record<Libc, Built>> = { glibc: build('gcc'), musl: build('musl-gcc') };

function build(compiler: 'gcc' | 'musl-gcc'): Built {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-mutants-'));
  const start = (name: string, words: readonly string[]) =>
    execFileSync(name, words, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  const run = (...words: readonly string[]) => start(compiler, words);
  try {
    writeFileSync(join(folder, 'app.c'), APP);
    writeFileSync(join(folder, 'library.c'), LIBRARY);
    run('-O1', '-shared', '-fPIC', '-Wl,-soname,liba.so', '-o', 'liba.so', 'library.c');
    run('-O1', '-fPIE', '-pie', '-Wl,-z,lazy', '-o', 'app', 'app.c', './liba.so');
    writeFileSync(join(folder, 'alone.c'), ALONE);
    run('-O1', '-static', '-o', 'static', 'alone.c');
    if (compiler === 'gcc') run('-O1', '-static-pie', '-fPIE', '-o', 'static-pie', 'alone.c');
    else {
      // The specs of musl-gcc know no static PIEs.
      run('-O1', '-fPIE', '-c', 'alone.c');
      const libgcc = run('-print-libgcc-file-name').trim();
      const own = ['rcrt1.o', 'crti.o', 'libc.a', 'crtn.o'].map((name) => join(MUSL_FILES, name));
      start('ld', ['-static', '-pie', '--no-dynamic-linker', '-o', 'static-pie', 'alone.o', ...own, libgcc]);
    }
    const built = (name: string) => readFileSync(join(folder, name));
    return {
      app: built('app'),
      library: built('liba.so'),
      static: built('static'),
      'static-pie': built('static-pie'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const LOADERS = { glibc: GLIBC_PATH, musl: MUSL_PATH } as const;

export function bytesOf(libc: Libc, part: Part): Buffer {
  if (part !== 'loader') return BUILT[libc][part];
  const [loader] = libc === 'glibc' ? GLIBC : MUSL;
  return Buffer.from(loader?.data ?? '');
}

/** All files of a start of `/app`, of which one is as given. */
export function withMutant(libc: Libc, part: Part, mutant: Buffer): readonly TarItem[] {
  if (part === 'static' || part === 'static-pie') return [program('app', mutant)];
  const { app, library } = BUILT[libc];
  const base = libc === 'glibc' ? GLIBC : MUSL;
  const loader = LOADERS[libc].slice(1);
  return [
    ...base.filter(({ name }) => part !== 'loader' || name !== loader),
    ...(part === 'loader' ? [program(loader, mutant)] : []),
    program('app', part === 'app' ? mutant : app),
    file('lib/liba.so', part === 'library' ? mutant : library),
  ];
}
