/** Ways that a script may take where only running tells which: those of which each comes to nothing decide nothing. */
import type { Case, If, Statement } from 'unbash';
import { branchesOf, hasCommand } from './shell-command-parts.ts';
import { isComplete } from './shell-join.ts';
import { forgetAll } from './shell-pass.ts';
import type { Flow } from './shell-stakes.ts';
import type { ShellState } from './shell-state.ts';

/** How a branch ended; null where that was not followed. */
export type Way = { readonly state: ShellState; readonly flow: Flow } | null;

/**
 * `ends`: the script may end well in a branch, or that is not known. `goes-on`: it gives up, or starts what cannot be
 * started, in every branch that it does not leave again. `gives-up`: it does so in all of them, and one of them is taken.
 */
export function outcomeOf(
  before: ShellState,
  node: If | Case,
  ways: readonly Way[],
): 'ends' | 'goes-on' | 'gives-up' {
  const branches = branchesOf(node);
  const flows = ways.map((way, index) => {
    const branch = branches[index] ?? [];
    const last = branch.at(-1)?.command;
    // What comes before the end of a branch must not end the script either.
    const rest = last !== undefined && isLeaving(last) ? branch.slice(0, -1) : branch;
    return way !== null && passes(before, rest) ? way.flow : null;
  });
  if (!flows.every((flow) => flow === 'on' || flow === 'given-up')) return 'ends';
  return isComplete(node) && flows.every((flow) => flow === 'given-up') ? 'gives-up' : 'goes-on';
}

/** How many loops that it stands in it leaves, or may leave. */
export function loopsLeft(ways: readonly NonNullable<Way>[]): number {
  return Math.max(
    0,
    ...ways.map(({ state, flow }) =>
      Math.max(state.mayHaveLeft ?? 0, flow === 'left' || flow === 'next' ? 1 : 0),
    ),
  );
}

/** `exec` or `exit` by itself. */
export function isLeaving(node: Statement['command']): boolean {
  return node.type === 'Command' && /^(?:exec|exit)$/.test(node.name?.value ?? '');
}

/** Something in it may end the shell, or in a function that it calls. */
export function mayEnd(state: ShellState, statements: readonly Statement[]): boolean {
  return statements.some((statement) => {
    const { command } = statement;
    const called = command.type === 'Command' ? state.functions.get(command.name?.value ?? '') : undefined;
    return hasCommand(called?.body ?? statement, /^(?:exec|exit)$/);
  });
}

/** Whether all of it may be done, or nothing of it, without ending the script. */
export function passes(before: ShellState, statements: readonly Statement[]): boolean {
  const state = before.fork();
  state.reach = 'certain';
  for (const statement of statements) forgetAll(state, statement);
  return state.reach === 'certain';
}
