/** Random changes of what kernel and loaders read of real programs, libraries and loaders, and lost pages of code. */
import * as fc from 'fast-check';
import { bytesOf, DT, entriesOf, headersOf, type Libc, type Part, PT, withMutant } from './real-mutants.ts';
import { type KernelCase, kernelCase } from './kernel-case.ts';

export interface Mutant {
  readonly question: KernelCase;
  /** Whether reading alone tells that it dies, if it does: what lies elsewhere in the file may be anything. */
  readonly isKnowable: boolean;
  /** What is said of it when it fails: its files are long. */
  readonly [fc.toStringMethod]: () => string;
}

interface Change {
  readonly text: string;
  readonly data: Buffer;
  readonly isKnowable: boolean;
}

const NOWHERE: readonly bigint[] = [1n << 40n, 1n << 46n, 1n << 63n, (1n << 64n) - (1n << 40n)];
const ADDRESSES = [
  DT.INIT,
  DT.FINI,
  DT.INIT_ARRAY,
  DT.FINI_ARRAY,
  DT.RELA,
  DT.JMPREL,
  DT.GNU_HASH,
  DT.VERSYM,
  DT.PLTGOT,
] as const;
/** Functions, which may begin anywhere in code. */
const FUNCTIONS: readonly number[] = [DT.INIT, DT.FINI];
const SIZES = [
  DT.RELAENT,
  DT.RELASZ,
  DT.PLTREL,
  DT.PLTRELSZ,
  DT.SYMENT,
  DT.INIT_ARRAYSZ,
  DT.FINI_ARRAYSZ,
] as const;
const NEVER_READ: readonly number[] = [DT.SYMENT];
const NEEDED_BY_GLIBC = [DT.RELAENT, DT.RELASZ, DT.JMPREL, DT.PLTRELSZ, DT.STRTAB, DT.SYMTAB] as const;
const FIELDS = { offset: 8, address: 16, fileSize: 32, memorySize: 40, align: 48 } as const;
/** They lie in the first segment, which begins with the file. */
const TABLES = [DT.GNU_HASH, DT.SYMTAB, DT.STRTAB, DT.RELA, DT.JMPREL, DT.VERSYM] as const;
const HEADER_BYTES = 64;
const PAGE = 4096;
/** A tag that no loader knows. */
const UNKNOWN = 0x6ffffe00n;

const word = (data: Buffer, at: number, value: bigint): Buffer => {
  const copy = Buffer.from(data);
  copy.writeBigUInt64LE(value, at);
  return copy;
};

/** A table that lies nowhere, or somewhere else in the file. */
function moved(data: Buffer): fc.Arbitrary<Change> {
  const entries = entriesOf(data).filter(({ tag }) => ADDRESSES.some((address) => BigInt(address) === tag));
  const inside = [
    ...entriesOf(data).map(({ value }) => value),
    ...headersOf(data).map(({ address }) => address),
  ];
  const target = fc.oneof(
    fc.constantFrom(...NOWHERE).map((to) => [to, true] as const),
    fc.constantFrom(...inside).map((to) => [to, false] as const),
  );
  return fc.tuple(fc.constantFrom(...entries), target).map(([{ at, tag }, [to, isKnowable]]) => ({
    text: `DT ${tag} = 0x${to.toString(16)}`,
    data: word(data, at + 8, to),
    isKnowable: isKnowable || !FUNCTIONS.includes(Number(tag)),
  }));
}

function resized(data: Buffer): fc.Arbitrary<Change> {
  const entries = entriesOf(data).filter(({ tag }) => SIZES.some((size) => BigInt(size) === tag));
  return fc
    .tuple(fc.constantFrom(...entries), fc.constantFrom(0n, 1n, 8n, 16n, 17n, 24n, 25n, 1n << 40n))
    .map(([{ at, tag }, to]) => ({
      text: `DT ${tag} = ${to}`,
      data: word(data, at + 8, to),
      isKnowable: !NEVER_READ.includes(Number(tag)),
    }));
}

function lost(data: Buffer, libc: Libc): fc.Arbitrary<Change> {
  const known: readonly number[] = NEEDED_BY_GLIBC;
  return fc.constantFrom(...entriesOf(data).slice(0, -1)).map(({ at, tag }) => ({
    text: `no DT ${tag}`,
    data: word(data, at, UNKNOWN),
    isKnowable: libc === 'glibc' && known.includes(Number(tag)),
  }));
}

const FIELDS_OF_LOADS = Object.keys(FIELDS).filter((name) => name !== 'align');

/** What is damaged of these is told by the headers of sections, where not by themselves. */
function isTold(type: number, field: string): boolean {
  if (type === PT.LOAD) return FIELDS_OF_LOADS.includes(field);
  if (type === PT.TLS) return field !== 'offset';
  return (type === PT.DYNAMIC || type === PT.INTERP || type === PT.RELRO) && field === 'address';
}

function misplaced(data: Buffer): fc.Arbitrary<Change> {
  const field = fc.constantFrom(...Object.entries(FIELDS));
  const near = fc.constantFrom(8n, -8n, 0x1000n, -0x1000n);
  const far = fc.constantFrom(...NOWHERE, 0n, 1n, 0x1000n);
  return fc
    .tuple(
      fc.constantFrom(...headersOf(data)),
      field,
      fc.oneof(
        near.map((by) => [by, true] as const),
        far.map((to) => [to, false] as const),
      ),
    )
    .map(([{ at, type }, [name, offset], [value, isNear]]) => {
      const to = isNear ? BigInt.asUintN(64, data.readBigUInt64LE(at + offset) + value) : value;
      return {
        text: `${name} of PT ${type} = 0x${to.toString(16)}`,
        data: word(data, at + offset, to),
        isKnowable: isTold(type, name),
      };
    });
}

/** A header under a type that means nothing, or with other flags. */
function retyped(data: Buffer): fc.Arbitrary<Change> {
  const change = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 7 }));
  return fc.tuple(fc.constantFrom(...headersOf(data)), change).map(([{ at, type }, flags]) => {
    const copy = Buffer.from(data);
    copy.writeUInt32LE(flags ?? 0, flags === null ? at : at + 4);
    const text = flags === null ? `no PT ${type}` : `flags of PT ${type} = ${flags}`;
    return { text, data: copy, isKnowable: type === PT.LOAD || type === PT.TLS };
  });
}

/** A page of zeros where code lies, as there are in programs that are whole, such as Deno. */
function blank(data: Buffer): fc.Arbitrary<Change> {
  const code = headersOf(data).filter(
    ({ at, type }) => type === PT.LOAD && (data.readUInt32LE(at + 4) & 1) !== 0,
  );
  return fc.tuple(fc.constantFrom(...code), fc.nat()).map(([{ offset, fileSize }, choice]) => {
    const start = Number(offset) + PAGE * (choice % Math.ceil(Number(fileSize) / PAGE));
    const copy = Buffer.from(data);
    return {
      text: `zeros from ${start} on`,
      data: copy.fill(0, start, Math.min(start + PAGE, data.length)),
      isKnowable: false,
    };
  });
}

/** One byte of a table. */
function flipped(data: Buffer): fc.Arbitrary<Change> {
  const tables = entriesOf(data).filter(({ tag }) => TABLES.some((table) => BigInt(table) === tag));
  const bytes = fc.tuple(fc.nat({ max: 200 }), fc.integer({ min: 1, max: 255 }));
  return fc.tuple(fc.constantFrom(...tables), bytes).map(([{ tag, value }, [into, change]]) => {
    const at = Number(value) + into;
    const copy = Buffer.from(data);
    copy[at] = (data[at] ?? 0) ^ change;
    return { text: `byte ${into} of DT ${tag} = ${copy[at]}`, data: copy, isKnowable: false };
  });
}

function pair<T>(items: readonly T[]): fc.Arbitrary<[T, T]> {
  return fc.tuple(fc.constantFrom(...items), fc.constantFrom(...items));
}

/** Two headers, or two entries, in each other's place. */
function swapped(data: Buffer): fc.Arbitrary<Change> {
  const swap = (one: number, other: number, size: number, text: string): Change => {
    const copy = Buffer.from(data);
    data.copy(copy, one, other, other + size);
    data.copy(copy, other, one, one + size);
    return { text, data: copy, isKnowable: false };
  };
  const [headers, entries] = [headersOf(data), entriesOf(data)];
  return fc.oneof(
    pair(headers).map(([one, other]) => swap(one.at, other.at, 56, `PT ${one.type} for PT ${other.type}`)),
    pair(entries).map(([one, other]) => swap(one.at, other.at, 16, `DT ${one.tag} for DT ${other.tag}`)),
  );
}

function cut(data: Buffer): fc.Arbitrary<Change> {
  const ends = headersOf(data).map(({ offset, fileSize }) => Number(offset + fileSize));
  return fc.oneof(fc.constantFrom(...ends), fc.nat({ max: data.length })).map((size) => ({
    text: `cut to ${size} bytes`,
    data: data.subarray(0, size),
    isKnowable: true,
  }));
}

/** One byte of the ELF header, the magic number among them. */
function misspelt(data: Buffer): fc.Arbitrary<Change> {
  return fc.tuple(fc.nat({ max: HEADER_BYTES - 1 }), fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
    const copy = Buffer.from(data);
    copy[at] = (data[at] ?? 0) ^ change;
    return { text: `byte ${at} of the header = ${copy[at]}`, data: copy, isKnowable: false };
  });
}

export function mutants(libc: Libc): fc.Arbitrary<Mutant> {
  const part = fc.constantFrom<Part>('app', 'app', 'library', 'library', 'loader', 'static', 'static-pie');
  return part.chain((of) => {
    const data = bytesOf(libc, of);
    const ofTables = [
      { weight: 3, arbitrary: () => moved(data) },
      { weight: 3, arbitrary: () => resized(data) },
      { weight: 2, arbitrary: () => lost(data, libc) },
      { weight: 2, arbitrary: () => flipped(data) },
      { weight: 1, arbitrary: () => swapped(data) },
    ];
    const ofAll = [
      { weight: 4, arbitrary: () => misplaced(data) },
      { weight: 2, arbitrary: () => retyped(data) },
      { weight: 2, arbitrary: () => misspelt(data) },
      { weight: 1, arbitrary: () => blank(data) },
      { weight: 1, arbitrary: () => cut(data) },
    ];
    const kinds = of === 'static' ? ofAll : [...ofTables, ...ofAll];
    const change = fc.oneof(...kinds.map(({ weight, arbitrary }) => ({ weight, arbitrary: arbitrary() })));
    return change.map(({ text, data: mutant, isKnowable }) => ({
      question: kernelCase(`${libc}, ${of}: ${text}`, withMutant(libc, of, mutant), '/app', 'starts'),
      // A loader's own code may do without what its headers say.
      isKnowable: isKnowable && of !== 'loader',
      [fc.toStringMethod]: () => `${libc}, ${of}: ${text}`,
    }));
  });
}
