import { abiOf } from './abi.ts';
import type { Execution } from './execution.ts';
import { openExec } from './open-exec.ts';
import type { AccessRefusal, LookupRefusal } from './refusal.ts';
import { fromLatin1, parseShebang } from './shebang.ts';
import type { StepFile } from './start-trace.ts';

/** Behind the fifth interpreter the error is another one. */
const MAX_INTERPRETERS = 5;

/**
 * Whether execve(2) answers ENOENT, ENOTDIR or EACCES for a file that is there and may be executed: the interpreter or
 * the loader that it names is not there, or may not be executed. execvp(3) of glibc and musl, dash and ash take that
 * for "not in this directory" and go on to the next one. @throws {LayerNeeded}
 */
export function lacksItsStarter(execution: Execution, file: StepFile, depth = 0): boolean {
  const { content } = file.located.entry;
  if (content?.kind === 'elf') {
    const isLoadable = ['native', 'compat-32-bit'].includes(abiOf(content, execution.platform).kind);
    return isLoadable && content.interpreter !== null && isWithheld(execution, content.interpreter.path);
  }
  const shebang = content?.kind === 'script' ? parseShebang(content.head) : null;
  if (shebang?.kind !== 'interpreter' || depth === MAX_INTERPRETERS) return false;
  const path = fromLatin1(shebang.path);
  const opened = openExec(execution, path);
  return opened.kind === 'opened'
    ? lacksItsStarter(execution, opened.file, depth + 1)
    : isWithheld(execution, path);
}

/** Not given to the kernel, with an errno after which the search goes on. */
function isWithheld(execution: Execution, path: string): boolean {
  const opened = openExec(execution, path);
  return opened.kind === 'refused' && goesOn(opened.refusal);
}

function goesOn({ kind }: AccessRefusal | LookupRefusal): boolean {
  return kind !== 'symlink-loop' && kind !== 'name-too-long';
}
