/**
 * What lies at the entry point and is surely no code: zeros, and the ELF header itself. Registers are zero when the
 * kernel starts a program (ELF_PLAT_INIT), and what a loader leaves in them is not known. Of other bytes nothing is said.
 */
import { ENTRY_BYTES } from '../../elf/capture-plan.ts';
import { EM_386, EM_AARCH64, EM_PPC, EM_PPC64, EM_RISCV, EM_S390, EM_X86_64 } from '../../elf/machines.ts';
import type { ElfFacts } from '../../elf/elf-facts.ts';
import type { ElfFault } from '../refusal.ts';
import { hexOf } from '../../elf/pages.ts';

interface Zeros {
  /** Of the shortest instruction. */
  readonly bytes: number;
  readonly signal: 'SIGSEGV' | 'SIGILL';
}

/** x86 reads zeros as `add %al,(%rax)`; ARM and MIPS have an instruction of zeros that does nothing. */
const ZEROS: ReadonlyMap<number, Zeros> = new Map([
  [EM_386, { bytes: 2, signal: 'SIGSEGV' }],
  [EM_X86_64, { bytes: 2, signal: 'SIGSEGV' }],
  [EM_AARCH64, { bytes: 4, signal: 'SIGILL' }],
  [EM_PPC, { bytes: 4, signal: 'SIGILL' }],
  [EM_PPC64, { bytes: 4, signal: 'SIGILL' }],
  [EM_RISCV, { bytes: 2, signal: 'SIGILL' }],
  [EM_S390, { bytes: 2, signal: 'SIGILL' }],
]);

/** Once the program itself runs. Longer than any start code are the zeros that are looked at. */
export function zerosFaultOf({ machine, entry, entryZeros, interpreter }: ElfFacts): ElfFault | null {
  const zeros = ZEROS.get(machine);
  if (zeros === undefined || entryZeros < zeros.bytes) return null;
  const text = `at the entry point ${hexOf(entry)} lie zeros instead of code`;
  const isCertain = interpreter === null || zeros.signal === 'SIGILL' || entryZeros === ENTRY_BYTES;
  const outcome = { kind: 'signal', signal: zeros.signal } as const;
  return { text, outcome, certainty: isCertain ? 'certain' : 'possible' };
}

/** `7f 45` jumps on x86-64 into the program headers, to zeros; for AArch64 the magic number is no instruction. */
const HEADERS: ReadonlyMap<number, Zeros['signal']> = new Map([
  [EM_AARCH64, 'SIGILL'],
  [EM_X86_64, 'SIGSEGV'],
]);
const USUAL_HEADERS = 64n;

/** `offset`: where the entry point lies in the file. */
export function headerCodeFaultOf(elf: ElfFacts, offset: bigint): ElfFault | null {
  const signal = HEADERS.get(elf.machine);
  const isHeader = offset === 0n && elf.programHeaderOffset === USUAL_HEADERS && elf.readAs.class === 64;
  if (signal === undefined || !isHeader) return null;
  const text = `the entry point ${hexOf(elf.entry)} is where the ELF header lies, which is no code`;
  return { text, outcome: { kind: 'signal', signal }, certainty: 'certain' };
}
