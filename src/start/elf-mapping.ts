/**
 * The memory that the kernel makes of PT_LOAD segments (elf_load, load_elf_binary of fs/binfmt_elf.c; mm/mmap.c) and
 * what of it must be there for the first instruction. Everything here is past the point of no return: the process is
 * killed instead of execve(2) failing. Addresses are those of the file: a load bias moves all of them alike.
 */
import { ET_DYN, ET_EXEC, PF_W, PF_X, PT_DYNAMIC, PT_LOAD } from '../elf/constants.ts';
import { EM_ARM, EM_MIPS, EM_PPC, EM_PPC64, EM_S390, EM_X86_64 } from '../elf/machines.ts';
import type { ElfFacts, ProgramHeader } from '../elf/elf-facts.ts';
import { headerCodeFaultOf, zerosFaultOf } from './entry-code.ts';
import type { ElfFault } from './refusal.ts';

const PAGE = 4096n;
/** vm.mmap_min_addr: 64 KiB in practice, 4 KiB at the least; root of a container has no CAP_SYS_RAWIO to go below. */
const USUAL_LOWEST = 0x10000n;
/** Anonymous memory that no machine has, and that many have not (the kernel's heuristic overcommit refuses it). */
const NO_MACHINE = 1n << 44n;
const FEW_MACHINES = 1n << 33n;
/** Between the stack and what lies below it (MIN_GAP of mmap_base). */
const SMALLEST_STACK_GAP = 1n << 27n;
/** By how much places differ from one start to the next: arch_mmap_rnd and the stack's own. */
const RANDOM_PLACE = 1n << 41n;
const RANDOM_PLACE_32 = 1n << 28n;
/** MAX_LFS_FILESIZE: no page of a file lies behind it. */
const LAST_OFFSET = 1n << 63n;

/** Null when the program gets to its first instruction and that instruction can be fetched. */
export function mappingFaultOf(elf: ElfFacts): ElfFault | null {
  const loads = elf.programHeaders.filter(({ type }) => type === PT_LOAD);
  if (loads.length === 0) return killed('it has no PT_LOAD segment: there is nothing to run');
  const bias = fixedBiasOf(elf, loads[0]);
  for (const load of loads) {
    const fault = segmentFaultOf(elf, load, bias);
    if (fault !== null) return fault;
  }
  return (
    (elf.type === ET_DYN ? placeFaultOf(elf, loads) : null) ??
    entryFaultOf(elf, loads) ??
    dynamicFaultOf(elf, loads) ??
    cutFaultOf(elf, loads)
  );
}

/** TASK_SIZE, with the usual size of page tables. */
function taskSize({ machine, readAs }: ElfFacts): bigint {
  if (readAs.class === 32) return 1n << 32n;
  return machine === EM_X86_64 ? (1n << 47n) - PAGE : 1n << 48n;
}

/**
 * What is added to all addresses; null when the kernel looks for a place. It looks for none where a program without a
 * loader has nothing in the file for its first segment.
 */
function fixedBiasOf({ type, interpreter }: ElfFacts, first: ProgramHeader | undefined): bigint | null {
  if (type === ET_EXEC) return 0n;
  return interpreter === null && first?.fileSize === 0n ? -pageDown(first.virtualAddress) : null;
}

function segmentFaultOf(elf: ElfFacts, load: ProgramHeader, bias: bigint | null): ElfFault | null {
  const { virtualAddress: start, fileSize, memorySize, offset } = load;
  const limit = taskSize(elf);
  const at = `the segment at ${hex(start)}`;
  if (fileSize > memorySize)
    return killed(`${at} has more bytes in the file (${fileSize}) than in memory (${memorySize})`);
  if (start >= limit || memorySize > limit || limit - memorySize < start)
    return killed(`${at} lies outside of the address space`);
  if (fileSize > 0n && offset % PAGE !== start % PAGE) {
    return killed(
      `${at} cannot be mapped: its address and its offset ${hex(offset)} lie differently in their pages`,
    );
  }
  if (bias !== null && memorySize > 0n && start + bias < USUAL_LOWEST) {
    return killed(
      `${at} lies below the lowest address that may be mapped`,
      start + bias < PAGE ? 'certain' : 'possible',
    );
  }
  if (fileSize > 0n && pageUp(offset + fileSize) > LAST_OFFSET)
    return killed(`${at} begins at byte ${hex(offset)} of the file, where no file has any`);
  const zeros = memorySize - fileSize;
  if (zeros > FEW_MACHINES)
    return killed(`${at} wants ${zeros} bytes of zeros`, zeros > NO_MACHINE ? 'certain' : 'possible');
  // padzero: the rest of the last page is cleared, which fails where the file has no such page.
  const padded = fileSize > 0n && zeros > 0n && (load.flags & PF_W) !== 0 && (start + fileSize) % PAGE !== 0n;
  return padded && offset + fileSize > pageUp(BigInt(elf.fileSize)) ? cutOff(elf, load, 'SIGSEGV') : null;
}

/**
 * total_mapping_size and maximum_alignment: a program without fixed addresses is mapped as one piece first, from
 * ELF_ET_DYN_BASE on where it has a loader (at two thirds of the address space; lower on ARM and POWER), somewhere
 * below the stack where it has none. Both places are chosen at random within a part of the address space.
 */
function placeFaultOf(elf: ElfFacts, loads: readonly ProgramHeader[]): ElfFault | null {
  const size = taskSize(elf);
  const starts = loads.map(({ virtualAddress }) => pageDown(virtualAddress));
  const ends = loads.map(({ virtualAddress, memorySize }) => virtualAddress + memorySize);
  const span = ends.reduce(larger) - starts.reduce(smaller);
  const isLow = elf.machine === EM_ARM || elf.machine === EM_PPC64 || elf.machine === EM_PPC;
  const room = elf.interpreter !== null && !isLow ? size / 3n : size - SMALLEST_STACK_GAP;
  if (span > room) return killed(`its segments span ${hex(span)} bytes`);
  const alignment = loads.map(({ align }) => (isPowerOfTwo(align) ? align : 0n)).reduce(larger);
  if (alignment > (2n * size) / 3n)
    return killed(`its segments are to lie at multiples of ${hex(alignment)}`);
  const random = elf.readAs.class === 64 ? RANDOM_PLACE : RANDOM_PLACE_32;
  return span > room - random ? killed(`its segments span ${hex(span)} bytes`, 'possible') : null;
}

/** The first instruction; with a loader in between it is only reached later. */
function entryFaultOf(elf: ElfFacts, loads: readonly ProgramHeader[]): ElfFault | null {
  const { entry } = elf;
  const page = pageOf(loads, entry);
  const at = `the entry point ${hex(entry)}`;
  if (page === null) return killed(`${at} lies in no segment`);
  if (page.source === 'zeros') return killed(`${at} lies in memory that no byte of the file fills`);
  if (page.offset >= pageUp(BigInt(elf.fileSize))) return cutOff(elf, page.load, 'SIGBUS');
  if ((page.load.flags & PF_X) === 0 && hasNoExecute(elf))
    return killed(`${at} lies in a segment that is not executable`);
  const zeros = elf.interpreter === null ? zerosFaultOf(elf) : null;
  return zeros ?? headerCodeFaultOf(elf, page.offset + (entry % PAGE));
}

/** Whoever relocates the program (its loader, or a static PIE itself) reads PT_DYNAMIC first. */
function dynamicFaultOf(elf: ElfFacts, loads: readonly ProgramHeader[]): ElfFault | null {
  const dynamic = elf.programHeaders.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined || elf.interpreter === null) return null;
  const page = pageOf(loads, dynamic.virtualAddress);
  const cut = page?.source === 'file' && page.offset >= pageUp(BigInt(elf.fileSize));
  return cut ? cutOff(elf, page.load, 'SIGBUS') : null;
}

/** Bytes that are gone without anybody knowing whether the program ever looks at them. */
function cutFaultOf(elf: ElfFacts, loads: readonly ProgramHeader[]): ElfFault | null {
  const cut = loads.find(({ offset, fileSize }) => fileSize > 0n && offset + fileSize > BigInt(elf.fileSize));
  return cut === undefined ? null : { ...cutOff(elf, cut, 'SIGBUS'), certainty: 'possible' };
}

interface MappedPage {
  readonly load: ProgramHeader;
  readonly source: 'file' | 'zeros';
  /** Of the page in the file. */
  readonly offset: bigint;
}

/** What is mapped there in the end: later segments lie over earlier ones, whole pages at a time. */
function pageOf(loads: readonly ProgramHeader[], address: bigint): MappedPage | null {
  const page = pageDown(address);
  for (const load of loads.toReversed()) {
    const { virtualAddress: start, fileSize, memorySize, offset } = load;
    const fileEnd = fileSize > 0n ? pageUp(start + fileSize) : pageDown(start);
    if (memorySize > fileSize && page >= fileEnd && page < pageUp(start + memorySize)) {
      return { load, source: 'zeros', offset: 0n };
    }
    if (page >= pageDown(start) && page < fileEnd) {
      return { load, source: 'file', offset: pageDown(offset) + page - pageDown(start) };
    }
  }
  return null;
}

/** 64-bit machines with execute permission of their own on every page; the others run what they can read. */
function hasNoExecute({ machine, readAs }: ElfFacts): boolean {
  return readAs.class === 64 && machine !== EM_S390 && machine !== EM_MIPS;
}

function cutOff(elf: ElfFacts, load: ProgramHeader, signal: 'SIGBUS' | 'SIGSEGV'): ElfFault {
  const end = load.offset + load.fileSize;
  const text = `the file is cut off: it has ${elf.fileSize} bytes, and its segment at ${hex(load.virtualAddress)} needs it to have ${end}`;
  return { text, outcome: { kind: 'signal', signal }, certainty: 'certain' };
}

function killed(text: string, certainty: ElfFault['certainty'] = 'certain'): ElfFault {
  return { text, outcome: { kind: 'signal', signal: 'SIGSEGV' }, certainty };
}

function pageDown(address: bigint): bigint {
  return address - (address % PAGE);
}

function pageUp(address: bigint): bigint {
  return pageDown(address + PAGE - 1n);
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

function isPowerOfTwo(value: bigint): boolean {
  return value > 0n && (value & (value - 1n)) === 0n;
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
