/** Commands of a script as programs that are started, and whether they surely come to nothing. */
import type { Command, Statement } from 'unbash';
import type { Child } from '../execution.ts';
import { assignmentsOf, commandWords } from './shell-command-parts.ts';
import { isBash, isBuiltin } from './shell-dialect.ts';
import { childExecution } from './shell-execution.ts';
import { fullPathname } from './shell-place.ts';
import { splitsBoth } from './shell-redirects.ts';
import type { Reading } from './shell-stakes.ts';
import { type Words, wordsFrom } from './shell-fields.ts';
import type { ShellState } from './shell-state.ts';
import { placeOf } from './shell-texts.ts';
import { cannotStart } from './startable.ts';

export interface Started extends Words {
  /** Of variables before its name. */
  readonly assignments: readonly (readonly [string, string | null])[];
  readonly node: Statement['command'];
  readonly builtin: 'exec' | null;
}

/** null where what decides is not known. */
export function childOf(
  state: ShellState,
  reading: Reading,
  { assignments, node, builtin, ...known }: Started,
): Child | null {
  const { words: argv, tail } = known.all ?? known;
  const [name] = known.words;
  const execution = name === undefined ? null : childExecution(state, name, assignments);
  if (name === undefined || execution === null) return null;
  const ends = builtin === 'exec' && isBash(state.dialect) && state.errexit === 'on';
  const launcher = { ...reading.launcher, ...(ends && { emptyFile: 'refused' as const }) };
  const via = builtin === null ? name : `exec ${name}`;
  const at = placeOf(state, node, builtin);
  const path = fullPathname(at, name);
  return { execution, command: { argv, path, tail, role: 'child', by: reading.by, via, launcher, at } };
}

/**
 * A program that ends, with a status that is not 0, before it does anything; null for one that may run. `known`: what the
 * words of the command come to.
 */
export function deadChild(state: ShellState, reading: Reading, node: Command, known?: Words): Child | null {
  if (node.name === undefined || splitsBoth(state, node) !== 'no') return null;
  const all = known ?? commandWords(state, node.name, node);
  const isPlain = all.words[0] === 'command' && all.words[1]?.startsWith('-') === false;
  const words = isPlain ? wordsFrom(all, 1) : all;
  const [name] = words.words;
  if (name === undefined || isBuiltin(state.dialect, name)) return null;
  if (!isPlain && state.functions.has(name)) return null;
  const assignments = assignmentsOf(state, node);
  const child = childOf(state, reading, { ...words, assignments, node, builtin: null });
  if (child === null) return null;
  return isDead(child) ? child : null;
}

export function isDead(child: Child): boolean {
  const { execution, command } = child;
  return cannotStart(execution, command.launcher, command.argv[0] ?? '') || execution.dies?.(child) === true;
}
