/**
 * Program headers that glibc's and musl's loaders believe without a look: where PT_INTERP, PT_TLS and PT_GNU_RELRO lie
 * (`rtld_setup_main_map` of elf/rtld.c, `_dl_allocate_tls_init` of elf/dl-tls.c, `_dl_protect_relro` of elf/dl-reloc.c;
 * `__dls3`, `reloc_all` and `__copy_tls` of musl).
 */
import {
  ET_DYN,
  PT_DYNAMIC,
  PT_GNU_PROPERTY,
  PT_GNU_RELRO,
  PT_INTERP,
  PT_LOAD,
  PT_NOTE,
  PT_PHDR,
  PT_TLS,
} from '../../elf/constants.ts';
import type { ElfFacts, ProgramHeader } from '../../elf/elf-facts.ts';
import { EM_X86_64 } from '../../elf/machines.ts';
import { isFarFrom, larger, pageDown, pageUp, smaller } from '../../elf/pages.ts';
import { segfaultOf, type LoadingFault } from './loading-fault.ts';

type Libc = 'glibc' | 'musl';

/** Of thread-local variables. */
const LARGEST_ALIGNMENT = 1n << 30n;
/** No machine has so much memory. */
const NO_MACHINE = 1n << 44n;
/** No kernel gives a process more than that. */
const NO_ADDRESS_SPACE = 1n << 57n;

const RELRO_WORDS = {
  glibc: { about: 'path', error: 'cannot apply additional memory protection after relocation' },
  musl: { about: 'relocation', error: 'RELRO protection failed' },
} as const;

/** Whether no address space holds the segments. */
export function isTooLarge(loads: readonly ProgramHeader[]): boolean {
  return loads.some(({ virtualAddress, memorySize }) => {
    const end = BigInt.asUintN(64, virtualAddress + memorySize);
    return end > NO_ADDRESS_SPACE && end > virtualAddress;
  });
}

export const DISORDERED = 'its segments are not in the order of their addresses, or lie over each other';

/** What loaders then make of them is not known. */
export function areDisordered(loads: readonly ProgramHeader[]): boolean {
  return loads.slice(1).some(({ virtualAddress }, index) => {
    const before = loads[index];
    return (
      before !== undefined &&
      virtualAddress < before.virtualAddress + larger(before.fileSize, before.memorySize)
    );
  });
}

/** Of any file. */
export function headersFaultOf(elf: ElfFacts, libc: Libc): LoadingFault | null {
  const extent = extentOf(elf);
  return extent === null
    ? null
    : (tlsFaultOf(elf, extent, libc) ??
        relroFaultOf(elf, extent, libc) ??
        noteFaultOf(elf, extent, libc) ??
        ownFaultOf(elf, extent, libc));
}

/** Of the program alone. `mappedBy`: the loader itself where it is told to start it. */
export function programHeadersFaultOf(
  elf: ElfFacts,
  libc: Libc,
  mappedBy: 'loader' | 'kernel',
): LoadingFault | null {
  const { type, programHeaders } = elf;
  const extent = extentOf(elf);
  const name = programHeaders.findLast((header) => header.type === PT_INTERP);
  // musl compares its own name with those of the libraries that the program needs.
  const isRead = libc === 'glibc' || (mappedBy === 'kernel' && (elf.dynamic?.needed ?? []).length > 0);
  if (extent !== null && name !== undefined && isRead && isOutside(name.virtualAddress, extent)) {
    const isSure = isFarFrom(extent.start, extent.end, name.virtualAddress);
    return { ...segfaultOf('PT_INTERP lies in no segment'), certainty: isSure ? 'certain' : 'possible' };
  }
  const typeAt = (wanted: number) => programHeaders.findIndex((header) => header.type === wanted);
  const [own, dynamic, interpreter] = [typeAt(PT_PHDR), typeAt(PT_DYNAMIC), typeAt(PT_INTERP)];
  const isLate = mappedBy === 'kernel' && (own > dynamic || own > interpreter);
  return libc === 'glibc' && type === ET_DYN && isLate
    ? segfaultOf("PT_PHDR comes after headers that glibc's loader can only read with it")
    : null;
}

interface Extent {
  readonly start: bigint;
  readonly end: bigint;
}

function extentOf({ programHeaders }: ElfFacts): Extent | null {
  const loads = programHeaders.filter(({ type }) => type === PT_LOAD);
  if (loads.length === 0) return null;
  return {
    start: loads.map((load) => pageDown(load.virtualAddress)).reduce(smaller),
    end: loads.map((load) => pageUp(load.virtualAddress + load.memorySize)).reduce(larger),
  };
}

function isOutside(address: bigint, { start, end }: Extent): boolean {
  return address < start || address >= end;
}

function isAway(address: bigint, extent: Extent): boolean {
  return isOutside(address, extent) && isFarFrom(extent.start, extent.end, address);
}

/** The first contents of the thread-local variables. */
function tlsFaultOf(
  { programHeaders, interpreter }: ElfFacts,
  extent: Extent,
  libc: Libc,
): LoadingFault | null {
  const tls = programHeaders.findLast(({ type }) => type === PT_TLS);
  if (tls === undefined || tls.memorySize === 0n) return null;
  const { virtualAddress, fileSize, memorySize, align } = tls;
  if (fileSize > memorySize) {
    const text = `PT_TLS has more bytes in the file (${fileSize}) than in memory (${memorySize})`;
    if (libc === 'musl') return { ...segfaultOf(text), certainty: 'possible' };
    return interpreter === null
      ? { ...segfaultOf(text), error: 'Inconsistency detected by ld.so' }
      : segfaultOf(text);
  }
  if (!isPossible(align))
    return { ...segfaultOf(`PT_TLS is to lie at a multiple of ${align}`), certainty: 'possible' };
  if (memorySize > NO_MACHINE) return segfaultOf(`PT_TLS wants ${memorySize} bytes in each thread`);
  return fileSize > 0n && isAway(virtualAddress, extent) ? segfaultOf('PT_TLS lies in no segment') : null;
}

/** 0 and 1 mean nothing. */
function isPossible(align: bigint): boolean {
  return align === 0n || ((align & (align - 1n)) === 0n && align < LARGEST_ALIGNMENT);
}

const ALIGNMENT_OF_PROPERTIES = 8n;

/** glibc's loader looks into them on x86-64 for what the processor must have; not all versions into each (dl-prop.h). */
function noteFaultOf(
  { programHeaders, machine }: ElfFacts,
  { start, end }: Extent,
  libc: Libc,
): LoadingFault | null {
  if (libc !== 'glibc' || machine !== EM_X86_64) return null;
  const astray = programHeaders.find(
    ({ type, virtualAddress, memorySize, align }) =>
      (type === PT_NOTE || type === PT_GNU_PROPERTY) &&
      memorySize > 0n &&
      align === ALIGNMENT_OF_PROPERTIES &&
      (virtualAddress < start || virtualAddress + memorySize > end),
  );
  return astray === undefined
    ? null
    : { ...segfaultOf('a note (PT_NOTE, PT_GNU_PROPERTY) lies outside the segments'), certainty: 'possible' };
}

/** glibc's loader reads the headers where a library says that they lie, on x86-64 at once. */
function ownFaultOf({ programHeaders }: ElfFacts, extent: Extent, libc: Libc): LoadingFault | null {
  const own = programHeaders.findLast(({ type }) => type === PT_PHDR);
  return libc === 'glibc' && own !== undefined && isOutside(own.virtualAddress, extent)
    ? { ...segfaultOf('PT_PHDR lies in no segment'), certainty: 'possible' }
    : null;
}

/** What is made read-only after the relocations; `possible` where something else may lie behind the file's own end. */
function relroFaultOf(
  { programHeaders, interpreter }: ElfFacts,
  extent: Extent,
  libc: Libc,
): LoadingFault | null {
  const relro: ProgramHeader | undefined = programHeaders.findLast(({ type }) => type === PT_GNU_RELRO);
  if (relro === undefined) return null;
  const start = pageDown(relro.virtualAddress);
  const end = pageDown(BigInt.asUintN(64, relro.virtualAddress + relro.memorySize));
  if (start === end || (start >= extent.start && start < end && end <= extent.end)) return null;
  const length = BigInt.asUintN(64, end - start);
  const isSure = length > NO_ADDRESS_SPACE || isAway(start, extent) || isAway(end, extent);
  const text = 'PT_GNU_RELRO lies outside the segments';
  // Behind a library lies what was mapped before it, whose data can then not be written to any more.
  const isLibrary = interpreter === null && start >= extent.start && start < extent.end && start < end;
  if (isLibrary && isSure) return segfaultOf(text);
  return { text, certainty: isSure ? 'certain' : 'possible', ...RELRO_WORDS[libc] };
}
