/**
 * `Packages` of rpm before sqlite: a hash table of Berkeley DB (its dbinc/db_page.h), whose pages are of the byte order
 * of the machine that wrote them. Every value of every page is taken: one is no header, which tells it.
 */
import { type Blobs, readsWithin } from './rpm-blobs.ts';

const HASH_MAGIC = 0x061561;
/** Where the magic number is, in the page of metadata. */
const MAGIC_AT = 12;
const PAGE_HEADER = 26;
const HASH_PAGES: ReadonlySet<number> = new Set([2, 13]); // P_HASH_UNSORTED, P_HASH
const OVERFLOW_PAGE = 7;
/** The first byte of a value: the value itself follows, or the number of its first page and its size. */
const H_KEYDATA = 1;
const H_OFFPAGE = 3;

export function isBerkeley(head: Buffer): boolean {
  return (
    readsWithin(head, MAGIC_AT, 4) &&
    [head.readUInt32LE(MAGIC_AT), head.readUInt32BE(MAGIC_AT)].includes(HASH_MAGIC)
  );
}

export function* berkeleyBlobs(file: Buffer, most: number): Blobs {
  if (file.length < 512) return;
  const isLittle = file.readUInt32LE(MAGIC_AT) === HASH_MAGIC;
  const numbers: Numbers = {
    u16: (bytes, at) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    u32: (bytes, at) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)),
  };
  const pageSize = numbers.u32(file, 20);
  if (pageSize < 512 || pageSize > 65_536) return;
  const page = (number: number): Buffer | null => {
    const at = number * pageSize;
    return number > 0 && readsWithin(file, at, pageSize) ? file.subarray(at, at + pageSize) : null;
  };
  for (let number = 1; number * pageSize < file.length; number++) {
    const each = page(number);
    if (each === null || !HASH_PAGES.has(each.readUInt8(25))) continue;
    for (const value of valuesOf(each, numbers)) {
      if (value.readUInt8(0) === H_KEYDATA) yield value.subarray(1);
      else if (value.readUInt8(0) === H_OFFPAGE && value.length >= 12) {
        const size = Math.min(numbers.u32(value, 8), most);
        yield chainOf(numbers.u32(value, 4), size, page, numbers);
      }
    }
  }
}

interface Numbers {
  readonly u16: (bytes: Buffer, at: number) => number;
  readonly u32: (bytes: Buffer, at: number) => number;
}

/** Entries grow from the end of a page, keys and values in turn. */
function* valuesOf(page: Buffer, { u16 }: Numbers): Generator<Buffer> {
  const count = Math.min(u16(page, 20), Math.floor((page.length - PAGE_HEADER) / 2));
  for (let index = 1; index < count; index += 2) {
    const start = u16(page, PAGE_HEADER + index * 2);
    const end = u16(page, PAGE_HEADER + (index - 1) * 2);
    if (start < end && end <= page.length) yield page.subarray(start, end);
  }
}

function chainOf(
  first: number,
  size: number,
  page: (number: number) => Buffer | null,
  { u16, u32 }: Numbers,
): Buffer {
  const pieces: Buffer[] = [];
  let [left, next] = [size, first];
  for (let each = page(next); each !== null && left > 0; each = page(next)) {
    const filled = Math.min(each.length - PAGE_HEADER, left);
    // Only the last page is not full, so that no chain goes on for ever.
    if (each.readUInt8(25) !== OVERFLOW_PAGE || u16(each, 22) < filled) break;
    pieces.push(each.subarray(PAGE_HEADER, PAGE_HEADER + filled));
    left -= filled;
    next = u32(each, 16);
  }
  return Buffer.concat(pieces);
}
