import { decodeBytes } from '../base/plain-text.ts';
import { type AddressSpace } from './address-space.ts';
import type { ElfLayout, ProgramHeader } from './elf-facts.ts';
import { Fields } from './fields.ts';
import type { KeptBytes, Reading } from './kept-bytes.ts';
import { PAGE } from './pages.ts';

const PAGE_BYTES = Number(PAGE);
/** What lies in several segments is not longer, and in no more of them. */
const ACROSS_BYTES = 1024 * 1024;
const ACROSS_SEGMENTS = 8;

/** The file as it lies in memory once its PT_LOAD segments are mapped. */
export class Memory {
  readonly layout: ElfLayout;
  readonly #kept: KeptBytes;
  readonly #space: AddressSpace;

  constructor(kept: KeptBytes, space: AddressSpace, layout: ElfLayout) {
    this.layout = layout;
    this.#kept = kept;
    this.#space = space;
  }

  /**
   * At most `length` bytes from an address on, ending with its segment; a small one may go on in the next at once
   * behind it, as with the tables of a program that patchelf could not move. `cut` when the address is in no segment,
   * or the segment ends before, or the last page of the file, which zeros fill up.
   */
  read(address: bigint, length: number): Reading {
    const pieces: Uint8Array[] = [];
    const across = Math.min(length, ACROSS_BYTES);
    let got = 0;
    do {
      const left = (got === 0 ? length : across) - got;
      const { bytes, missing } = this.#readSegment(address + BigInt(got), left);
      pieces.push(bytes);
      got += bytes.length;
      if (missing !== 'nothing') return { bytes: joined(pieces), missing };
    } while (got < across && pieces.length < ACROSS_SEGMENTS);
    return { bytes: joined(pieces), missing: got < length ? 'cut' : 'nothing' };
  }

  /** What the segment of this address has of it: nothing is `missing` as long as it has something. */
  #readSegment(address: bigint, length: number): Reading {
    const mapped = this.#space.locate(address);
    if (mapped === null || mapped.length === 0)
      return { bytes: new Uint8Array(0), missing: length <= 0 ? 'nothing' : 'cut' };
    const wanted = Math.min(length, mapped.length);
    return filledUp(this.#kept.read(mapped.offset, wanted), mapped.offset, wanted);
  }

  /** As {@link read}, as numbers. */
  fields(address: bigint, length: number): { readonly fields: Fields; readonly missing: Reading['missing'] } {
    const { bytes, missing } = this.read(address, length);
    return { fields: new Fields(bytes, this.layout), missing };
  }

  placeOf(address: bigint): ReturnType<AddressSpace['placeOf']> {
    return this.#space.placeOf(address);
  }

  loadsAt(address: bigint): readonly ProgramHeader[] {
    return this.#space.loadsAt(address);
  }

  /** Whether the address is in a page of a segment that lies behind the end of the file. */
  isLost(address: bigint): boolean {
    const mapped = this.#space.locate(address);
    return mapped !== null && mapped.length > 0 && mapped.offset >= this.#end;
  }

  /** Whether there is any such. */
  get losesPages(): boolean {
    return this.#space.end > BigInt(this.#end);
  }

  /** Of the last page of the file. */
  get #end(): number {
    return Math.ceil(this.#kept.fileSize / PAGE_BYTES) * PAGE_BYTES;
  }

  /** Zero bytes that lie behind the bytes of the file in the segment of this address. */
  zerosAfter(address: bigint): number {
    return this.#space.locate(address)?.zeros ?? 0;
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only = new Uint8Array(0), ...more] = pieces;
  return more.length === 0 ? only : Buffer.concat(pieces);
}

/** What the kernel puts behind the end of a file in its last page. */
function filledUp({ bytes, missing }: Reading, offset: number, wanted: number): Reading {
  if (missing !== 'cut' || bytes.length === 0) return { bytes, missing };
  const size = Math.min(wanted, Math.ceil((offset + bytes.length) / PAGE_BYTES) * PAGE_BYTES - offset);
  const filled = Buffer.concat([bytes], size);
  return { bytes: filled, missing: size < wanted ? 'cut' : 'nothing' };
}

/** The string that begins at `at` and ends before its NUL; null when there is no NUL within `limit` bytes. */
export function stringAt(bytes: Uint8Array, at: number, limit: number): string | null {
  if (at < 0 || at >= bytes.length) return null;
  const end = bytes.subarray(at, at + limit + 1).indexOf(0);
  return end < 0 ? null : decodeBytes(bytes.subarray(at, at + end));
}
