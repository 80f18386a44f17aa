/** What hangs on a command of a script: whether the script fails with it. */
import type { AndOr, Statement } from 'unbash';
import type { Launcher } from '../execution.ts';

/** For whom a shell reads, and how it starts programs. */
export interface Reading {
  /** Step of the script. */
  readonly by: number;
  readonly launcher: Launcher;
}

/** `script`: the script, which ends as it does. `call`: a call that `set -e` heeds, of a function or a sourced file. */
export type Ends = 'script' | 'call' | 'nothing';

export interface Stakes {
  /** What it ends. */
  readonly ends: Ends;
  /** What `return` ends. */
  readonly returns: Ends;
  /** In conditions, behind `!` and before `&&` and `||`, `set -e` counts for nothing, functions called there included. */
  readonly errexit: 'heeded' | 'ignored';
}

/**
 * `over`: the script has ended or become another program; `given-up`: it has ended itself, with a status that is not 0;
 * `returned`: the function has ended; `left` and `next`: the loop has, or this round of it.
 */
export type Flow = 'on' | 'over' | 'given-up' | 'returned' | 'left' | 'next';

export const WHOLE_SCRIPT: Stakes = { ends: 'script', returns: 'call', errexit: 'heeded' };
export const NOTHING: Stakes = { ends: 'nothing', returns: 'nothing', errexit: 'ignored' };

/** Of one in a list that has these stakes. */
export function stakesOfStatement(list: readonly unknown[], index: number, stakes: Stakes): Stakes {
  return index === list.length - 1 ? stakes : { ...stakes, ends: 'nothing' };
}

/** Of the commands that a call of these stakes runs: it ends as its last one does. */
export function stakesOfCall({ ends, errexit }: Stakes): Stakes {
  const own = ends === 'nothing' && errexit === 'heeded' ? 'call' : ends;
  return { ends: own, returns: own, errexit };
}

/**
 * In `a || exit 1` the script fails with `a`, in `a || return 1` its function does, in `a || true` nothing.
 * `decides`: whether the script fails with what has such stakes.
 */
export function stakesOfTerm(
  { commands, operators }: AndOr,
  index: number,
  stakes: Stakes,
  decides: (ends: Ends) => boolean,
): Stakes {
  if (index === commands.length - 1) return stakes;
  const fallback = operators.indexOf('||', index);
  if (fallback === -1) return { ...stakes, errexit: 'ignored' };
  const next = commands[fallback + 1];
  const end = fallback === operators.length - 1 && next !== undefined ? endsBadly(next) : null;
  const isFatal = end === 'exit' || (end === 'return' && decides(stakes.returns));
  return { ...stakes, ends: isFatal ? 'script' : 'nothing', errexit: 'ignored' };
}

/** By which word; without a status it ends as what failed before it where it stands first. */
export function endsBadly(
  node: Statement['command'],
  place: 'first' | 'later' = 'first',
): 'exit' | 'return' | null {
  if (node.type === 'BraceGroup') {
    const [last, ...before] = node.body.commands.toReversed();
    return last === undefined ? null : endsBadly(last.command, before.length === 0 ? place : 'later');
  }
  const name = node.type === 'Command' ? node.name?.value : undefined;
  if (node.type !== 'Command' || (name !== 'exit' && name !== 'return')) return null;
  const [{ text: status } = { text: '$?' }] = node.args;
  return /^[1-9]\d*$/.test(status) || (place === 'first' && /^"?\$\?"?$/.test(status)) ? name : null;
}

/** `grep -q WORD`, which fails where nothing comes in. */
export function readsInVain(node: Statement['command'] | undefined): boolean {
  if (node?.type !== 'Command' || node.name?.value !== 'grep' || node.redirects.length > 0) return false;
  return GREP.test(node.args.map(({ text }) => text).join(' '));
}

const GREP = /^(?:-[EFioqsvwx]+ )*(?:"[^"]*"|'[^']*'|[^-\s$`*?["'\\][^\s$`*?["'\\]*)$/;
