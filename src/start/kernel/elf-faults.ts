/** Words and numbers that all faults of an ELF file's mapping are told with. */
import type { ElfFacts, ProgramHeader } from '../../elf/elf-facts.ts';
import type { ElfFault } from '../refusal.ts';

/** The smallest page that any kernel has. */
export const PAGE = 4096n;

export function killed(text: string, certainty: ElfFault['certainty'] = 'certain'): ElfFault {
  return { text, outcome: { kind: 'signal', signal: 'SIGSEGV' }, certainty };
}

export function cutOff(elf: ElfFacts, load: ProgramHeader, signal: 'SIGBUS' | 'SIGSEGV'): ElfFault {
  const end = load.offset + load.fileSize;
  const text = `the file is cut off: it has ${elf.fileSize} bytes, and its segment at ${hex(load.virtualAddress)} needs it to have ${end}`;
  return { text, outcome: { kind: 'signal', signal }, certainty: 'certain' };
}

export function pageDown(address: bigint): bigint {
  return address - (address % PAGE);
}

export function pageUp(address: bigint): bigint {
  return pageDown(address + PAGE - 1n);
}

export function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
