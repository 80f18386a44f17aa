/** The tables that PT_DYNAMIC points at, as a linker writes them. None of them depends on an address. */
import type { VersionNeed } from '../../src/elf/elf-facts.ts';
import { ByteWriter } from './byte-writer.ts';
import type { Machine } from './elf-machines.ts';
import type { ElfSpec } from './elf-spec.ts';

/** A string table: each text once, the empty one at 0. */
export class StringTable {
  readonly #offsets = new Map<string, number>([['', 0]]);
  #length = 1;

  offset(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const offset = this.#length;
    this.#offsets.set(text, offset);
    this.#length += Buffer.byteLength(text, 'latin1') + 1;
    return offset;
  }

  bytes(): Uint8Array {
    return Buffer.from([...this.#offsets.keys()].map((text) => `${text}\0`).join(''), 'latin1');
  }
}

/** The gABI's hash of a name, in DT_HASH and in the version records. */
export function elfHash(name: string): number {
  let hash = 0;
  for (const byte of Buffer.from(name, 'latin1')) {
    hash = (hash << 4) + byte;
    const high = hash & 0xf0000000;
    hash = (hash ^ (high >>> 24)) & ~high;
  }
  return hash >>> 0;
}

function gnuHash(name: string): number {
  return Buffer.from(name, 'latin1').reduce((hash, byte) => (Math.imul(hash, 33) + byte) >>> 0, 5381);
}

/** DT_HASH with one bucket that chains every symbol; s390x has 64-bit entries. */
export function sysvHashTable(machine: Machine, symbols: number): Uint8Array {
  const writer = new ByteWriter(machine);
  const put = (value: number): ByteWriter =>
    machine.machine === 22 && machine.class === 64 ? writer.u64(BigInt(value)) : writer.u32(value);
  put(1);
  put(symbols + 1);
  put(symbols > 0 ? 1 : 0);
  for (let symbol = 0; symbol <= symbols; symbol++) put(symbol === 0 || symbol === symbols ? 0 : symbol + 1);
  return writer.bytes();
}

/** DT_GNU_HASH with one bucket; empty ones look as binutils writes them, which tells nothing of the symbols. */
export function gnuHashTable(machine: Machine, first: number, defined: readonly string[]): Uint8Array {
  const writer = new ByteWriter(machine);
  const isEmpty = defined.length === 0;
  writer
    .u32(1)
    .u32(isEmpty ? 1 : first)
    .u32(1)
    .u32(0);
  writer.word(isEmpty ? 0 : machine.class === 64 ? 2n ** 64n - 1n : 0xffffffff);
  writer.u32(isEmpty ? 0 : first);
  defined.forEach((name, index) => {
    const isLast = index === defined.length - 1;
    writer.u32(((gnuHash(name) & ~1) >>> 0) | (isLast ? 1 : 0));
  });
  return writer.bytes();
}

/** Without what stands behind an `@`. */
export function plainName(name: string): string {
  return name.replace(/@.*$/, '');
}

/** What DT_VERSYM says of a name with or without a version: the base version has index 1, those defined come before those needed. */
export function versionIndex(
  name: string,
  { versionsDefined = [], versionsNeeded = [] }: Pick<ElfSpec, 'versionsDefined' | 'versionsNeeded'>,
): number {
  const [, sign, version = ''] = /(@@?)(.*)$/.exec(name) ?? [];
  if (sign === undefined) return 1;
  const needed = versionsNeeded.flatMap(({ versions }) => versions.map((each) => each.name));
  const own = versionsDefined.indexOf(version);
  return own < 0
    ? 2 + versionsDefined.length + needed.indexOf(version)
    : 2 + own + (sign === '@' ? 0x8000 : 0);
}

/** DT_VERDEF: the base version first, then the given ones. */
export function versionDefinitions(
  machine: Machine,
  strings: StringTable,
  names: readonly string[],
): Uint8Array {
  const writer = new ByteWriter(machine);
  names.forEach((name, index) => {
    const isLast = index === names.length - 1;
    writer
      .u16(1)
      .u16(index === 0 ? 1 : 0)
      .u16(index + 1)
      .u16(1);
    writer
      .u32(elfHash(name))
      .u32(20)
      .u32(isLast ? 0 : 28);
    writer.u32(strings.offset(name)).u32(0);
  });
  return writer.bytes();
}

/** DT_VERNEED; `index` is the first free version index. */
export function versionNeeds(
  machine: Machine,
  strings: StringTable,
  needs: readonly VersionNeed[],
  index: number,
): Uint8Array {
  const writer = new ByteWriter(machine);
  let next = index;
  needs.forEach(({ file, versions }, position) => {
    const isLast = position === needs.length - 1;
    writer.u16(1).u16(versions.length).u32(strings.offset(file)).u32(16);
    writer.u32(isLast ? 0 : 16 + 16 * versions.length);
    versions.forEach(({ name, weak }, at) => {
      writer
        .u32(elfHash(name))
        .u16(weak ? 2 : 0)
        .u16(next++)
        .u32(strings.offset(name));
      writer.u32(at === versions.length - 1 ? 0 : 16);
    });
  });
  return writer.bytes();
}
