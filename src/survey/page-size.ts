import { DF_1_PIE, ET_DYN, ET_EXEC, PT_LOAD } from '../elf/constants.ts';
import type { ElfFacts, ProgramHeader } from '../elf/elf-facts.ts';

/** Platforms whose hosts have pages of 4K, 16K or 64K, so that files must be made for the largest. */
const LARGE_PAGES: ReadonlySet<string> = new Set(['arm64', 'ppc64le', 'ppc64']);
const LARGEST_PAGE = 0x10000n;

/**
 * The smallest p_align of a file that cannot be mapped with 64K pages; null when it can. A library must claim the
 * alignment (glibc, elf/dl-load.c: "ELF load command alignment not page-aligned"); for a program the kernel demands
 * that addresses and offsets agree, and two segments must not share a page.
 */
export function tooSmallAlignment(elf: ElfFacts, architecture: string): bigint | null {
  if (!LARGE_PAGES.has(architecture) || (elf.type !== ET_DYN && elf.type !== ET_EXEC)) return null;
  const loads = elf.programHeaders.filter(({ type }) => type === PT_LOAD);
  const smallest = loads.reduce((least, { align }) => (align < least ? align : least), LARGEST_PAGE);
  if (smallest >= LARGEST_PAGE) return null;
  return isLibrary(elf) || !fitsLargePages(loads) ? smallest : null;
}

function isLibrary(elf: ElfFacts): boolean {
  const isProgram = elf.interpreter !== null || ((elf.dynamic?.flags1 ?? 0) & DF_1_PIE) !== 0;
  return elf.type === ET_DYN && elf.dynamic !== null && !isProgram;
}

function fitsLargePages(loads: readonly ProgramHeader[]): boolean {
  return loads.every((load, index) => {
    const before = loads[index - 1];
    const congruent = (load.virtualAddress - load.offset) % LARGEST_PAGE === 0n;
    const ownPage =
      before === undefined ||
      pageOf(before.virtualAddress + before.memorySize - 1n) < pageOf(load.virtualAddress);
    return congruent && ownPage;
  });
}

function pageOf(address: bigint): bigint {
  return address / LARGEST_PAGE;
}
