/** Writes numbers in one class and byte order, as an ELF file has them. */
export class ByteWriter {
  readonly #little: boolean;
  readonly #wide: boolean;
  #bytes: number[] = [];

  constructor(format: { readonly class: 32 | 64; readonly byteOrder: 'little' | 'big' }) {
    this.#little = format.byteOrder === 'little';
    this.#wide = format.class === 64;
  }

  get length(): number {
    return this.#bytes.length;
  }

  u8(...values: readonly number[]): this {
    for (const value of values) this.#bytes.push(value & 0xff);
    return this;
  }

  u16(value: number): this {
    return this.#number(BigInt(value), 2);
  }

  u32(value: number): this {
    return this.#number(BigInt(value), 4);
  }

  u64(value: bigint): this {
    return this.#number(value, 8);
  }

  /** An address, offset or size. */
  word(value: number | bigint): this {
    return this.#number(BigInt(value), this.#wide ? 8 : 4);
  }

  raw(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  text(value: string): this {
    return this.raw(Buffer.from(`${value}\0`, 'latin1'));
  }

  /** Zero bytes up to a multiple. */
  align(multiple: number): this {
    while (this.#bytes.length % multiple !== 0) this.#bytes.push(0);
    return this;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #number(value: bigint, size: number): this {
    for (let index = 0; index < size; index++) {
      const shift = BigInt(8 * (this.#little ? index : size - 1 - index));
      this.#bytes.push(Number((value >> shift) & 0xffn));
    }
    return this;
  }
}
