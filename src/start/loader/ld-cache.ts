/**
 * /etc/ld.so.cache: what ldconfig wrote and what ld.so believes, whatever lies in the directories since
 * (elf/dl-cache.c and sysdeps/generic/dl-cache.h of glibc). Both formats are read: the old one of libc5 days,
 * alone or with the new one behind it, and the new one with its table of glibc-hwcaps names.
 */
import { decodeBytes } from '../../base/plain-text.ts';

/** How a library was compiled, as ld.so finds it in a sub-directory for better processors. */
export type CacheLevel =
  | { readonly kind: 'baseline' }
  /** A glibc-hwcaps name: `x86-64-v3`, `power10` … */
  | { readonly kind: 'named'; readonly name: string }
  /** Bits of the scheme before glibc 2.33. */
  | { readonly kind: 'legacy' };

export interface CacheEntry {
  readonly path: string;
  /** 1 for a library of any libc, 3 for one of glibc 2, with the bits of the ABI above (ldconfig.h). */
  readonly flags: number;
  readonly level: CacheLevel;
}

export interface LdCache {
  /** Entries under a name that a loader with these flags may take, in file order. */
  find(name: string, accepts: (flags: number) => boolean): readonly CacheEntry[];
}

const OLD_MAGIC = 'ld.so-1.7.0';
const NEW_MAGIC = 'glibc-ld.so.cache1.1';
const OLD_HEADER = 16;
const OLD_ENTRY = 12;
const NEW_HEADER = 48;
const NEW_ENTRY = 24;
const EXTENSION_MAGIC = 0xeaa42174;
const TAG_GLIBC_HWCAPS = 1;
const HWCAP_EXTENSION = 1n << 62n;
const ISA_LEVEL_BITS = 0x3ffn << 32n;
/** Kept apart by ldconfig for threads of the year 2002; every loader has it. */
const HWCAP_TLS = 1n << 63n;

/**
 * Reads the cache as a loader of this byte order does; null when that loader ignores the file (another format,
 * cut short, or written for the other byte order).
 */
export function parseLdCache(latin1: string, byteOrder: 'little' | 'big'): LdCache | null {
  const bytes = Buffer.from(latin1, 'latin1');
  const file = new CacheFile(bytes, byteOrder === 'little');
  if (file.has(NEW_MAGIC, 0)) return parseNew(file, 0);
  if (!file.has(OLD_MAGIC, 0) || bytes.length <= OLD_HEADER) return null;
  const count = file.u32(12);
  if (count > (bytes.length - OLD_HEADER) / OLD_ENTRY) return null;
  const behind = Math.ceil((OLD_HEADER + count * OLD_ENTRY) / 8) * 8;
  if (file.has(NEW_MAGIC, behind) && bytes.length >= behind + NEW_HEADER) return parseNew(file, behind);
  return new Table(
    file,
    { start: OLD_HEADER, count, width: OLD_ENTRY, strings: OLD_HEADER + count * OLD_ENTRY },
    [],
  );
}

function parseNew(file: CacheFile, at: number): LdCache | null {
  const rest = file.bytes.length - at;
  const count = file.u32(at + 20);
  if (rest <= NEW_HEADER || count > (rest - NEW_HEADER) / NEW_ENTRY) return null;
  const order = file.bytes[at + 28] ?? 0;
  const written = file.little ? 2 : 3;
  if (order !== 0 && (order & 3) !== written) return null;
  const table = { start: at + NEW_HEADER, count, width: NEW_ENTRY, strings: at };
  return new Table(file, table, hwcapNames(file, at));
}

/** The names that hwcap numbers of the extension point at; empty where the file has no such table. */
function hwcapNames(file: CacheFile, at: number): string[] {
  const extension = file.u32(at + 32);
  if (extension === 0 || extension % 4 !== 0 || file.u32(extension) !== EXTENSION_MAGIC) return [];
  const sections = Math.min(file.u32(extension + 4), 64);
  for (let index = 0; index < sections; index++) {
    const section = extension + 8 + index * 16;
    if (file.u32(section) !== TAG_GLIBC_HWCAPS) continue;
    const offset = file.u32(section + 8);
    const names = Math.min(file.u32(section + 12) / 4, file.bytes.length / 4);
    return Array.from({ length: Math.floor(names) }, (_, name) => file.text(file.u32(offset + name * 4)));
  }
  return [];
}

interface Layout {
  readonly start: number;
  readonly count: number;
  readonly width: number;
  /** What string offsets count from. */
  readonly strings: number;
}

class Table implements LdCache {
  readonly #file: CacheFile;
  readonly #layout: Layout;
  readonly #hwcaps: readonly string[];

  constructor(file: CacheFile, layout: Layout, hwcaps: readonly string[]) {
    this.#file = file;
    this.#layout = layout;
    this.#hwcaps = hwcaps;
  }

  find(name: string, accepts: (flags: number) => boolean): readonly CacheEntry[] {
    const found: CacheEntry[] = [];
    for (
      let index = this.#firstOf(name);
      index < this.#layout.count && compareNames(name, this.#key(index)) === 0;
      index++
    ) {
      const entry = this.#layout.start + index * this.#layout.width;
      const flags = this.#file.u32(entry);
      if (!accepts(flags)) continue;
      const path = this.#file.text(this.#layout.strings + this.#file.u32(entry + 8));
      found.push({ path, flags, level: this.#level(entry) });
    }
    return found;
  }

  /** ld.so's binary search, which finds nothing where the table is not sorted in its own order. */
  #firstOf(name: string): number {
    let left = 0;
    let right = this.#layout.count - 1;
    while (left <= right) {
      let middle = (left + right) >> 1;
      const order = compareNames(name, this.#key(middle));
      if (order === 0) {
        while (middle > 0 && compareNames(name, this.#key(middle - 1)) === 0) middle--;
        return middle;
      }
      // The file is sorted downwards.
      if (order < 0) left = middle + 1;
      else right = middle - 1;
    }
    return this.#layout.count;
  }

  #key(index: number): string {
    const entry = this.#layout.start + index * this.#layout.width;
    return this.#file.text(this.#layout.strings + this.#file.u32(entry + 4));
  }

  #level(entry: number): CacheLevel {
    if (this.#layout.width < NEW_ENTRY) return { kind: 'baseline' };
    const hwcap = this.#file.u64(entry + 16);
    if ((hwcap & ~HWCAP_TLS) === 0n) return { kind: 'baseline' };
    const isNamed = (hwcap & ~ISA_LEVEL_BITS & ~0xffffffffn) === HWCAP_EXTENSION;
    const name = isNamed ? this.#hwcaps[Number(hwcap & 0xffffffffn)] : undefined;
    return name === undefined ? { kind: 'legacy' } : { kind: 'named', name };
  }
}

/** Bytes that may lie about every offset: whatever is outside reads as zero or as the empty string. */
class CacheFile {
  readonly bytes: Buffer;
  readonly little: boolean;

  constructor(bytes: Buffer, little: boolean) {
    this.bytes = bytes;
    this.little = little;
  }

  has(magic: string, at: number): boolean {
    return this.bytes.toString('latin1', at, at + magic.length) === magic;
  }

  u32(at: number): number {
    if (at < 0 || at + 4 > this.bytes.length) return 0;
    return this.little ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
  }

  u64(at: number): bigint {
    if (at < 0 || at + 8 > this.bytes.length) return 0n;
    return this.little ? this.bytes.readBigUInt64LE(at) : this.bytes.readBigUInt64BE(at);
  }

  text(at: number): string {
    if (at < 0 || at >= this.bytes.length) return '';
    const end = this.bytes.indexOf(0, at);
    return decodeBytes(this.bytes.subarray(at, end === -1 ? this.bytes.length : end));
  }
}

/** `_dl_cache_libcmp`: runs of digits compare as numbers, and digits come after everything else. */
export function compareNames(one: string, other: string): number {
  let [at, otherAt] = [0, 0];
  while (at < one.length) {
    const [a, b] = [digitsAt(one, at), digitsAt(other, otherAt)];
    if (a !== '' && b !== '') {
      const difference = Number(a) - Number(b);
      if (difference !== 0) return difference;
      at += a.length;
      otherAt += b.length;
    } else if (a !== '') return 1;
    else if (b !== '') return -1;
    else {
      const difference = one.charCodeAt(at) - (otherAt < other.length ? other.charCodeAt(otherAt) : 0);
      if (difference !== 0) return difference;
      at++;
      otherAt++;
    }
  }
  return otherAt < other.length ? -1 : 0;
}

function digitsAt(text: string, at: number): string {
  return /^\d+/.exec(text.slice(at, at + 40))?.[0] ?? '';
}
