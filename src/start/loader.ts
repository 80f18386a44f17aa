/** The dynamic loader of a program and everything that it maps. */
import type { ElfFacts } from '../elf/elf-facts.ts';
import type { Execution } from './execution.ts';
import type { StepFile } from './start-trace.ts';

/** A program that the kernel itself takes, up to its PT_INTERP. */
export interface KernelProgram {
  /** Index of its step. */
  readonly step: number;
  readonly file: StepFile;
  readonly elf: ElfFacts;
}

/**
 * Records the loader in PT_INTERP, the libraries and the preloads as steps, each with what refuses it.
 * @throws {LayerNeeded} when a layer that is not mounted decides.
 */
export function loadProgram(execution: Execution, program: KernelProgram): void {
  if (program.elf.interpreter !== null) {
    execution.recording.unreadable(program.file.path, 'its loader is not looked at yet');
  }
}
