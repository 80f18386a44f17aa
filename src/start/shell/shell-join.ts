/** What is known where several ways of a script meet again: what all of them agree on. */
import { forgetAll } from './shell-pass.ts';
import type { Case, If } from 'unbash';
import type { ShellState, Words } from './shell-state.ts';

/** Before any of the branches, and behind all that is asked to choose one. */
export function beforeBranches(state: ShellState, node: If | Case): ShellState {
  const before = state.fork();
  const clauses = node.type === 'If' ? [node, ...node.elif].map(({ clause }) => clause) : [node.word];
  for (const clause of clauses) forgetAll(before, clause);
  return before;
}

/** Whether one of the branches is surely taken. */
export function isComplete(node: If | Case): boolean {
  if (node.type === 'If') return node.else !== undefined;
  return node.items.some(({ pattern }) => pattern.some(({ text }) => text === '*'));
}

/** Takes what all of them know; at least one. */
export function takeJoined(state: ShellState, ends: readonly ShellState[]): void {
  const names = new Set(ends.flatMap((end) => [...end.variables.keys()]));
  const [first] = ends;
  if (first === undefined) return;
  for (const name of names) {
    const isSame = ends.every((end) => end.variables.has(name) && sameValue(end, first, name));
    const words = first.arrays.get(name);
    state.variables.set(name, isSame ? (first.variables.get(name) ?? null) : null);
    if (isSame && words !== undefined) state.arrays.set(name, words);
    else state.arrays.delete(name);
  }
  for (const name of state.variables.keys()) if (!names.has(name)) state.unset(name);
  const exported = new Set(ends.flatMap((end) => [...end.exported, ...end.perhapsExported]));
  state.exported.clear();
  state.perhapsExported.clear();
  for (const name of exported) {
    const isCertain = ends.every((end) => end.exported.has(name));
    (isCertain ? state.exported : state.perhapsExported).add(name);
  }
  state.positional = ends.map(({ positional }) => positional).reduce(commonWords);
  state.workingDir = ends.every(({ workingDir }) => workingDir === first.workingDir)
    ? first.workingDir
    : null;
  state.errexit = ends.every(({ errexit }) => errexit === 'on') ? 'on' : 'off';
  state.pipefail = ends.every(({ pipefail }) => pipefail === 'on') ? 'on' : 'off';
  state.nounset = ends.some(({ nounset }) => nounset === 'on') ? 'on' : 'off';
  state.allexport = ends.every(({ allexport }) => allexport === first.allexport)
    ? first.allexport
    : 'perhaps';
}

function sameValue(one: ShellState, other: ShellState, name: string): boolean {
  const [words, others] = [one.arrays.get(name), other.arrays.get(name)];
  if (words !== undefined || others !== undefined) return JSON.stringify(words) === JSON.stringify(others);
  return one.variables.get(name) === other.variables.get(name);
}

/** Those that both begin with, and perhaps others behind them. */
function commonWords(one: Words, other: Words): Words {
  const differing = one.words.findIndex((word, index) => word !== other.words[index]);
  const words = differing === -1 ? one.words : one.words.slice(0, differing);
  const isWhole = words.length === one.words.length && words.length === other.words.length;
  return { words, tail: isWhole && one.tail === other.tail ? one.tail : 'more' };
}
