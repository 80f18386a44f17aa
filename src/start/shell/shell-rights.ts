/** What programs need of who starts them: the right to change files, and a name. */
import { baseOf, parentOf } from '../../rootfs/path.ts';
import { resolve } from '../../rootfs/resolve.ts';
import { accountOf } from '../users/users.ts';
import type { ShellState } from './shell-state.ts';

/** Why such a command may fail, in words: a volume may bring what the image lacks. Null where nothing is known of it. */
export function doubtfulUser(state: ShellState, [name = '', ...args]: readonly string[]): string | null {
  const base = baseOf(name);
  const asksForName = base === 'whoami' || (base === 'id' && args.some((word) => /^-(?:un|nu)$/.test(word)));
  if (asksForName && accountOf(state.execution.rootfs, `${state.uid}`) === null)
    return `whether user ${state.uid} has a name`;
  if (state.uid === 0) return null;
  if (base === 'chown' || base === 'chgrp') return `whether user ${state.uid} may ${base} anything`;
  const paths = base === 'mkdir' ? args.filter((word) => !word.startsWith('-')) : [];
  const path = paths.find((each) => !mayBeThere(state, each));
  return path === undefined ? null : `whether user ${state.uid} can make ${path}`;
}

/** Something of that name, or a directory that it can be made in. */
function mayBeThere({ execution, workingDir }: ShellState, path: string): boolean {
  if (workingDir === null && !path.startsWith('/')) return true;
  const { access, rootfs } = execution;
  const walk = resolve(rootfs, path, { from: workingDir ?? '/' });
  if (walk.kind !== 'missing') return true;
  const parent = resolve(rootfs, parentOf(walk.at));
  return parent.kind !== 'found' || access.mayWrite(parent.located);
}
