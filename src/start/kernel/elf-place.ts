/**
 * Where the kernel places a program without fixed addresses (total_mapping_size, maximum_alignment, arch_mmap_rnd in
 * load_elf_binary of fs/binfmt_elf.c): as one piece, at a random distance behind ELF_ET_DYN_BASE where it has a loader,
 * and where mmap(2) finds room, somewhere below the stack, where it has none.
 */
import type { ElfFacts, ProgramHeader } from '../../elf/elf-facts.ts';
import { killed } from './elf-faults.ts';
import type { ElfFault } from '../refusal.ts';
import { excess, type Range, taskSizeOf } from './task-size.ts';
import { hexOf, larger, pageDown, smaller } from '../../elf/pages.ts';

/** Between the stack and what lies below it (MIN_GAP of mmap_base). */
const STACK_GAP = 1n << 27n;
/** For no more than this nobody looks for a place of its own. */
const LARGEST_PAGE = 1n << 16n;

/** Of a loader's p_align the kernel takes no notice. */
export function placeFaultOf(
  elf: ElfFacts,
  loads: readonly ProgramHeader[],
  as: 'program' | 'loader',
): ElfFault | null {
  const starts = loads.map(({ virtualAddress }) => pageDown(virtualAddress));
  const ends = loads.map(({ virtualAddress, memorySize }) => virtualAddress + memorySize);
  const span = ends.reduce(larger) - starts.reduce(smaller);
  const alignment = loads.map(({ align }) => (isPowerOfTwo(align) ? align : 0n)).reduce(larger);
  const tooLong = excess(span, roomOf(elf));
  const tooCoarse =
    as === 'loader'
      ? null
      : elf.interpreter === null
        ? alignedAnywhere(elf, span, alignment)
        : alignedBase(elf, alignment);
  if (tooLong === 'certain' || (tooLong !== null && tooCoarse !== 'certain'))
    return killed(`its segments span ${hexOf(span)} bytes`, tooLong);
  return tooCoarse === null
    ? null
    : killed(`its segments are to lie at multiples of ${hexOf(alignment)}`, tooCoarse);
}

/** The longest program that surely has a place, and the longest that may have one. */
function roomOf(elf: ElfFacts): Range {
  const { above, random, room } = taskSizeOf(elf);
  if (elf.interpreter !== null) return { least: above.least - STACK_GAP - random.least, most: above.most };
  return { least: room.least - STACK_GAP - random.least, most: room.most - STACK_GAP };
}

/** The base is rounded down, and what comes to address 0 may not be mapped. */
function alignedBase(elf: ElfFacts, alignment: bigint): ElfFault['certainty'] | null {
  const { base, random } = taskSizeOf(elf);
  return excess(alignment, { least: base.least, most: base.most + random.most });
}

/** mmap(2) is asked for as much more as an alignment may cost. Kernels before 6.10 and its stable kin did not ask. */
function alignedAnywhere(elf: ElfFacts, span: bigint, alignment: bigint): ElfFault['certainty'] | null {
  if (alignment <= LARGEST_PAGE) return null;
  const { least, most } = taskSizeOf(elf).window;
  return excess(span + alignment, { least: least - STACK_GAP, most: most - STACK_GAP });
}

function isPowerOfTwo(value: bigint): boolean {
  return value > 0n && (value & (value - 1n)) === 0n;
}
