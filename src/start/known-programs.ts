/** What programs do once they run, where their arguments say it: wrappers, shells, env. */
import type { ElfFacts } from '../elf/elf-facts.ts';
import type { Child, Execution } from './execution.ts';
import type { StepFile } from './start-trace.ts';

/** An ELF program that the kernel and its loader have started. */
export interface RunningProgram {
  readonly step: number;
  /** As execve(2) got it. */
  readonly path: string;
  readonly argv: readonly string[];
  readonly file: StepFile;
  readonly elf: ElfFacts;
}

export function childrenOf(_execution: Execution, _program: RunningProgram): readonly Child[] {
  return [];
}
