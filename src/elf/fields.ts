import type { ElfLayout } from './elf-facts.ts';

/** Numbers out of bytes in a file's own class and byte order. Reading past the end gives 0, as zero padding would. */
export class Fields {
  readonly length: number;
  /** Bytes of an address or offset: 4 or 8. */
  readonly wordSize: 4 | 8;
  readonly #view: DataView;
  readonly #little: boolean;

  constructor(bytes: Uint8Array, layout: ElfLayout) {
    this.length = bytes.length;
    this.wordSize = layout.class === 64 ? 8 : 4;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = layout.byteOrder === 'little';
  }

  u8(at: number): number {
    return at >= 0 && at < this.length ? this.#view.getUint8(at) : 0;
  }

  u16(at: number): number {
    return this.#has(at, 2) ? this.#view.getUint16(at, this.#little) : 0;
  }

  u32(at: number): number {
    return this.#has(at, 4) ? this.#view.getUint32(at, this.#little) : 0;
  }

  u64(at: number): bigint {
    return this.#has(at, 8) ? this.#view.getBigUint64(at, this.#little) : 0n;
  }

  /** An address, offset or size: Elf32_Addr or Elf64_Addr. */
  word(at: number): bigint {
    return this.wordSize === 8 ? this.u64(at) : BigInt(this.u32(at));
  }

  #has(at: number, size: number): boolean {
    return at >= 0 && at + size <= this.length;
  }
}

/** A claimed 64-bit offset or size as a number; what no file can reach becomes Infinity. */
export function toNumber(claim: bigint): number {
  return claim > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(claim);
}
