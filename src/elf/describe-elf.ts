import { DF_1_PIE, ET_CORE, ET_DYN, ET_EXEC, ET_REL } from './constants.ts';
import type { ElfFacts } from './elf-facts.ts';
import { machineName } from './machines.ts';

/** `ELF 64-bit little-endian x86-64, static`, `…, dynamic (/lib64/ld-linux-x86-64.so.2)`. Untrusted text inside. */
export function describeElf(facts: ElfFacts): string {
  const { class: bits, byteOrder } = facts.readAs;
  const broken = facts.problems.find(({ kind }) => kind === 'cut' || kind === 'broken');
  const damage = broken === undefined ? '' : broken.kind === 'cut' ? ', cut short' : ', damaged';
  return `ELF ${bits}-bit ${byteOrder}-endian ${machineName(facts.machine)}, ${kindOf(facts)}${damage}`;
}

function kindOf(facts: ElfFacts): string {
  if (facts.interpreter !== null) return `dynamic (${facts.interpreter.path})`;
  if (facts.type === ET_EXEC) return 'static';
  if (facts.type === ET_REL) return 'object file';
  if (facts.type === ET_CORE) return 'core file';
  if (facts.type !== ET_DYN) return `type ${facts.type}`;
  const isProgram = facts.dynamic === null || (facts.dynamic.flags1 & DF_1_PIE) !== 0;
  return isProgram ? 'static' : 'shared library';
}
