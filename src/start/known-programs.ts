/** What programs start once they run, where their arguments say it: env, wrappers, shells. */
import { envChild } from './env-command.ts';
import type { Child, Execution } from './execution.ts';
import { readsScript } from './script-reader.ts';
import { type RunningProgram, toolOf } from './running-program.ts';
import { isShell, shellChildren } from './shell-command.ts';
import { wrappedChild } from './wrappers.ts';

export function childrenOf(execution: Execution, program: RunningProgram): readonly Child[] {
  const tool = toolOf(execution.rootfs, program);
  if (tool === null) return [];
  if (tool.name === 'env') return envChild(execution, tool);
  if (isShell(tool.name)) return shellChildren(execution, tool);
  return wrappedChild(execution, tool) ?? readsScript(execution, tool);
}
