/**
 * What people see of a program of another machine that glibc's execvp hands to /bin/sh, as it does with every file that
 * the kernel refuses (`maybe_script_execute` of posix/execvpe.c). dash and ash read it as a script, which ends so in 99
 * of 100 cases; bash sees that it is none.
 */
import { abiOf } from '../kernel/abi.ts';
import { fromLatin1, MAX_INTERPRETERS, parseShebang } from '../kernel/shebang.ts';
import { openExec } from '../open-exec.ts';
import type { Execution, Launcher } from '../execution.ts';
import type { FormatRefusal } from '../refusal.ts';
import { toolOf } from '../running-program.ts';
import { dialectOf, isShell } from './shell-command.ts';
import type { Dialect } from './shell-dialect.ts';
import type { ShellPlace } from './shell-place.ts';
import { readableBy } from './shell-syntax.ts';
import type { StepFile } from '../start-trace.ts';

/** _PATH_BSHELL: glibc's execvp and dash name it so. */
export const SHELL = '/bin/sh';

interface Handed {
  readonly path: string;
  readonly unknownFile: Launcher['unknownFile'];
  readonly at?: ShellPlace;
}

/** The same refusal where that is not known; shells that start a program say so themselves. @throws {LayerNeeded} */
export function asHandedOver(
  execution: Execution,
  { path, unknownFile, at }: Handed,
  refusal: FormatRefusal,
): FormatRefusal {
  if (refusal.kind !== 'wrong-abi' || unknownFile !== 'read-by-shell' || at !== undefined) return refusal;
  const opened = openExec(execution, SHELL);
  if (opened.kind === 'refused')
    return opened.refusal.kind === 'missing' ? { ...refusal, reader: 'absent' } : refusal;
  const error = opened.kind === 'opened' ? errorOf(execution, opened.file, path) : null;
  return error === null ? refusal : { ...refusal, error };
}

/** Whether a shell comes to the end of a script that is for another interpreter: those of other languages break its grammar. */
export function isShellText(text: string | null): boolean {
  return text !== null && readableBy('bash', text).stop === null;
}

/**
 * Whether an interpreter is there that the kernel has no format for (ENOEXEC): no ELF file of this machine, and no
 * script that leads to one. @throws {LayerNeeded}
 */
export function hasNoFormat(execution: Execution, path: string, depth = 1): boolean {
  const opened = openExec(execution, path);
  const content = opened.kind === 'opened' ? opened.file.located.entry.content : undefined;
  switch (content?.kind) {
    case 'elf':
      return abiOf(content, execution.platform).kind === 'wrong-machine';
    case 'script': {
      const shebang = parseShebang(content.head);
      if (shebang.kind === 'refused') return true;
      return depth < MAX_INTERPRETERS && hasNoFormat(execution, fromLatin1(shebang.path), depth + 1);
    }
    case 'empty':
    case 'other':
      return true;
    default:
      return false;
  }
}

function errorOf({ rootfs }: Execution, file: StepFile, path: string): string | null {
  const elf = file.located.entry.content;
  if (elf?.kind !== 'elf') return null;
  const argv = [SHELL, path];
  const tool = toolOf(rootfs, { step: 0, role: 'child', path: SHELL, argv, tail: 'end', file, elf });
  return tool !== null && isShell(tool.name) ? wordsOf(dialectOf(tool), path) : null;
}

function wordsOf(dialect: Dialect, path: string): string | null {
  switch (dialect) {
    case 'dash':
      return 'Syntax error';
    case 'ash':
      return 'syntax error';
    case 'bash':
    case 'bash-as-sh':
      return `${path}: ${path}: cannot execute binary file`;
    case 'posix':
      return null;
  }
}
