import type { ProgramHeader } from './elf-facts.ts';
import { PT_LOAD } from './constants.ts';
import { toNumber } from './fields.ts';
import { PAGE, larger, pageDown, pageUp, smaller } from './pages.ts';

/** Where in the file the bytes at an address come from. */
export interface Mapped {
  readonly offset: number;
  /** Bytes of the segment from there on that come from the file; what follows in memory is zero. */
  readonly length: number;
  /** Zero bytes that follow in memory. */
  readonly zeros: number;
}

/** Virtual addresses to file offsets through PT_LOAD, as the kernel and the loaders map them. */
export class AddressSpace {
  /** The last first: each is mapped over those before it (MAP_FIXED), whole pages at a time. */
  readonly #loads: readonly ProgramHeader[];

  constructor(headers: readonly ProgramHeader[]) {
    this.#loads = headers.filter((each) => each.type === PT_LOAD && !isEmpty(each)).reverse();
  }

  /** Whether the address lies before all segments or behind them, by whole pages. */
  isOutside(address: bigint): boolean {
    return (
      this.#loads.every(({ virtualAddress }) => address < pageDown(virtualAddress)) ||
      this.#loads.every((load) => address >= pageUp(endOf(load)))
    );
  }

  /** null when no segment holds the address. */
  locate(address: bigint): Mapped | null {
    for (const [index, load] of this.#loads.entries()) {
      const { virtualAddress: start, fileSize, memorySize, offset } = load;
      const into = address - start;
      // Pages are mapped whole: the bytes before a segment's start in its page are there too.
      const before = fileSize === 0n ? 0n : smaller(start % PAGE, offset);
      const end = endOf(load);
      const mapped = pageUp(end);
      if (into < -before || address >= mapped) continue;
      const covered = this.#loads.slice(0, index).map((later) => pageDown(later.virtualAddress) - address);
      const length = [fileSize - into, ...covered.filter((distance) => distance > 0n)].reduce(smaller);
      if (length <= 0n)
        return memorySize > fileSize ? { offset: 0, length: 0, zeros: toNumber(mapped - address) } : null;
      return {
        offset: toNumber(offset + into),
        length: toNumber(length),
        zeros: memorySize > fileSize ? toNumber(memorySize - fileSize) : 0,
      };
    }
    return null;
  }
}

/** Linkers leave such behind where a section came to nothing; it maps nothing. */
function isEmpty({ fileSize, memorySize }: ProgramHeader): boolean {
  return fileSize === 0n && memorySize === 0n;
}

function endOf({ virtualAddress, fileSize, memorySize }: ProgramHeader): bigint {
  return virtualAddress + larger(fileSize, memorySize);
}
