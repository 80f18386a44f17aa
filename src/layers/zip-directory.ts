/**
 * The central directory of a zip archive that is held in memory (PKWARE's APPNOTE, 4.3 to 4.5), which is what Java
 * and Python go by. Sizes and offsets are claims: nothing outside the archive is ever touched.
 */
export interface ZipMember {
  readonly name: string;
  /** 0: stored; 8: deflated. */
  readonly method: number;
  readonly isEncrypted: boolean;
  /** As stored, no longer than the archive goes. */
  readonly bytes: Buffer;
  /** The claimed size once it is unpacked. */
  readonly size: number;
}

/** Not a zip archive, or one that is broken or made to mislead. */
export class BadZip extends Error {}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const UNKNOWN_16 = 0xffff;
const UNKNOWN_32 = 0xffffffff;

/** @throws {BadZip} */
export function* membersOfZip(archive: Buffer, limit: number): Generator<ZipMember> {
  const { count, size, offset, at } = directoryOf(archive);
  // A program may stand before the archive: then all offsets are short by its length.
  const base = at - size - offset;
  if (count > limit) throw new BadZip(`more than ${limit} members`);
  if (base < 0) throw new BadZip('the directory lies outside');
  let entry = at - size;
  for (let index = 0; index < count; index++) {
    if (entry + CENTRAL_BYTES > at || archive.readUInt32LE(entry) !== CENTRAL)
      throw new BadZip('a broken directory');
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) =>
      archive.readUInt16LE(entry + field),
    );
    const next = entry + CENTRAL_BYTES + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
    if (next > at) throw new BadZip('a broken directory');
    const extra = archive.subarray(entry + CENTRAL_BYTES + (nameBytes ?? 0), next - (commentBytes ?? 0));
    const wide = new Zip64Fields(extra);
    const unpacked = wide.or(archive.readUInt32LE(entry + 24));
    const packed = wide.or(archive.readUInt32LE(entry + 20));
    const local = base + wide.or(archive.readUInt32LE(entry + 42));
    yield {
      name: archive.toString('utf8', entry + CENTRAL_BYTES, entry + CENTRAL_BYTES + (nameBytes ?? 0)),
      method: archive.readUInt16LE(entry + 10),
      isEncrypted: (archive.readUInt16LE(entry + 8) & 1) !== 0,
      bytes: dataAt(archive, local, packed),
      size: unpacked,
    };
    entry = next;
  }
}

function dataAt(archive: Buffer, local: number, packed: number): Buffer {
  if (local + LOCAL_BYTES > archive.length || archive.readUInt32LE(local) !== LOCAL)
    throw new BadZip('a lost member');
  const start = local + LOCAL_BYTES + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  return archive.subarray(Math.min(start, archive.length), Math.min(start + packed, archive.length));
}

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  /** Where it ends. */
  readonly at: number;
}

function directoryOf(archive: Buffer): Directory {
  for (
    let end = archive.length - END_BYTES;
    end >= Math.max(0, archive.length - END_BYTES - LONGEST_COMMENT);
    end--
  ) {
    if (
      archive.readUInt32LE(end) !== END ||
      end + END_BYTES + archive.readUInt16LE(end + 20) > archive.length
    )
      continue;
    const count = archive.readUInt16LE(end + 10);
    const size = archive.readUInt32LE(end + 12);
    const offset = archive.readUInt32LE(end + 16);
    const isWide = count === UNKNOWN_16 || size === UNKNOWN_32 || offset === UNKNOWN_32;
    const directory = (isWide ? wideDirectory(archive, end) : null) ?? { count, size, offset, at: end };
    if (directory.size > directory.at) throw new BadZip('the directory lies outside');
    return directory;
  }
  throw new BadZip('no end of a directory');
}

function wideDirectory(archive: Buffer, end: number): Directory | null {
  const locator = end - 20;
  if (locator < 0 || archive.readUInt32LE(locator) !== LOCATOR_64) return null;
  const at = Number(archive.readBigUInt64LE(locator + 8));
  if (at + 56 > locator || archive.readUInt32LE(at) !== END_64) throw new BadZip('a lost directory');
  const [count, size, offset] = [32, 40, 48].map((field) => Number(archive.readBigUInt64LE(at + field)));
  return { count: count ?? 0, size: size ?? 0, offset: offset ?? 0, at };
}

/** The sizes and the offset that did not fit into 32 bits, in order. */
class Zip64Fields {
  readonly #values: bigint[] = [];

  constructor(extra: Buffer) {
    for (let at = 0; at + 4 <= extra.length;) {
      const end = at + 4 + extra.readUInt16LE(at + 2);
      if (extra.readUInt16LE(at) === 1 && end <= extra.length) {
        for (let value = at + 4; value + 8 <= end; value += 8)
          this.#values.push(extra.readBigUInt64LE(value));
      }
      at = end;
    }
  }

  or(narrow: number): number {
    return narrow === UNKNOWN_32 ? Number(this.#values.shift() ?? UNKNOWN_32) : narrow;
  }
}
