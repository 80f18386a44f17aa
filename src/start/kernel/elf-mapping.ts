/**
 * The memory that the kernel makes of PT_LOAD segments (elf_load, load_elf_binary of fs/binfmt_elf.c; mm/mmap.c) and
 * what of it must be there for the first instruction. Everything here is past the point of no return: the process is
 * killed instead of execve(2) failing. Addresses are those of the file: a load bias moves all of them alike.
 */
import { ET_DYN, ET_EXEC, PF_W, PT_DYNAMIC, PT_LOAD } from '../../elf/constants.ts';
import { EM_ARM } from '../../elf/machines.ts';
import type { ElfFacts, ProgramHeader } from '../../elf/elf-facts.ts';
import { entryFaultOf, pageOf } from './elf-entry.ts';
import { contradictionFaultOf, cutOff, killed } from './elf-faults.ts';
import { placeFaultOf } from './elf-place.ts';
import type { ElfFault } from '../refusal.ts';
import { selfFaultOf } from './static-program.ts';
import { taskSizeOf } from './task-size.ts';
import { hexOf, PAGE, pageDown, pageUp } from '../../elf/pages.ts';

/**
 * vm.mmap_min_addr: 64 KiB in practice, half of it on ARM (security/Kconfig) and below its 64-bit kernels, 4 KiB at the
 * least; root of a container has no CAP_SYS_RAWIO to go below.
 */
const USUAL_LOWEST = 0x10000n;
const USUAL_LOWEST_OF_ARM = 0x8000n;
/** Anonymous memory that no machine has, and that many have not (the kernel's heuristic overcommit refuses it). */
const NO_MACHINE = 1n << 44n;
const FEW_MACHINES = 1n << 33n;
/** MAX_LFS_FILESIZE: no page of a file lies behind it. */
const END_OF_OFFSETS = 1n << 63n;

/**
 * Null when the program gets to its first instruction and that instruction can be fetched. `as`: a loader is placed as
 * one piece too, but wherever there is room (load_elf_interp).
 */
export function mappingFaultOf(elf: ElfFacts, as: 'program' | 'loader' = 'program'): ElfFault | null {
  const faults = [...mappingFaults(elf, as)];
  return faults.find(({ certainty }) => certainty === 'certain') ?? faults[0] ?? null;
}

function* mappingFaults(elf: ElfFacts, as: 'program' | 'loader'): Generator<ElfFault> {
  const loads = elf.programHeaders.filter(({ type }) => type === PT_LOAD);
  if (loads.length === 0) return yield killed('it has no PT_LOAD segment: there is nothing to run');
  const bias = fixedBiasOf(elf, loads[0]);
  for (const load of loads) yield* segmentFaults(elf, load, bias);
  const place = elf.type === ET_DYN ? placeFaultOf(elf, loads, as) : null;
  const faults = [
    place,
    entryFaultOf(elf),
    dynamicFaultOf(elf, loads),
    cutFaultOf(elf, loads),
    blankFaultOf(elf, loads),
    as === 'program' ? selfFaultOf(elf) : null,
    elf.interpreter === null && as === 'program' ? contradictionFaultOf(elf) : null,
  ];
  yield* faults.filter((fault) => fault !== null);
}

/**
 * What is added to all addresses; null when the kernel looks for a place. It looks for none where a program without a
 * loader has nothing in the file for its first segment.
 */
function fixedBiasOf({ type, interpreter }: ElfFacts, first: ProgramHeader | undefined): bigint | null {
  if (type === ET_EXEC) return 0n;
  return interpreter === null && first?.fileSize === 0n ? -pageDown(first.virtualAddress) : null;
}

function* segmentFaults(elf: ElfFacts, load: ProgramHeader, bias: bigint | null): Generator<ElfFault> {
  const { virtualAddress: start, fileSize, memorySize, offset } = load;
  const { end } = taskSizeOf(elf);
  const lowest = elf.machine === EM_ARM ? USUAL_LOWEST_OF_ARM : USUAL_LOWEST;
  const at = `the segment at ${hexOf(start)}`;
  if (fileSize > memorySize)
    yield killed(`${at} has more bytes in the file (${fileSize}) than in memory (${memorySize})`);
  const outside = isOutside(load, end.most) ? 'certain' : isOutside(load, end.least) ? 'possible' : null;
  if (outside !== null) yield killed(`${at} lies outside of the address space`, outside);
  if (fileSize > 0n && offset % PAGE !== start % PAGE) {
    yield killed(
      `${at} cannot be mapped: its address and its offset ${hexOf(offset)} lie differently in their pages`,
    );
  }
  if (bias !== null && memorySize > 0n && start + bias < lowest) {
    yield killed(
      `${at} lies below the lowest address that may be mapped`,
      start + bias < PAGE ? 'certain' : 'possible',
    );
  }
  if (fileSize > 0n && pageUp(offset + fileSize) > END_OF_OFFSETS)
    yield killed(`${at} begins at byte ${hexOf(offset)} of the file, where no file has any`);
  const zeros = memorySize - fileSize;
  if (zeros > FEW_MACHINES)
    yield killed(`${at} wants ${zeros} bytes of zeros`, zeros > NO_MACHINE ? 'certain' : 'possible');
  // padzero: the rest of the last page is cleared, which fails where the file has no such page. Kernels before 6.7 go
  // on all the same (Debian's 6.1 does, on six architectures), and the program dies when it touches that page.
  const padded = fileSize > 0n && zeros > 0n && (load.flags & PF_W) !== 0 && (start + fileSize) % PAGE !== 0n;
  if (padded && offset + fileSize > pageUp(BigInt(elf.fileSize)))
    yield cutOff(elf, load, { signal: 'SIGSEGV', once: 'SIGBUS' });
}

function isOutside({ virtualAddress: start, memorySize }: ProgramHeader, limit: bigint): boolean {
  return start >= limit || memorySize > limit || limit - memorySize < start;
}

/** Whoever relocates the program (its loader, or a static PIE itself) reads PT_DYNAMIC first. */
function dynamicFaultOf(elf: ElfFacts, loads: readonly ProgramHeader[]): ElfFault | null {
  const dynamic = elf.programHeaders.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined || elf.interpreter === null) return null;
  const page = pageOf(loads, dynamic.virtualAddress);
  const cut = page?.source === 'file' && page.offset >= pageUp(BigInt(elf.fileSize));
  return cut ? cutOff(elf, page.load, { signal: 'SIGBUS' }) : null;
}

/** Bytes that are gone without anybody knowing whether the program ever looks at them. */
function cutFaultOf(elf: ElfFacts, loads: readonly ProgramHeader[]): ElfFault | null {
  const cut = loads.find(({ offset, fileSize }) => fileSize > 0n && offset + fileSize > BigInt(elf.fileSize));
  return cut === undefined ? null : { ...cutOff(elf, cut, { signal: 'SIGBUS' }), certainty: 'possible' };
}

/** Likewise of bytes in whose place there are zeros: more than data that begins as zeros would end with. */
function blankFaultOf({ blankFrom }: ElfFacts, loads: readonly ProgramHeader[]): ElfFault | null {
  if (blankFrom === null) return null;
  const blank = loads.find(({ offset, fileSize }) => offset + fileSize > BigInt(blankFrom) + PAGE);
  if (blank === undefined) return null;
  const at = hexOf(blank.virtualAddress);
  return killed(
    `from byte ${blankFrom} on the file is zeros, also where its segment at ${at} lies`,
    'possible',
  );
}
