/** Reads bytes one value after the other: LEB128-like integers and strings. */
export class Cursor {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  get isDone(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Little-endian base 128, as in DWARF's ULEB128 and Go's varint; null when it does not end or is over 2^35. */
  varint(): number | null {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) return null;
      this.#at++;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return null;
  }

  /** Bytes up to a NUL, latin1; null when there is none. */
  terminated(): string | null {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) return null;
    const text = Buffer.from(this.#bytes.subarray(this.#at, end)).toString('latin1');
    this.#at = end + 1;
    return text;
  }

  /** The next `length` bytes; null when there are fewer. */
  take(length: number): Uint8Array | null {
    if (this.#at + length > this.#bytes.length) return null;
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }
}
