/** Programs and libraries with tables that cannot be right, before the loaders of glibc and musl that believe them. */
import { type KernelCase, kernelCase } from '../kernel-case.ts';
import {
  bytesOf,
  DT,
  entryOf,
  headerOf,
  headersOf,
  type Libc,
  type Part,
  PT,
  withMutant,
} from '../real-mutants.ts';

type Change = (data: Buffer) => Buffer | undefined;

const BAD = 'malformed-elf';
const NOWHERE = 1n << 40n;
const CRASH = { kernel: 'signal 11' };
const SIGBUS = { kernel: 'signal 7' };

function changed(
  libc: Libc,
  part: Part,
  name: string,
  expect: string,
  change: Change,
  more: Partial<KernelCase> = {},
): KernelCase {
  const data = Buffer.from(bytesOf(libc, part));
  const mutant = change(data) ?? data;
  const whose = part === 'app' ? 'the program' : part === 'library' ? 'a library' : 'the loader';
  return kernelCase(`${libc}: ${name} of ${whose}`, withMutant(libc, part, mutant), '/app', expect, more);
}

const value =
  (tag: number, to: bigint): Change =>
  (data) => {
    data.writeBigUInt64LE(to, entryOf(data, tag).at + 8);
    return undefined;
  };
/** A tag that no loader knows in its place. */
const without =
  (tag: number): Change =>
  (data) => {
    data.writeBigUInt64LE(0x6ffffe00n, entryOf(data, tag).at);
    return undefined;
  };
const field =
  (type: number, offset: number, to: bigint): Change =>
  (data) => {
    data.writeBigUInt64LE(to, headerOf(data, type).at + offset);
    return undefined;
  };
const [P_VADDR, P_FILESZ, P_MEMSZ, P_ALIGN] = [16, 32, 40, 48] as const;

const lostNote =
  (align: bigint): Change =>
  (data) => {
    const notes = headersOf(data).filter(({ type }) => type === PT.NOTE);
    const note = notes.find(({ at }) => data.readBigUInt64LE(at + P_ALIGN) === align);
    if (note === undefined) throw new Error(`there is no note that is aligned to ${align} bytes`);
    data.writeBigUInt64LE(NOWHERE, note.at + P_VADDR);
    return undefined;
  };

const PARTS = ['app', 'library'] as const;
const LIBCS = ['glibc', 'musl'] as const;

/** For both libcs, in the program and in a library. */
function everywhere(name: string, change: Change, more: Partial<KernelCase> = {}): KernelCase[] {
  return LIBCS.flatMap((libc) => PARTS.map((part) => changed(libc, part, name, BAD, change, more)));
}

function under(libc: Libc, name: string, change: Change, more: Partial<KernelCase> = {}): KernelCase[] {
  return PARTS.map((part) => changed(libc, part, name, BAD, change, more));
}

/** glibc asserts what musl does not look at. */
function asserted(name: string, change: Change, expression: string): KernelCase[] {
  return [
    ...under('glibc', name, change, { kernel: 'exit 127', prints: expression }),
    ...PARTS.map((part) => changed('musl', part, name, 'starts', change)),
  ];
}

/** Cuts the file off where its last segment begins. */
const cut: Change = (data) => {
  const load = headersOf(data).findLast(({ type }) => type === PT.LOAD);
  return data.subarray(0, Number((load?.offset ?? 0n) & ~0xfffn));
};
/** A byte into its last page, where there are variables. */
const cutWithinPage: Change = (data) => {
  const load = headersOf(data).findLast(({ type }) => type === PT.LOAD);
  const end = Number((load?.offset ?? 0n) + (load?.fileSize ?? 0n));
  return data.subarray(0, (end & ~0xfff) + 1);
};
/** Its last segment has more pages than the file, behind all that anybody looks at. */
const oversized: Change = (data) => {
  const load = headersOf(data).findLast(({ type }) => type === PT.LOAD);
  if (load === undefined) return undefined;
  data.writeBigUInt64LE(load.memorySize + 0x8000n, load.at + P_FILESZ);
  data.writeBigUInt64LE(load.memorySize + 0x8000n, load.at + P_MEMSZ);
  return undefined;
};
/** PT_PHDR behind PT_INTERP. */
const swapped: Change = (data) => {
  const [first, second] = [headerOf(data, PT.PHDR).at, headerOf(data, PT.INTERP).at];
  const copy = Buffer.from(data.subarray(first, first + 56));
  data.copyWithin(first, second, second + 56);
  copy.copy(data, second);
  return undefined;
};
/** A filter of three words in the hash table. */
const oddFilter: Change = (data) => {
  data.writeUInt32LE(3, Number(entryOf(data, DT.GNU_HASH).value) + 8);
  return undefined;
};
const padded: Change = (data) => {
  data[15] = 1;
  return undefined;
};
const retagged =
  (from: number, to: number): Change =>
  (data) => {
    data.writeBigUInt64LE(BigInt(to), entryOf(data, from).at);
    return undefined;
  };

export const damagedTableCases: readonly KernelCase[] = [
  ...LIBCS.flatMap((libc) =>
    (['app', 'library', 'loader'] as const).map((part) =>
      changed(libc, part, 'nothing wrong', 'starts', () => undefined),
    ),
  ),
  ...everywhere('DT_INIT nowhere', value(DT.INIT, NOWHERE), CRASH),
  ...everywhere('DT_INIT in data', (data) => value(DT.INIT, entryOf(data, DT.PLTGOT).value)(data), CRASH),
  ...everywhere('DT_INIT_ARRAY nowhere', value(DT.INIT_ARRAY, NOWHERE), CRASH),
  ...under('musl', 'functions of DT_INIT_ARRAY that no relocation moves', value(DT.RELASZ, 0n), CRASH),
  ...asserted('another DT_RELAENT', value(DT.RELAENT, 16n), 'info[DT_RELAENT]->d_un.d_val == sizeof'),
  ...under(
    'glibc',
    'another DT_RELACOUNT',
    (data) => value(DT.RELACOUNT, entryOf(data, DT.RELACOUNT).value + 1n)(data),
    {
      kernel: 'exit 127',
      prints: 'R_X86_64_RELATIVE',
    },
  ),
  ...LIBCS.flatMap((libc) =>
    PARTS.map((part) => changed(libc, part, 'another DT_SYMENT', 'starts', value(DT.SYMENT, 3n))),
  ),
  ...under('glibc', 'another DT_PLTREL', value(DT.PLTREL, 17n), { prints: 'd_val == DT_RELA' }),
  ...under('musl', 'another DT_PLTREL', value(DT.PLTREL, 17n)),
  ...under('glibc', 'no DT_RELAENT', without(DT.RELAENT), CRASH),
  ...under('glibc', 'no DT_RELASZ', without(DT.RELASZ), CRASH),
  ...under('glibc', 'no DT_JMPREL', without(DT.JMPREL), CRASH),
  ...under('glibc', 'no DT_PLTRELSZ', without(DT.PLTRELSZ), CRASH),
  ...under(
    'musl',
    'part of a relocation',
    (data) => value(DT.RELASZ, entryOf(data, DT.RELASZ).value - 1n)(data),
    CRASH,
  ),
  ...under('glibc', 'DT_PLTGOT nowhere', value(DT.PLTGOT, NOWHERE), CRASH),
  ...under('glibc', 'no DT_PLTGOT', without(DT.PLTGOT), CRASH),
  ...PARTS.map((part) => changed('musl', part, 'no DT_PLTGOT', 'starts', without(DT.PLTGOT))),
  changed('glibc', 'app', 'PT_GNU_RELRO that ends nowhere', BAD, field(PT.RELRO, P_MEMSZ, NOWHERE), {
    kernel: 'exit 127',
    prints: 'cannot apply additional memory protection after relocation',
  }),
  changed('musl', 'app', 'PT_GNU_RELRO that ends nowhere', BAD, field(PT.RELRO, P_MEMSZ, NOWHERE), {
    kernel: 'exit 127',
    prints: 'RELRO protection failed',
  }),
  // What lies behind a library is made read-only before the kernel comes to the gap.
  ...LIBCS.map((libc) =>
    changed(libc, 'library', 'PT_GNU_RELRO that ends nowhere', BAD, field(PT.RELRO, P_MEMSZ, NOWHERE)),
  ),
  ...under('glibc', 'a filter of three words', oddFilter, { prints: 'bitmask_nwords' }),
  ...under('glibc', 'no DT_VERSYM', without(DT.VERSYM), CRASH),
  ...under('glibc', 'no DT_SYMTAB', without(DT.SYMTAB), CRASH),
  ...under('musl', 'no DT_SYMTAB', without(DT.SYMTAB), { prints: 'symbol not found' }),
  ...LIBCS.map((libc) =>
    changed(libc, 'app', 'PT_INTERP nowhere', BAD, field(PT.INTERP, P_VADDR, NOWHERE), CRASH),
  ),
  changed(
    'glibc',
    'app',
    'a note that is not aligned as properties are and lies nowhere',
    'starts',
    lostNote(4n),
  ),
  {
    ...changed(
      'glibc',
      'app',
      'a note that is aligned as properties are and lies nowhere',
      'starts',
      lostNote(8n),
    ),
    expect: { warning: BAD },
    here: 'ends',
  },
  changed('glibc', 'app', 'PT_PHDR behind PT_INTERP', BAD, swapped, CRASH),
  changed('musl', 'app', 'PT_PHDR behind PT_INTERP', 'starts', swapped),
  changed(
    'glibc',
    'library',
    'more thread-local bytes in the file than in memory',
    BAD,
    field(PT.TLS, P_FILESZ, 256n),
  ),
  ...LIBCS.map((libc) => changed(libc, 'library', 'the last pages lost', BAD, cut, SIGBUS)),
  {
    ...changed('glibc', 'library', 'the end of the last page lost', 'starts', cutWithinPage),
    expect: { warning: BAD },
    here: 'ends',
  },
  ...LIBCS.map((libc) => ({
    ...changed(libc, 'library', 'pages that nobody looks at lost', 'starts', oversized),
    expect: { warning: BAD },
    // musl makes what is left of the last page a part of its heap.
    ...(libc === 'musl' ? ({ here: 'ends' } as const) : {}),
  })),
  ...LIBCS.map((libc) =>
    changed(libc, 'loader', 'p_align of 2 to the power of 63', 'starts', field(PT.LOAD, P_ALIGN, 1n << 63n)),
  ),
  changed('glibc', 'library', 'something behind e_ident', BAD, padded, {
    prints: 'liba.so: nonzero padding in e_ident',
  }),
  changed('musl', 'library', 'something behind e_ident', 'starts', padded),
  changed('glibc', 'loader', 'another DT_RELAENT', BAD, value(DT.RELAENT, 16n), {
    prints: 'info[DT_RELAENT]',
  }),
  changed('musl', 'app', 'DT_RELR without DT_RELRSZ', 'starts', retagged(DT.SYMENT, DT.RELR)),
];
