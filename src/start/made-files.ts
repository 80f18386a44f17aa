/**
 * What a script may have made of the image's files before it starts a program: by the words of `cp`, `ln`, `chmod` and
 * its like, by redirections, or, of any name, by a program that gets files from elsewhere.
 */
import { parentOf, wholePath } from '../rootfs/path.ts';
import { searchPathOf } from './environment.ts';
import type { Execution } from './execution.ts';

/** Stands for every file. */
export const ANY_FILE = '*';

/** Whether a program that is not there need not be, or may be there by then. */
export function isDoubtful(execution: Execution, name: string): boolean {
  const mayBeMade = execution.made?.has(ANY_FILE) === true || mayBeRemade(execution, name);
  return execution.reach === 'possible' || mayBeMade;
}

/** Whether something before it wrote to that very file, or to its directory. */
export function mayBeRemade(execution: Execution, name: string): boolean {
  const { made, workingDir } = execution;
  if (made === undefined || made.size === 0) return false;
  const paths = name.includes('/')
    ? [name]
    : (searchPathOf(execution) ?? '').split(':').map((directory) => `${directory || '.'}/${name}`);
  return paths.some((path) => isIn(made, wholePath(workingDir, path)));
}

/** Whether something before it may have made that directory. */
export function mayBeMade(made: ReadonlySet<string>, path: string): boolean {
  return made.has(ANY_FILE) || isIn(made, path);
}

/** Whether the canonical path is one of them, or lies in one. */
function isIn(directories: ReadonlySet<string>, path: string): boolean {
  for (let at = path; ; at = parentOf(at)) {
    if (directories.has(at)) return true;
    if (at === '/') return false;
  }
}
