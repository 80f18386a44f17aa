/**
 * Where `cd` goes (POSIX, "cd"): `..` leads back along the path as it is written, not along the symlinks in it; with -P,
 * or where that leads nowhere, as the kernel takes it.
 */
import { wholePath } from '../../rootfs/path.ts';
import { resolve, type Resolution } from '../../rootfs/resolve.ts';
import { lookupRefusal, ownershipOf } from '../open-exec.ts';
import type { AccessRefusal, LookupRefusal } from '../refusal.ts';
import type { ShellState } from './shell-state.ts';

export interface Way {
  readonly walk: Resolution;
  /** What `pwd` prints there. */
  readonly logical: string;
  /** Why the shell cannot go there, but for what runtimes mount. */
  readonly refusal: LookupRefusal | AccessRefusal | null;
}

export function wayTo(state: ShellState, path: string, mode: 'logical' | 'physical'): Way {
  const { rootfs } = state.execution;
  const whole = wholePath(state.logicalDir ?? '', path);
  const walk = mode === 'logical' ? resolve(rootfs, whole) : null;
  if (walk?.kind === 'found' && walk.located.entry.type === 'directory')
    return { walk, logical: whole, refusal: refusalOf(state, walk) };
  const physical = resolve(rootfs, path, { from: state.workingDir ?? '/' });
  const logical = physical.kind === 'found' ? physical.located.path : whole;
  return { walk: physical, logical, refusal: refusalOf(state, physical) };
}

/** chdir(2): the user must be able to search the directory itself, too. */
function refusalOf({ execution }: ShellState, walk: Resolution): Way['refusal'] {
  const isDirectory = walk.kind === 'found' && walk.located.entry.type === 'directory';
  const passed = isDirectory ? [...walk.directories, walk.located] : walk.directories;
  const closed = passed.find((directory) => !execution.access.maySearch(directory));
  if (closed !== undefined)
    return { kind: 'not-searchable', at: closed.path, owner: ownershipOf(closed.entry) };
  if (isDirectory || walk.kind === 'runtime-mount') return null;
  return walk.kind === 'found' ? { kind: 'not-a-directory', at: walk.located.path } : lookupRefusal(walk);
}
