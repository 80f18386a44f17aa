import type { ProgramHeader } from './elf-facts.ts';
import { PT_LOAD } from './constants.ts';
import { toNumber } from './fields.ts';

/** Where in the file the bytes at an address come from. */
export interface Mapped {
  readonly offset: number;
  /** Bytes of the segment from there on that come from the file; what follows in memory is zero. */
  readonly length: number;
  /** Zero bytes that follow in memory. */
  readonly zeros: number;
}

/** Pages are mapped whole: the bytes before a segment's start in its page are there too. */
const PAGE = 4096n;

/** Virtual addresses to file offsets through PT_LOAD, as the kernel and the loaders map them. */
export class AddressSpace {
  /** The last first: where segments overlap, the later one is mapped over the earlier. */
  readonly #loads: readonly ProgramHeader[];

  constructor(headers: readonly ProgramHeader[]) {
    this.#loads = headers.filter(({ type }) => type === PT_LOAD).reverse();
  }

  /** null when no segment holds the address. */
  locate(address: bigint): Mapped | null {
    return this.#locate(address, 0n) ?? this.#locate(address, PAGE);
  }

  #locate(address: bigint, page: bigint): Mapped | null {
    for (const load of this.#loads) {
      const before = page === 0n ? 0n : minimum(load.virtualAddress % page, load.offset);
      const into = address - load.virtualAddress;
      if (into < -before || into >= load.fileSize) continue;
      return {
        offset: toNumber(load.offset + into),
        length: toNumber(load.fileSize - into),
        zeros: load.memorySize > load.fileSize ? toNumber(load.memorySize - load.fileSize) : 0,
      };
    }
    return null;
  }
}

function minimum(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
