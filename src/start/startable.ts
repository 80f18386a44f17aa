import { abiOf } from './abi.ts';
import type { Execution, Launcher } from './execution.ts';
import { openExec } from './open-exec.ts';
import { searchProgram } from './search-path.ts';

/** Whether a shell surely fails to start a command: it finds no such program, or one that this kernel does not run. */
export function cannotStart(execution: Execution, { search, builtIn }: Launcher, name: string): boolean {
  const found = searchProgram(execution, name, search);
  if (found.kind === 'refused') return builtIn?.has(name) !== true;
  if (found.kind === 'outside') return false;
  const opened = openExec(execution, found.path);
  if (opened.kind !== 'opened') return opened.kind === 'refused';
  const { content } = opened.file.located.entry;
  return content?.kind === 'elf' && abiOf(content, execution.platform).kind === 'wrong-machine';
}
