/** What is known where several ways of a script meet again: what all of them agree on. */
import { forgetAll } from './shell-pass.ts';
import type { Case, If } from 'unbash';
import { commonWords, fieldsIn, type List } from './shell-fields.ts';
import type { ShellState } from './shell-state.ts';

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
    const list = isSame ? first.lists.get(name) : commonList(ends, name);
    state.variables.set(name, isSame ? (first.variables.get(name) ?? null) : null);
    if (list === undefined) state.lists.delete(name);
    else state.lists.set(name, list);
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
  if (ends.some(({ errexit }) => errexit !== first.errexit)) state.leaveOut('whether set -e is on');
  state.errexit = ends.every(({ errexit }) => errexit === 'on') ? 'on' : 'off';
  state.pipefail = ends.every(({ pipefail }) => pipefail === 'on') ? 'on' : 'off';
  state.nounset = ends.some(({ nounset }) => nounset === 'on') ? 'on' : 'off';
  state.allexport = ends.every(({ allexport }) => allexport === first.allexport)
    ? first.allexport
    : 'perhaps';
}

/** What it begins with in each of them; that values have equal fields makes no equal values. */
function commonList(ends: readonly ShellState[], name: string): List | undefined {
  const lists = ends.map((end): List | undefined => {
    const value = end.get(name);
    return value === null ? end.lists.get(name) : fieldsIn(value, 'end');
  });
  return lists.reduce((one, other) =>
    one !== undefined && one.kind === other?.kind && one.isApart === other.isApart
      ? { ...one, ...commonWords(one, other), ...(one.kind === 'value' && { tail: 'more' as const }) }
      : undefined,
  );
}

function sameValue(one: ShellState, other: ShellState, name: string): boolean {
  const [words, others] = [one.lists.get(name), other.lists.get(name)];
  if (words === others && words !== undefined) return true;
  if (words !== undefined || others !== undefined) return JSON.stringify(words) === JSON.stringify(others);
  return one.variables.get(name) === other.variables.get(name);
}
