/**
 * An ELF file as it streams by: keeps the parts that its facts need (capture-plan.ts) and forgets the rest, so that
 * a library of two gigabytes costs at most the budget of limits.ts. What a fact needs and was not kept becomes a
 * problem of kind `unread`, never a wrong fact.
 */
import { LIMITS } from '../base/limits.ts';
import { HEAD_BYTES, planCapture, WHOLE_FILE_BYTES } from './capture-plan.ts';
import type { ElfFacts } from './elf-facts.ts';
import { HEADER_BYTES, parseHeader } from './header.ts';
import { type FileRange, KeptBytes, mergeRanges, type Piece } from './kept-bytes.ts';
import { parseKept } from './parse-elf.ts';
import { Problems } from './problems.ts';
import { programHeaderTable, readProgramHeaders } from './program-headers.ts';

export interface ElfCapture {
  /** The next bytes of the file. They are copied where needed: the caller may reuse the buffer. */
  write(chunk: Uint8Array): void;
  /** After the last byte. `sha256`: the digest of the whole file. Never throws. */
  finish(sha256: string): ElfFacts;
}

/** `fileSize`: bytes that will be written; a file that turns out shorter is taken as it is. */
export function startElf(fileSize: number): ElfCapture {
  return new Capture(fileSize);
}

/** The same facts of bytes that are all there. */
export function parseElf(bytes: Uint8Array, sha256: string): ElfFacts {
  const capture = startElf(bytes.length);
  capture.write(bytes);
  return capture.finish(sha256);
}

const ZEROS = Buffer.alloc(64 * 1024);

/** Where the last byte that is not zero ends; compared by blocks, for files of gigabytes of zeros. */
function contentEndOf(chunk: Uint8Array): number {
  let end = chunk.length;
  for (let start = end; end > 0; end = start) {
    start = Math.max(0, end - ZEROS.length);
    if (Buffer.compare(chunk.subarray(start, end), ZEROS.subarray(0, end - start)) !== 0) break;
  }
  while (end > 0 && chunk[end - 1] === 0) end--;
  return end;
}

class Capture implements ElfCapture {
  readonly #fileSize: number;
  #position = 0;
  /** Where the last byte that is not zero ends. */
  #contentEnd = 0;
  #pieces: Piece[] = [];
  /** Where in the file the next plan can be made. */
  #planAt: number;

  constructor(fileSize: number) {
    this.#fileSize = fileSize;
    const isSmall = fileSize <= WHOLE_FILE_BYTES;
    this.#planAt = isSmall ? Infinity : HEAD_BYTES;
    this.#keepOnly([{ start: 0, end: isSmall ? fileSize : HEAD_BYTES }]);
  }

  write(chunk: Uint8Array): void {
    const end = contentEndOf(chunk);
    if (end > 0) this.#contentEnd = this.#position + end;
    for (let rest = chunk; rest.length > 0;) {
      const part = rest.subarray(0, Math.min(rest.length, this.#planAt - this.#position));
      this.#copy(part);
      this.#position += part.length;
      rest = rest.subarray(part.length);
      if (this.#position === this.#planAt) this.#plan();
    }
  }

  finish(sha256: string): ElfFacts {
    const size = Math.min(this.#position, this.#fileSize);
    const pieces = this.#pieces
      .filter(({ start }) => start < size)
      .map(({ start, bytes }) => ({ start, bytes: bytes.subarray(0, size - start) }));
    return parseKept(new KeptBytes(size, pieces), this.#contentEnd, sha256);
  }

  #copy(part: Uint8Array): void {
    const [from, to] = [this.#position, this.#position + part.length];
    for (const { start, bytes } of this.#pieces) {
      const first = Math.max(from, start);
      const end = Math.min(to, start + bytes.length);
      if (first < end) bytes.set(part.subarray(first - from, end - from), first - start);
    }
  }

  /** Decides what to keep as soon as the program headers are there; the decision rests on positions, not on chunks. */
  #plan(): void {
    const kept = new KeptBytes(this.#fileSize, this.#pieces);
    const header = parseHeader(kept.read(0, HEADER_BYTES[64]).bytes);
    const table = programHeaderTable(header);
    const tableEnd = 'refused' in table ? 0 : Math.min(table.end, this.#fileSize);
    if (this.#position < tableEnd && tableEnd <= LIMITS.elfBytes) {
      this.#planAt = tableEnd;
      this.#keepOnly([{ start: 0, end: tableEnd }]);
      return;
    }
    this.#planAt = Infinity;
    this.#keepOnly(planCapture(header, readProgramHeaders(header, kept, new Problems()), this.#fileSize));
  }

  /** Room for these ranges, with what is already there. */
  #keepOnly(ranges: readonly FileRange[]): void {
    const before = this.#pieces;
    this.#pieces = mergeRanges(ranges, this.#fileSize).map(({ start, end }) => {
      const bytes = new Uint8Array(end - start);
      for (const piece of before) {
        const from = Math.max(start, piece.start);
        const to = Math.min(end, piece.start + piece.bytes.length, this.#position);
        if (from < to) bytes.set(piece.bytes.subarray(from - piece.start, to - piece.start), from - start);
      }
      return { start, bytes };
    });
  }
}
