/**
 * What a script may have made of the image's files before it starts a program: by the words of `cp`, `rm`, `chown` and
 * their like, by redirections, or, of any name, by a program that gets files from elsewhere.
 */
import { parentOf, wholePath } from '../rootfs/path.ts';
import { searchPathOf } from './environment.ts';
import type { Change, Execution } from './execution.ts';
import type { Refusal } from './refusal.ts';
import { ANY_EXECUTE } from './users/file-access.ts';

/** Stands for every file. */
export const ANY_FILE = '*';
/** Stands for every library. */
export const ANY_LIBRARY = '*.so';
/** For every relative path: where the process is is not known. */
export const ANY_HERE = '.';

/** Whether a program that is not there, or may not be used, need not be as it is in the image, or may be started by then. */
export function isDoubtful(execution: Execution, name: string, refusal: Refusal): boolean {
  return execution.reach === 'possible' || mayBeMended(execution, name, refusal);
}

/** Whether something before it may have made what is not there, or may not be used. */
export function mayBeMended(execution: Execution, name: string, refusal: Refusal): boolean {
  return execution.made?.has(ANY_FILE) === true || mayBeRemade(execution, name, changeFor(refusal));
}

/** What would have to change: another owner is no x bit where there is none. */
function changeFor(refusal: Refusal): Wanted {
  const refusals: readonly Refusal[] =
    refusal.kind === 'not-in-path' ? refusal.passedOver.map((each) => each.refusal) : [refusal];
  const ofRights = refusals.filter(({ kind }) => OF_RIGHTS.has(kind) || refusal.kind === 'not-in-path');
  if (ofRights.length === 0) return 'content';
  return ofRights.every(
    (each) => each.kind === 'no-execute-permission' && (each.owner.mode & ANY_EXECUTE) === 0,
  )
    ? 'mode'
    : 'rights';
}

/** `rights`: who may use a file, by its owner or its mode. */
type Wanted = 'content' | 'rights' | 'mode';

const CHANGES: Readonly<Record<Wanted, readonly Change[]>> = {
  content: ['content'],
  rights: ['content', 'rights', 'closed', 'owner'],
  mode: ['content', 'rights', 'closed'],
};

const OF_RIGHTS: ReadonlySet<string> = new Set([
  'not-searchable',
  'no-execute-permission',
  'no-read-permission',
]);

/** Whether something before it changed that very file, or its directory. */
export function mayBeRemade(execution: Execution, name: string, change: Wanted = 'content'): boolean {
  const { made, workingDir } = execution;
  if (made === undefined || made.size === 0) return false;
  return pathsOf(execution, name).some(
    (path) =>
      (made.has(ANY_HERE) && !path.startsWith('/')) || isChanged(made, wholePath(workingDir, path), change),
  );
}

/** Whether something before it removed that very file, or its directory, or closed it, and nothing brought it back since. */
export function mayBeGone(execution: Execution, name: string): 'removed' | 'closed' | null {
  const { made, workingDir } = execution;
  if (made === undefined || made.size === 0) return null;
  const changes = pathsOf(execution, name).map((path) => lastChange(made, wholePath(workingDir, path)));
  return changes.includes('removed') ? 'removed' : changes.includes('closed') ? 'closed' : null;
}

/** What decides which libraries glibc's loader and musl's find, besides the directories. */
const OF_LOADERS = /^\/etc\/(?:ld\.so\.(?:cache|preload)|ld-musl-\w+\.path)$/;

/** Whether something before it may have put a library where a loader looks. */
export function mayBeBrought({ made }: Execution, name: string, directories: readonly string[]): boolean {
  if (made === undefined || made.size === 0) return false;
  const isAnywhere = made.has(ANY_LIBRARY) || [...made.keys()].some((path) => OF_LOADERS.test(path));
  return isAnywhere || directories.some((each) => isChanged(made, wholePath('/', `${each}/${name}`)));
}

/** Whether the file at a canonical path is another one than the image's, or gone. */
export function mayDiffer(made: ReadonlyMap<string, Change> | undefined, path: string): boolean {
  if (made === undefined || made.size === 0) return false;
  return isChanged(made, path) || ['removed', 'closed'].includes(lastChange(made, path) ?? '');
}

function lastChange(changed: ReadonlyMap<string, Change>, path: string): Change | undefined {
  const found = changed.get(path);
  return found !== undefined || path === '/' ? found : lastChange(changed, parentOf(path));
}

function pathsOf(execution: Execution, name: string): readonly string[] {
  if (name.includes('/')) return [name];
  return (searchPathOf(execution) ?? '').split(':').map((directory) => `${directory || '.'}/${name}`);
}

/** Whether the canonical path is one of them, or lies in one. */
export function isChanged(
  changed: ReadonlyMap<string, Change>,
  path: string,
  change: Wanted = 'content',
): boolean {
  for (let at = path; ; at = parentOf(at)) {
    const found = changed.get(at);
    if (found !== undefined && CHANGES[change].includes(found)) return true;
    if (at === '/') return false;
  }
}
