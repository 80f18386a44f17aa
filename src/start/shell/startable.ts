import { isForeign } from '../kernel/abi.ts';
import type { Child, Execution, Launcher } from '../execution.ts';
import { mayBeMended } from '../made-files.ts';
import { openExec } from '../open-exec.ts';
import { lacksItsStarter } from '../programs/lacking-starter.ts';
import type { Refusal } from '../refusal.ts';
import { searchProgram } from '../search-path.ts';
import type { StepFile } from '../start-trace.ts';

/**
 * Whether a shell surely fails to start a command: it finds no such program, or one that this kernel does not run or
 * whose interpreter or loader is not there.
 */
export function cannotStart(execution: Execution, launcher: Launcher, name: string): boolean {
  const file = fileOf(execution, launcher, name);
  if (typeof file === 'string') return file === 'none';
  return isForeign(file.located.entry.content, execution.platform) || lacksItsStarter(execution, file);
}

/** Whether there is no such program that may be executed. */
export function isAbsent(execution: Execution, launcher: Launcher, name: string): boolean {
  return fileOf(execution, launcher, name) === 'none';
}

/** Stands for the status of what cannot be started, which is one of these. */
export const SOME_FAILURE = '101';
export const FAILURES: readonly string[] = ['1', '2', '126', '127'];

/** `$?` behind a command that comes to nothing: 127 where there is no such program (POSIX). */
export function statusOf({ execution, command: { launcher, argv } }: Child): string {
  const found = searchProgram(execution, argv[0] ?? '', launcher.search);
  const opened = found.kind === 'found' ? openExec(execution, found.path) : found;
  const refusal = opened.kind === 'refused' ? opened.refusal : null;
  const isNowhere = refusal?.kind === 'not-in-path' && refusal.passedOver.length === 0;
  return isNowhere || refusal?.kind === 'missing' ? '127' : SOME_FAILURE;
}

function fileOf(
  execution: Execution,
  { search, builtIn }: Launcher,
  name: string,
): StepFile | 'none' | 'unknown' {
  const found = searchProgram(execution, name, search);
  const none = (refusal: Refusal): 'none' | 'unknown' =>
    mayBeMended(execution, name, refusal) ? 'unknown' : 'none';
  if (found.kind === 'refused') return builtIn?.has(name) === true ? 'unknown' : none(found.refusal);
  if (found.kind === 'outside') return 'unknown';
  const opened = openExec(execution, found.path);
  if (opened.kind === 'opened') return opened.file;
  return opened.kind === 'refused' ? none(opened.refusal) : 'unknown';
}
