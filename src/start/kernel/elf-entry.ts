/**
 * The first instruction of a program: what is mapped at its entry point, and whether the processor fetches it from
 * there. Addresses are those of the file.
 */
import { PF_R, PF_X, PT_GNU_STACK, PT_LOAD } from '../../elf/constants.ts';
import type { ElfFacts, ProgramHeader } from '../../elf/elf-facts.ts';
import {
  EM_386,
  EM_486,
  EM_AARCH64,
  EM_ARM,
  EM_LOONGARCH,
  EM_MIPS,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_S390_OLD,
  EM_X86_64,
} from '../../elf/machines.ts';
import { readsDescriptor } from './abi.ts';
import { cutOff, killed } from './elf-faults.ts';
import { headerCodeFaultOf, zerosFaultOf } from './entry-code.ts';
import type { ElfFault } from '../refusal.ts';
import { hexOf, pageDown, pageUp } from '../../elf/pages.ts';

export interface MappedPage {
  readonly load: ProgramHeader;
  readonly source: 'file' | 'zeros';
  /** Of the page in the file. */
  readonly offset: bigint;
}

/** What is mapped there in the end: later segments lie over earlier ones, whole pages at a time. */
export function pageOf(loads: readonly ProgramHeader[], address: bigint): MappedPage | null {
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

/** With a loader in between it is only reached later. */
export function entryFaultOf(elf: ElfFacts): ElfFault | null {
  const { entry } = elf;
  const loads = elf.programHeaders.filter(({ type }) => type === PT_LOAD);
  const page = pageOf(loads, entry);
  const at = `the entry point ${hexOf(entry)}`;
  if (page === null) return killed(`${at} lies in no segment`);
  if (page.source === 'zeros') return killed(`${at} lies in memory that no byte of the file fills`);
  if (page.offset >= pageUp(BigInt(elf.fileSize))) return cutOff(elf, page.load, { signal: 'SIGBUS' });
  const refused = readsDescriptor(elf) ? null : noExecuteOf(elf, page.load);
  if (refused !== null) return killed(`${at} lies in a segment that is not executable`, refused);
  const signal = misalignedSignalOf(elf);
  if (signal !== null) {
    const text = `${at} is not where an instruction can be`;
    return { text, outcome: { kind: 'signal', signal }, certainty: 'certain' };
  }
  const zeros = elf.interpreter === null && !readsDescriptor(elf) ? zerosFaultOf(elf) : null;
  return zeros ?? headerCodeFaultOf(elf, page.offset + entry - pageDown(entry));
}

/** Machines on which every page has an execute permission of its own. */
const NO_EXECUTE: ReadonlySet<number> = new Set([EM_X86_64, EM_AARCH64, EM_PPC64, EM_RISCV, EM_LOONGARCH]);
/** Machines on which the program decides, by its PT_GNU_STACK (elf_read_implies_exec of arch/{arm,x86}). */
const AS_THE_STACK: ReadonlySet<number> = new Set([EM_386, EM_486, EM_ARM]);
/** Machines of which the newer have it: IBM from z14 on, MIPS with RIXI. */
const NEWER: ReadonlySet<number> = new Set([EM_S390, EM_S390_OLD, EM_MIPS]);

/** On which hosts a segment's code does not run; null: it does on all. Nowhere does what cannot even be read. */
function noExecuteOf(
  { machine, programHeaders }: ElfFacts,
  { flags }: ProgramHeader,
): ElfFault['certainty'] | null {
  if ((flags & PF_X) !== 0) return null;
  if ((flags & PF_R) === 0 || NO_EXECUTE.has(machine)) return 'certain';
  if (NEWER.has(machine)) return 'possible';
  if (!AS_THE_STACK.has(machine)) return null;
  const stack = programHeaders.find(({ type }) => type === PT_GNU_STACK);
  if (stack === undefined) return null;
  // Older kernels took an executable stack for a wish that everything be executable.
  return (stack.flags & PF_X) === 0 ? 'certain' : 'possible';
}

/**
 * What the processor says of an address that no instruction can have. POWER and RISC-V leave the lowest bits out, x86
 * has no such addresses; ARM's kernel looks itself, before it maps anything (elf-image.ts).
 */
function misalignedSignalOf({ machine, entry }: ElfFacts): 'SIGILL' | 'SIGBUS' | null {
  if (machine === EM_S390 || machine === EM_S390_OLD) return entry % 2n === 0n ? null : 'SIGILL';
  return machine === EM_AARCH64 && entry % 4n !== 0n ? 'SIGBUS' : null;
}
