/** Random changes of what a loader reads of real programs, libraries and loaders; never of code or data. */
import * as fc from 'fast-check';
import { bytesOf, DT, entriesOf, headersOf, type Libc, type Part, PT, withMutant } from './real-mutants.ts';
import { type KernelCase, kernelCase } from './kernel-case.ts';

export interface Mutant {
  readonly question: KernelCase;
  /** Whether reading alone tells that it dies, if it does: what lies elsewhere in the file may be anything. */
  readonly isKnowable: boolean;
}

interface Change {
  readonly text: string;
  readonly data: Buffer;
  readonly isKnowable: boolean;
}

const NOWHERE: readonly bigint[] = [1n << 40n, 1n << 46n, 1n << 63n, (1n << 64n) - (1n << 40n)];
const ADDRESSES = [DT.INIT, DT.INIT_ARRAY, DT.RELA, DT.JMPREL, DT.GNU_HASH, DT.PLTGOT] as const;
const SIZES = [DT.RELAENT, DT.PLTREL, DT.SYMENT] as const;
const NEEDED_BY_GLIBC = [DT.RELAENT, DT.RELASZ, DT.JMPREL, DT.PLTRELSZ, DT.STRTAB, DT.SYMTAB] as const;
const HEADERS = [PT.INTERP, PT.RELRO, PT.TLS] as const;
const FIELDS = { offset: 8, address: 16, fileSize: 32, memorySize: 40, align: 48 } as const;
const HEADER_BYTES = 64;
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
    isKnowable,
  }));
}

function resized(data: Buffer): fc.Arbitrary<Change> {
  const entries = entriesOf(data).filter(({ tag }) => SIZES.some((size) => BigInt(size) === tag));
  return fc
    .tuple(fc.constantFrom(...entries), fc.constantFrom(0n, 1n, 16n, 17n, 25n, 1n << 40n))
    .map(([{ at, tag }, to]) => ({
      text: `DT ${tag} = ${to}`,
      data: word(data, at + 8, to),
      isKnowable: true,
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

function misplaced(data: Buffer): fc.Arbitrary<Change> {
  const known: readonly number[] = HEADERS;
  const field = fc.constantFrom(...Object.entries(FIELDS));
  return fc
    .tuple(fc.constantFrom(...headersOf(data)), field, fc.constantFrom(...NOWHERE, 0n, 1n, 0x1000n))
    .map(([{ at, type }, [name, offset], to]) => ({
      text: `${name} of PT ${type} = 0x${to.toString(16)}`,
      data: word(data, at + offset, to),
      isKnowable: known.includes(type) && name === 'address' && NOWHERE.includes(to),
    }));
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
  const part = fc.constantFrom<Part>('app', 'app', 'library', 'library', 'loader');
  return part.chain((of) => {
    const data = bytesOf(libc, of);
    const change = fc.oneof(
      { weight: 3, arbitrary: moved(data) },
      { weight: 2, arbitrary: resized(data) },
      { weight: 2, arbitrary: lost(data, libc) },
      { weight: 3, arbitrary: misplaced(data) },
      { weight: 1, arbitrary: swapped(data) },
      { weight: 2, arbitrary: misspelt(data) },
      { weight: 1, arbitrary: cut(data) },
    );
    return change.map(({ text, data: mutant, isKnowable }) => ({
      question: kernelCase(`${libc}, ${of}: ${text}`, withMutant(libc, of, mutant), '/app', 'starts'),
      // A loader's own code may do without what its headers say.
      isKnowable: isKnowable && of !== 'loader',
    }));
  });
}
