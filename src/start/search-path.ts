/**
 * From a name to a path: exec.LookPath of Go's os/exec (which runc asks before execve, after it became the user) and
 * execvp(3) of glibc and musl, which shells imitate, some of them only in part.
 */
import { canonicalPath, cleanedPath } from '../rootfs/path.ts';
import { searchPathOf } from './environment.ts';
import type { Execution, Launcher } from './execution.ts';
import { isForeign } from './kernel/abi.ts';
import { lacksItsStarter } from './programs/lacking-starter.ts';
import { openExec, type OpenedExec } from './open-exec.ts';
import type { ConfigRefusal, LookupRefusal, PassedOver } from './refusal.ts';
import { ANY_EXECUTE } from './users/file-access.ts';

export type SearchAnswer =
  | {
      readonly kind: 'found';
      readonly path: string;
      readonly searched: readonly string[];
      /** Files of that name in directories before it. */
      readonly passedOver: readonly PassedOver[];
      /** It lacks what starts it, and what execvp(3) then ends with is an EACCES that it met on the way. */
      readonly isDenied: boolean;
    }
  | { readonly kind: 'refused'; readonly refusal: LookupRefusal; readonly searched: readonly string[] }
  /** A directory below /proc, /sys or /dev comes first. */
  | { readonly kind: 'outside'; readonly at: string };

/** What execvp(3) takes when there is no PATH: that of glibc; musl's begins with /usr/local/bin. */
const PATH_OF_LIBC = '/bin:/usr/bin';

type TakenBySome = Extract<ConfigRefusal, { readonly kind: 'taken-by-some' }>;

/** A name with a slash is a path already. @throws {LayerNeeded} */
export function searchProgram(execution: Execution, name: string, search: Launcher['search']): SearchAnswer {
  const passedOver: PassedOver[] = [];
  const lacking: string[] = [];
  if (name.includes('/')) return foundAt(name, [], passedOver);
  const path = searchPathOf(execution);
  const searched: string[] = [];
  const goesOn = search === 'execvp' || search === 'shellexec' || search === 'tryexec';
  const directories = execution.searchPath === null ? [] : directoriesOf(path, name, search);
  for (const directory of directories) {
    const candidate = candidateIn(directory, name, search);
    searched.push(directory || '.');
    const opened = openExec(execution, candidate);
    if (opened.kind === 'outside') return { kind: 'outside', at: opened.at };
    const isPassed =
      goesOn &&
      opened.kind === 'opened' &&
      (lacksItsStarter(execution, opened.file) ||
        (search === 'tryexec' && isForeign(opened.file.located.entry.content, execution.platform)));
    if (isPassed) {
      lacking.push(candidate);
    } else if (isTaken(execution, opened, search)) {
      const isRefused = search === 'LookPath' && !candidate.startsWith('/');
      const refusal: LookupRefusal = { kind: 'in-relative-path', directory, path: candidate };
      return isRefused ? { kind: 'refused', refusal, searched } : foundAt(candidate, searched, passedOver);
    }
    if (opened.kind === 'refused' && !isAbsence(opened.refusal.kind)) {
      passedOver.push({ path: candidate, refusal: opened.refusal });
      if (search === 'execvp' && opened.refusal.kind === 'symlink-loop') break;
    }
  }
  // Nothing better came: what people see is told of the first one.
  const [first] = lacking;
  const isDenied = passedOver.some(
    ({ refusal: { kind } }) => kind === 'not-searchable' || kind === 'not-a-file',
  );
  if (first !== undefined) return { ...foundAt(first, searched, passedOver), isDenied };
  // execvp(3) and shells end with the EACCES that they met on the way; LookPath says that there is no such file.
  const closed = passedOver.find(({ refusal }) => refusal.kind === 'no-execute-permission');
  if (search !== 'LookPath' && closed !== undefined) return foundAt(closed.path, searched, passedOver);
  return { kind: 'refused', refusal: { kind: 'not-in-path', path, passedOver }, searched };
}

function foundAt(
  path: string,
  searched: readonly string[],
  passedOver: readonly PassedOver[],
): Extract<SearchAnswer, { kind: 'found' }> {
  return { kind: 'found', path, searched, passedOver, isDenied: false };
}

/**
 * What LookPath of Go before 1.20 takes in its stead, with which runc of some hosts is built: it asks for any x bit, not
 * for one of this user. Null where it takes the same, or where nothing is found at all.
 */
export function takenByOlderLookPath(execution: Execution, name: string): TakenBySome | null {
  const found = searchProgram(execution, name, 'LookPath');
  if (found.kind !== 'found') return null;
  for (const { path, refusal } of found.passedOver) {
    const isTaken = refusal.kind === 'no-execute-permission' && (refusal.owner.mode & ANY_EXECUTE) !== 0;
    if (isTaken) return { kind: 'taken-by-some', path, owner: refusal.owner };
  }
  return null;
}

function directoriesOf(path: string | null, name: string, search: Launcher['search']): readonly string[] {
  if (name === '') return [];
  if (search !== 'LookPath') return (path ?? PATH_OF_LIBC).split(':');
  // filepath.Join would make a directory of `/usr/bin/.`, which LookPath never takes.
  return path === null || path === '' || name === '.' || name === '..' ? [] : path.split(':');
}

/** LookPath cleans the path as text (filepath.Join): `/link/../bin` is `/bin` wherever the link leads. */
function candidateIn(directory: string, name: string, search: Launcher['search']): string {
  if (search !== 'LookPath') return directory === '' ? name : `${directory}/${name}`;
  return directory.startsWith('/')
    ? canonicalPath(`${directory}/${name}`)
    : `./${cleanedPath(`${directory || '.'}/${name}`)}`;
}

/** LookPath refuses directories only: a fifo with an x bit is found, and then refused by execve. */
function isTaken(execution: Execution, opened: OpenedExec, search: Launcher['search']): boolean {
  if (opened.kind === 'opened') return true;
  if (opened.kind !== 'refused' || search !== 'LookPath' || opened.file === null) return false;
  const isSpecial = opened.refusal.kind === 'not-a-file' && opened.refusal.type !== 'directory';
  return isSpecial && execution.access.mayExecute(opened.file.located);
}

function isAbsence(kind: PassedOver['refusal']['kind']): boolean {
  return kind === 'missing' || kind === 'not-a-directory';
}
