/** Writes /etc/ld.so.cache as ldconfig does (glibc's elf/cache.c): sorted downwards, strings behind the table. */
import { compareNames } from '../../src/start/loader/ld-cache.ts';

export interface CacheLine {
  readonly name: string;
  readonly path: string;
  readonly flags: number;
  /** A glibc-hwcaps name. */
  readonly hwcap?: string;
  /** hwcap bits as they stand in the file, for the scheme before glibc-hwcaps. */
  readonly bits?: bigint;
}

export type CacheFormat = 'new' | 'old' | 'both';

const AMD64 = 0x303;

/** Latin-1 text, as facts keep binary files. */
export function buildLdCache(lines: readonly CacheLine[], format: CacheFormat = 'new'): string {
  const sorted = lines.toSorted(
    (a, b) => compareNames(b.name, a.name) || Number(b.hwcap !== undefined) - Number(a.hwcap !== undefined),
  );
  if (format === 'new') return newFormat(sorted, 0).toString('latin1');
  const old = oldFormat(sorted, format === 'old' ? 'with strings' : 'without strings');
  if (format === 'old') return old.toString('latin1');
  const padded = Buffer.concat([old, Buffer.alloc((8 - (old.length % 8)) % 8)]);
  return Buffer.concat([padded, newFormat(sorted, padded.length)]).toString('latin1');
}

/** `name => path` of amd64 libraries, the usual case. */
export function amd64Line(name: string, path: string, hwcap?: string): CacheLine {
  return { name, path, flags: AMD64, ...(hwcap === undefined ? {} : { hwcap }) };
}

function newFormat(lines: readonly CacheLine[], offset: number): Buffer {
  const hwcaps = [...new Set(lines.flatMap(({ hwcap }) => hwcap ?? []))].toSorted();
  const header = Buffer.alloc(48);
  header.write('glibc-ld.so.cache1.1');
  header.writeUInt32LE(lines.length, 20);
  header.writeUInt8(2, 28);
  const strings = new Strings(48 + lines.length * 24);
  const entries = lines.map(({ name, path, flags, hwcap, bits }) => {
    const entry = Buffer.alloc(24);
    entry.writeUInt32LE(flags, 0);
    entry.writeUInt32LE(strings.add(name), 4);
    entry.writeUInt32LE(strings.add(path), 8);
    const named = hwcap === undefined ? 0n : (1n << 62n) | BigInt(hwcaps.indexOf(hwcap));
    entry.writeBigUInt64LE(bits ?? named, 16);
    return entry;
  });
  const names = hwcaps.map((hwcap) => strings.add(hwcap) + offset);
  const body = Buffer.concat([header, ...entries, strings.bytes()]);
  header.writeUInt32LE(strings.end - (48 + lines.length * 24), 24);
  if (hwcaps.length === 0) return body;
  const start = Math.ceil((offset + body.length) / 4) * 4;
  const extension = Buffer.alloc(24 + names.length * 4);
  extension.writeUInt32LE(0xeaa42174, 0);
  extension.writeUInt32LE(1, 4);
  extension.writeUInt32LE(1, 8);
  extension.writeUInt32LE(start + 24, 16);
  extension.writeUInt32LE(names.length * 4, 20);
  for (const [index, name] of names.entries()) extension.writeUInt32LE(name, 24 + index * 4);
  body.writeUInt32LE(start, 32);
  return Buffer.concat([body, Buffer.alloc(start - offset - body.length), extension]);
}

function oldFormat(lines: readonly CacheLine[], mode: 'with strings' | 'without strings'): Buffer {
  const header = Buffer.alloc(16);
  header.write('ld.so-1.7.0');
  header.writeUInt32LE(lines.length, 12);
  const strings = new Strings(0);
  const entries = lines.map(({ name, path, flags }) => {
    const entry = Buffer.alloc(12);
    entry.writeUInt32LE(flags, 0);
    entry.writeUInt32LE(strings.add(name), 4);
    entry.writeUInt32LE(strings.add(path), 8);
    return entry;
  });
  return Buffer.concat([header, ...entries, ...(mode === 'with strings' ? [strings.bytes()] : [])]);
}

class Strings {
  end: number;
  readonly #parts: string[] = [];

  constructor(start: number) {
    this.end = start;
  }

  add(text: string): number {
    const at = this.end;
    this.#parts.push(`${text}\0`);
    this.end += Buffer.byteLength(text) + 1;
    return at;
  }

  bytes(): Buffer {
    return Buffer.from(this.#parts.join(''));
  }
}
