/** The parts of a file that were held while it streamed by, addressed as in the file. */

/** From `start` up to but not including `end`, in bytes of the file. */
export interface FileRange {
  readonly start: number;
  readonly end: number;
}

export interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array;
}

export interface Reading {
  /** As much as there is, from the asked offset on. */
  readonly bytes: Uint8Array;
  /** Why there is less than asked for: the file ends (`cut`), or we did not keep it (`unread`). */
  readonly missing: 'nothing' | 'cut' | 'unread';
}

const NO_BYTES = new Uint8Array(0);

export class KeptBytes {
  readonly fileSize: number;
  readonly #pieces: readonly Piece[];

  /** Pieces must not touch each other. */
  constructor(fileSize: number, pieces: readonly Piece[]) {
    this.fileSize = fileSize;
    this.#pieces = pieces;
  }

  /** A view, not a copy. Offsets and lengths are claims of the file: any number is safe, also Infinity. */
  read(offset: number, length: number): Reading {
    const end = Math.min(offset + length, this.fileSize);
    if (!(offset >= 0) || offset >= end) {
      return { bytes: NO_BYTES, missing: length <= 0 ? 'nothing' : 'cut' };
    }
    const piece = this.#pieces.find(({ start, bytes }) => offset >= start && offset < start + bytes.length);
    if (piece === undefined) return { bytes: NO_BYTES, missing: 'unread' };
    const bytes = piece.bytes.subarray(offset - piece.start, end - piece.start);
    if (bytes.length < end - offset) return { bytes, missing: 'unread' };
    return { bytes, missing: end - offset < length ? 'cut' : 'nothing' };
  }
}

/** In order, without overlaps, clipped to the file; ranges that touch become one. */
export function mergeRanges(ranges: readonly FileRange[], fileSize: number): FileRange[] {
  const clipped = ranges
    .map(({ start, end }) => ({ start: Math.max(0, start), end: Math.min(end, fileSize) }))
    .filter(({ start, end }) => start < end)
    .sort((one, other) => one.start - other.start);
  const merged: { start: number; end: number }[] = [];
  for (const range of clipped) {
    const last = merged.at(-1);
    if (last !== undefined && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else merged.push({ ...range });
  }
  return merged;
}
