/**
 * The rows of `Packages(hnum, blob)` in rpmdb.sqlite, read as sqlite.org/fileformat2 describes the file: the b-tree of
 * one table and the chains of its overflow pages. What a write-ahead log beside it holds is left out: rpm empties it
 * when it ends.
 */
import { type Blobs, readsWithin } from './rpm-blobs.ts';

export const SQLITE_MAGIC = 'SQLite format 3\0';

const INTERIOR = 0x05;
const LEAF = 0x0d;
/** The header of the file, before that of page 1. */
const FILE_HEADER = 100;

/** Rows that are looked at; a system with so many packages there is none. */
const MOST_ROWS = 200_000;
/** Of the statement that made a table; rpm's are shorter. */
const SCHEMA_BYTES = 4_096;

export function* sqliteBlobs(file: Buffer, most: number): Blobs {
  const tables = new SqliteFile(file);
  for (const row of tables.rows(rootOf(tables), most)) yield columnsOf(row)[1] ?? Buffer.of();
}

/** The page of the root of `Packages`, by the table of tables; 0 when there is none. */
function rootOf(tables: SqliteFile): number {
  for (const row of tables.rows(1, SCHEMA_BYTES)) {
    const [type, name, , root = Buffer.of()] = columnsOf(row);
    if (type?.toString('latin1') !== 'table' || name?.toString('latin1') !== 'Packages') continue;
    return root.length >= 1 && root.length <= 6 ? root.readUIntBE(0, root.length) : 0;
  }
  return 0;
}

class SqliteFile {
  readonly #file: Buffer;
  readonly #pageSize: number;
  /** Without what extensions have at the end of each page. */
  readonly #usable: number;

  constructor(file: Buffer) {
    this.#file = file;
    const size = readsWithin(file, 16, 2) ? file.readUInt16BE(16) : 0;
    this.#pageSize = size === 1 ? 65_536 : size;
    this.#usable = this.#pageSize - (readsWithin(file, 20, 1) ? file.readUInt8(20) : 0);
  }

  /** Of the table whose tree has its root there, each cut to so many bytes; every page once, whatever pointers say. */
  *rows(root: number, most: number): Generator<Buffer> {
    if (this.#pageSize < 512 || this.#usable < 480) return;
    let left = MOST_ROWS;
    const seen = new Set<number>();
    const waiting = [root];
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      const page = this.#page(number);
      if (page === null || seen.has(number)) continue;
      seen.add(number);
      const header = number === 1 ? FILE_HEADER : 0;
      const kind = page.readUInt8(header);
      for (const at of kind === LEAF ? pointersOf(page, header + 8, header) : []) {
        if (left-- === 0) return;
        const size = varint(page, at);
        yield this.#payload(page, varint(page, size.end).end, size.value, most);
      }
      if (kind !== INTERIOR) continue;
      waiting.push(page.readUInt32BE(header + 8));
      for (const cell of pointersOf(page, header + 12, header)) {
        if (readsWithin(page, cell, 4)) waiting.push(page.readUInt32BE(cell));
      }
    }
  }

  /** What does not fit on the page goes on in a chain of others; cut after what is wanted. */
  #payload(page: Buffer, at: number, size: number, most: number): Buffer {
    const usable = this.#usable;
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const fitting = least + ((size - least) % (usable - 4));
    const local = size <= usable - 35 ? size : fitting <= usable - 35 ? fitting : least;
    const pieces = [page.subarray(at, at + local)];
    let left = Math.min(size, most) - local;
    let next = local < size && readsWithin(page, at + local, 4) ? page.readUInt32BE(at + local) : 0;
    for (let more = this.#page(next); more !== null && left > 0; more = this.#page(next)) {
      const piece = more.subarray(4, Math.min(usable, 4 + left));
      pieces.push(piece);
      left -= piece.length;
      next = more.readUInt32BE(0);
    }
    return Buffer.concat(pieces);
  }

  /** They count from 1. null for one that is not there whole. */
  #page(number: number): Buffer | null {
    const at = (number - 1) * this.#pageSize;
    if (number < 1 || at + this.#pageSize > this.#file.length) return null;
    return this.#file.subarray(at, at + this.#pageSize);
  }
}

function pointersOf(page: Buffer, first: number, header: number): number[] {
  const count = Math.min(page.readUInt16BE(header + 3), Math.floor((page.length - first) / 2));
  return Array.from({ length: count }, (_, index) => page.readUInt16BE(first + index * 2));
}

/** The bytes of the columns of a record. */
function columnsOf(record: Buffer): Buffer[] {
  const columns: Buffer[] = [];
  const header = varint(record, 0);
  let [types, data] = [header.end, header.value];
  while (types < header.value && types < record.length && columns.length < 8) {
    const type = varint(record, types);
    types = type.end;
    const size = sizeOf(type.value);
    columns.push(record.subarray(data, data + size));
    data += size;
  }
  return columns;
}

/** Of a serial type: NULL and integers of up to six bytes (rpm has no larger ones), blobs and texts. */
function sizeOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return type === 5 ? 6 : type <= 4 ? type : 0;
}

/** Seven bits a byte, the highest first, up to eight bytes; a ninth is for numbers that no file is large enough for. */
function varint(bytes: Buffer, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let end = at; end < Math.min(at + 8, bytes.length); end++) {
    const byte = bytes.readUInt8(end);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: end + 1 };
  }
  return { value: 0, end: bytes.length };
}
