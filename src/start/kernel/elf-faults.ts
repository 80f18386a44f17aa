/** Words and numbers that all faults of an ELF file's mapping are told with. */
import type { ElfFacts, ProgramHeader } from '../../elf/elf-facts.ts';
import type { ElfFault, Outcome } from '../refusal.ts';
import { hexOf } from '../../elf/pages.ts';

export function killed(text: string, certainty: ElfFault['certainty'] = 'certain'): ElfFault {
  return { text, outcome: { kind: 'signal', signal: 'SIGSEGV' }, certainty };
}

export function cutOff(
  elf: ElfFacts,
  load: ProgramHeader,
  ends: Omit<Extract<Outcome, { kind: 'signal' }>, 'kind'>,
): ElfFault {
  const end = load.offset + load.fileSize;
  const text = `the file is cut off: it has ${elf.fileSize} bytes, and its segment at ${hexOf(load.virtualAddress)} needs it to have ${end}`;
  return { text, outcome: { kind: 'signal', ...ends }, certainty: 'certain' };
}

/** Of what the linker wrote down twice one is damaged, perhaps what nobody reads. */
export function contradictionFaultOf({ contradiction }: ElfFacts): ElfFault | null {
  return contradiction === null
    ? null
    : killed(`its headers contradict each other: those of sections say that ${contradiction}`, 'possible');
}
