import { abiOf, isOfSomeHosts } from '../kernel/abi.ts';
import type { Execution } from '../execution.ts';
import { openExec, type OpenedExec } from '../open-exec.ts';
import { fromLatin1, MAX_INTERPRETERS, parseShebang } from '../kernel/shebang.ts';
import type { StepFile } from '../start-trace.ts';

/**
 * Whether execve(2) answers ENOENT, ENOTDIR or EACCES for a file that is there and may be executed: the interpreter or
 * the loader that it names is not there, or may not be executed. execvp(3) of glibc and musl, dash and ash take that
 * for "not in this directory" and go on to the next one. @throws {LayerNeeded}
 */
export function lacksItsStarter(execution: Execution, file: StepFile, depth = 0): boolean {
  const { content } = file.located.entry;
  if (content?.kind === 'elf') {
    const abi = abiOf(content, execution.platform);
    const isLoadable = abi.kind === 'native' || isOfSomeHosts(abi);
    return (
      isLoadable && content.interpreter !== null && isWithheld(openExec(execution, content.interpreter.path))
    );
  }
  const shebang = content?.kind === 'script' ? parseShebang(content.head) : null;
  if (shebang?.kind !== 'interpreter' || depth === MAX_INTERPRETERS) return false;
  const opened = openExec(execution, fromLatin1(shebang.path));
  return opened.kind === 'opened' ? lacksItsStarter(execution, opened.file, depth + 1) : isWithheld(opened);
}

/** Not given to the kernel, with an errno after which the search goes on. */
function isWithheld(opened: OpenedExec): boolean {
  if (opened.kind !== 'refused') return false;
  const { kind } = opened.refusal;
  return kind !== 'symlink-loop' && kind !== 'name-too-long';
}
