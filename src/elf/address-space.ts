import type { ProgramHeader } from './elf-facts.ts';
import { ET_DYN, ET_EXEC, PT_LOAD } from './constants.ts';
import { toNumber } from './fields.ts';
import { isFarFrom, PAGE, larger, pageDown, pageUp, smaller } from './pages.ts';

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

  readonly #isFixed: boolean;

  /** `type`: e_type, which tells whether the file lies where its addresses say. */
  constructor(headers: readonly ProgramHeader[], type: number = ET_DYN) {
    this.#isFixed = type === ET_EXEC;
    this.#loads = headers.filter((each) => each.type === PT_LOAD && !isEmpty(each)).reverse();
  }

  /**
   * Where the address lies from the file's own segments, by whole pages: `beside` them begins what else the process
   * has there, `outside` is so far away that there is nothing.
   */
  placeOf(address: bigint): 'between' | 'beside' | 'outside' {
    const starts = this.#loads.map(({ virtualAddress }) => pageDown(virtualAddress));
    const ends = this.#loads.map((load) => pageUp(endOf(load)));
    const [first, ...more] = starts;
    if (first === undefined) return 'outside';
    const [start, end] = [more.reduce(smaller, first), ends.reduce(larger)];
    if (address >= start && address < end) return 'between';
    if (this.#isFixed && address < start) return 'outside';
    return isFarFrom(start, end, address) ? 'outside' : 'beside';
  }

  /** Where in the file the last of them ends. */
  get end(): bigint {
    return this.#loads.map(({ offset, fileSize }) => offset + fileSize).reduce(larger, 0n);
  }

  /** The segments whose pages hold the address. */
  loadsAt(address: bigint): readonly ProgramHeader[] {
    return this.#loads.filter(
      (load) => address >= pageDown(load.virtualAddress) && address < pageUp(endOf(load)),
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
      // Behind a segment without zeros of its own, what follows in the file fills its last page.
      const filled = fileSize > 0n && memorySize <= fileSize ? mapped - start : fileSize;
      const covered = this.#loads.slice(0, index).map((later) => pageDown(later.virtualAddress) - address);
      const length = [filled - into, ...covered.filter((distance) => distance > 0n)].reduce(smaller);
      if (length <= 0n)
        return memorySize > fileSize ? { offset: 0, length: 0, zeros: toNumber(mapped - address) } : null;
      // Where address and offset differ in their pages the kernel maps nothing, and musl's loader by pages all the same.
      const at = this.#isFixed ? offset + into : pageDown(offset) + address - pageDown(start);
      return {
        offset: toNumber(at),
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
