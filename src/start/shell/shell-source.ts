import { textOf } from '../../rootfs/content-facts.ts';
import type { Command, Statement } from 'unbash';
import { wholePath } from '../../rootfs/path.ts';
import { type Resolution, resolve } from '../../rootfs/resolve.ts';
import { mayDiffer } from '../made-files.ts';
import { lookupRefusal, ownershipOf } from '../open-exec.ts';
import type { AccessRefusal, LookupRefusal } from '../refusal.ts';
import { grammarOf } from './shell-dialect.ts';
import type { ShellProcess } from './shell-process.ts';
import type { ShellState } from './shell-state.ts';
import { readableBy } from './shell-syntax.ts';
import { placeOf } from './shell-texts.ts';

type FoundWalk = Extract<Resolution, { kind: 'found' }>;

export interface Sourced {
  readonly statements: readonly Statement[];
  readonly text: string;
}

/** The commands of a file that `.` reads; null when it is not there, or its text is not known, or no more. */
export function sourcedStatements(state: ShellState, name: string): Sourced | null {
  const path = name.includes('/') ? name : foundByName(state, name);
  if (path === null || (state.workingDir === null && !path.startsWith('/'))) return null;
  if (mayDiffer(state.made, wholePath(state.workingDir ?? '/', path))) return null;
  const walk = resolve(state.execution.rootfs, path, { from: state.workingDir ?? '/' });
  if (walk.kind !== 'found' || !isReadable(state, walk)) return null;
  const { content } = walk.located.entry;
  const text = textOf(content);
  if (text === null) return content?.kind === 'empty' ? { statements: [], text: '' } : null;
  return statementsOf(state, text);
}

/** In a directory of PATH, x bit or not; bash then takes it from where it is, but in its POSIX mode. */
function foundByName(state: ShellState, name: string): string | null {
  const { rootfs } = state.execution;
  const path = state.get('PATH');
  const directories = path?.split(':') ?? [];
  if (state.dialect === 'posix' || name === '' || !directories.every((each) => each.startsWith('/')))
    return null;
  const inPath = directories
    .map((directory) => `${directory}/${name}`)
    .find((each) => resolve(rootfs, each).kind !== 'missing');
  return inPath ?? (state.dialect === 'bash' ? `./${name}` : null);
}

function isReadable({ execution: { access } }: ShellState, { located, directories }: FoundWalk): boolean {
  return access.mayRead(located) && directories.every((directory) => access.maySearch(directory));
}

/** A file that is not there ends dash, ash and bash in its POSIX mode, as every special builtin does that fails. */
export function lacksSource(
  { state, reading, counts }: ShellProcess,
  node: Command,
  path: string | undefined,
  via: string,
): boolean {
  const missing = path === undefined || state.reach !== 'certain' ? null : missingSource(state, path);
  if (path === undefined || missing === null) return false;
  if (!counts) return true;
  const at = placeOf(state, node, via);
  const refusal = missing.kind === 'no-read-permission' ? { ...missing, reader: at } : missing;
  const step = { role: 'child', name: path, via, caller: reading.launcher.name, at, by: reading.by } as const;
  state.execution.recording.add(state.execution, { ...step, searched: [], file: null, refusals: [refusal] });
  return true;
}

/** Why `.` cannot read such a file; null when it can, or when something before it may have made one. */
export function missingSource(state: ShellState, path: string): LookupRefusal | AccessRefusal | null {
  if (!path.includes('/') || (state.workingDir === null && !path.startsWith('/'))) return null;
  if (state.effects !== 'nothing') return null;
  const walk = resolve(state.execution.rootfs, path, { from: state.workingDir ?? '/' });
  const { access } = state.execution;
  const closed = walk.directories.find((directory) => !access.maySearch(directory));
  if (closed !== undefined)
    return { kind: 'not-searchable', at: closed.path, owner: ownershipOf(closed.entry) };
  if (walk.kind === 'found' && walk.located.entry.type === 'file' && !access.mayRead(walk.located))
    return { kind: 'no-read-permission', owner: ownershipOf(walk.located.entry) };
  return walk.kind === 'missing' || walk.kind === 'not-a-directory' ? lookupRefusal(walk) : null;
}

/** The commands that the words of an `eval` make; null when the shell may not read them. */
export function evaluatedStatements(state: ShellState, words: readonly string[]): Sourced | null {
  return statementsOf(state, words.join(' '));
}

/** Characters that are read as fast as a call, a branch or a round is followed. */
const READ_PER_STEP = 2048;

function statementsOf(state: ShellState, text: string): Sourced | null {
  if (!state.mayGoOn(text.length / READ_PER_STEP)) return null;
  const { dialect } = state;
  const { statements, stop } = readableBy(dialect, text);
  const isTaken = stop === null && statements.every((each) => grammarOf(dialect, each) === 'taken');
  return isTaken ? { statements, text } : null;
}
