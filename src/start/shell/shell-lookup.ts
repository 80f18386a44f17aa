/** What a script can ask about files before anything has changed them: `command -v NAME`, `[ -f FILE ]`. */
import { resolve } from '../../rootfs/resolve.ts';
import { BUSYBOX_APPLETS } from '../programs/busybox-applets.ts';
import { openExec } from '../open-exec.ts';
import { searchProgram } from '../search-path.ts';
import { isBuiltin } from './shell-dialect.ts';
import { childExecution } from './shell-execution.ts';
import type { ShellState } from './shell-state.ts';

/** What `command -v NAME` prints; empty when there is no such command, null when that is not known. */
export function nameOfCommand(state: ShellState, name: string): string | null {
  if (state.dialect === 'posix' || state.effects === 'anything' || name === '') return null;
  if (state.functions.get(name)?.certainty === 'possible') return null;
  if (state.functions.has(name) || isBuiltin(state.dialect, name)) return name;
  return KEYWORDS.has(name) ? null : pathOfCommand(state, name);
}

/** What `which NAME` prints. */
export function pathOfCommand(state: ShellState, name: string): string | null {
  if (state.effects === 'anything' || name === '' || (name.includes('/') && !name.startsWith('/')))
    return null;
  const execution = childExecution(state, name, []);
  if (execution === null) return null;
  const found = searchProgram(execution, name, 'first-file');
  if (found.kind === 'outside') return null;
  if (found.kind === 'refused') {
    const isApplet = state.dialect === 'ash' && BUSYBOX_APPLETS.has(name);
    const isElsewhere =
      isApplet || (found.refusal.kind === 'not-in-path' && found.refusal.passedOver.length > 0);
    return isElsewhere ? null : '';
  }
  const opened = openExec(execution, found.path);
  if (opened.kind === 'refused' && opened.refusal.kind === 'missing' && opened.refusal.link === null)
    return '';
  return opened.kind === 'opened' && found.path.startsWith('/') ? found.path : null;
}

/** Words of the grammar, of which not every shell has all. */
const KEYWORDS: ReadonlySet<string> = new Set(
  '! { } [[ ]] case coproc do done elif else esac fi for function if in select then time until while'.split(
    ' ',
  ),
);

/**
 * The answer of test(1) about a file of the image; null for what only running tells. A file that is not there may come
 * with a volume (settings, data): {@link ShellState.published} notes that it was asked for; not so a bare name in the
 * working directory, which scripts ask for to tell a program from a file. What is there is taken for what the container
 * has.
 */
export function fileVerdict(state: ShellState, operator: string, path: string): boolean | null {
  if (!ASKED.has(operator)) return null;
  if (path === '') return false;
  if (state.effects !== 'nothing' || (state.workingDir === null && !path.startsWith('/'))) return null;
  const { rootfs, access } = state.execution;
  const walk = resolve(rootfs, path, { from: state.workingDir ?? '/' });
  if (walk.kind === 'runtime-mount') return null;
  if (!walk.directories.every((directory) => access.maySearch(directory))) return false;
  if (walk.kind !== 'found')
    return walk.kind === 'missing' && !path.includes('/') ? false : state.published.missingFile();
  const { located } = walk;
  if (MADE_BY_RUNTIMES.test(located.path)) return null;
  switch (operator) {
    case '-f':
      return located.entry.type === 'file';
    case '-d':
      return located.entry.type === 'directory';
    case '-r':
      return access.mayRead(located);
    case '-x':
      return located.entry.type === 'directory' ? access.maySearch(located) : access.mayExecute(located);
    default:
      return true;
  }
}

const ASKED: ReadonlySet<string> = new Set(['-d', '-e', '-f', '-r', '-x']);
/** What engines put into a container, or mount where programs of every image expect it. */
const MADE_BY_RUNTIMES =
  /^\/(?:\.dockerenv|\.dockerinit|etc\/(?:hostname|hosts|resolv\.conf|mtab)|(?:var\/)?run|tmp|var\/tmp|mnt|media|host)(?:\/|$)/;
