/** What programs need of who starts them: the right to change files, and a name. */
import { ANY_FILE, isChanged } from '../made-files.ts';
import { baseOf, parentOf, wholePath } from '../../rootfs/path.ts';
import { resolve } from '../../rootfs/resolve.ts';
import { accountOf } from '../users/users.ts';
import { IN_PLACE } from './shell-changes.ts';
import type { ShellState } from './shell-state.ts';

/** Of commands that make or write to files: which of their operands name them. */
const CHANGERS: ReadonlyMap<string, (operands: readonly string[]) => readonly string[]> = new Map([
  ['mkdir', (operands) => operands],
  ['tee', (operands) => operands],
  ['touch', (operands) => operands],
  // The first is the mode.
  ['chmod', (operands) => operands.slice(1)],
  ['cp', (operands) => operands.slice(-1)],
  ['install', (operands) => operands.slice(-1)],
  ['ln', (operands) => operands.slice(-1)],
  ['mv', (operands) => operands.slice(-1)],
]);

/** Of commands that read files, or change those that are there. */
const READERS: ReadonlyMap<string, (operands: readonly string[]) => readonly string[]> = new Map([
  ['cat', (operands) => operands],
  ['chmod', (operands) => operands.slice(1)],
  ['chown', (operands) => operands.slice(1)],
  ['cp', (operands) => operands.slice(0, -1)],
  ['mv', (operands) => operands.slice(0, -1)],
]);

/** Why such a command may fail, in words: a volume may bring what the image lacks. Null where nothing is known of it. */
export function doubtfulUser(state: ShellState, [name = '', ...args]: readonly string[]): string | null {
  const base = baseOf(name);
  const asksForName = base === 'whoami' || (base === 'id' && args.some((word) => /^-(?:un|nu)$/.test(word)));
  if (asksForName && accountOf(state.execution.rootfs, `${state.uid}`) === null)
    return `whether user ${state.uid} has a name`;
  const operands = args
    .slice(0, MOST_WORDS)
    .filter((word, at) => !word.startsWith('-') && !TAKES_WORD.test(args[at - 1] ?? ''));
  const isEdit = base === 'sed' && args.some((word) => IN_PLACE.test(word));
  const hasScript = args.some((word) => /^-\w*[ef]$/.test(word));
  // The first is the script.
  const edited = isEdit && !hasScript ? operands.slice(1) : [];
  const wanted = [...edited, ...(READERS.get(base)?.(operands) ?? [])].find((path) => isGone(state, path));
  if (wanted !== undefined) return `whether ${wanted} is there for ${base}`;
  if (state.uid === 0) return null;
  if (base === 'chown' || base === 'chgrp') return `whether user ${state.uid} may ${base} anything`;
  const path = [...edited, ...(CHANGERS.get(base)?.(operands) ?? [])].find(
    (each) => !mayChange(state, each, base),
  );
  return path === undefined ? null : `whether user ${state.uid} may change ${path} by ${base}`;
}

/** A volume may bring it. */
function isGone({ execution, workingDir, made, effects }: ShellState, path: string): boolean {
  if (effects === 'anything' || path.startsWith('/dev/') || (workingDir === null && !path.startsWith('/')))
    return false;
  const whole = wholePath(workingDir ?? '/', path);
  const isMade = made.has(ANY_FILE) || isChanged(made, whole);
  return !isMade && resolve(execution.rootfs, whole).kind === 'missing';
}

/** No more are looked at. */
const MOST_WORDS = 64;

/** `mkdir -m 755`, `touch -d yesterday`. */
const TAKES_WORD = /^-\w*[dmr]$/;

function mayChange(state: ShellState, path: string, by: string): boolean {
  const { execution, workingDir, uid } = state;
  if (workingDir === null && !path.startsWith('/')) return true;
  const { access, rootfs } = execution;
  const walk = resolve(rootfs, path, { from: workingDir ?? '/' });
  if (walk.kind === 'found' && by === 'chmod') return walk.located.entry.uid === uid;
  // sed writes another file, and puts it in the place of this one.
  const place = by === 'sed' ? resolve(rootfs, parentOf(wholePath(workingDir ?? '/', path))) : walk;
  if (place.kind === 'found') return by === 'mkdir' || access.mayWrite(place.located);
  if (walk.kind !== 'missing' || by === 'chmod') return true;
  const parent = resolve(rootfs, parentOf(walk.at));
  return parent.kind !== 'found' || access.mayWrite(parent.located);
}
