/**
 * Where `cd` goes (POSIX, "cd"): `..` leads back along the path as it is written, not along the symlinks in it; with -P,
 * or where that leads nowhere, as the kernel takes it.
 */
import { wholePath } from '../../rootfs/path.ts';
import { resolve, type Resolution } from '../../rootfs/resolve.ts';
import type { ShellState } from './shell-state.ts';

export interface Way {
  readonly walk: Resolution;
  /** What `pwd` prints there. */
  readonly logical: string;
}

export function wayTo(state: ShellState, path: string, mode: 'logical' | 'physical'): Way {
  const { rootfs } = state.execution;
  const whole = wholePath(state.logicalDir ?? '', path);
  const walk = mode === 'logical' ? resolve(rootfs, whole) : null;
  if (walk?.kind === 'found' && walk.located.entry.type === 'directory') return { walk, logical: whole };
  const physical = resolve(rootfs, path, { from: state.workingDir ?? '/' });
  return { walk: physical, logical: physical.kind === 'found' ? physical.located.path : whole };
}
