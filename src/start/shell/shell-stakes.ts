/** What hangs on a command of a script: whether the script fails with it. */
import type { AndOr, Statement } from 'unbash';

export interface Stakes {
  /** `script`: it ends the script, and the script ends as it does. */
  readonly ends: 'script' | 'nothing';
  /** In conditions, behind `!` and before `&&` and `||`, `set -e` counts for nothing, functions called there included. */
  readonly errexit: 'heeded' | 'ignored';
}

export const WHOLE_SCRIPT: Stakes = { ends: 'script', errexit: 'heeded' };
export const NOTHING: Stakes = { ends: 'nothing', errexit: 'ignored' };

/** Of a statement of a list that has these stakes. */
export function stakesOfStatement(stakes: Stakes, place: 'last' | 'before'): Stakes {
  return place === 'last' ? stakes : { ...stakes, ends: 'nothing' };
}

/**
 * In `a || exit 1` the script fails with `a`, in `a || return 1` its function does, in `a || true` nothing.
 * `mustSucceed`: whether the script fails with the whole list.
 */
export function stakesOfTerm(
  { commands, operators }: AndOr,
  index: number,
  stakes: Stakes,
  mustSucceed: boolean,
): Stakes {
  if (index === commands.length - 1) return stakes;
  const fallback = operators.indexOf('||', index);
  if (fallback === -1) return { ...stakes, errexit: 'ignored' };
  const next = commands[fallback + 1];
  const end = fallback === operators.length - 1 && next !== undefined ? endsBadly(next) : null;
  const isFatal = end === 'exit' || (end === 'return' && mustSucceed);
  return { ends: isFatal ? 'script' : 'nothing', errexit: 'ignored' };
}

/** By which word; without a status it ends as what failed before it where it stands first. */
function endsBadly(node: Statement['command'], place: 'first' | 'later' = 'first'): 'exit' | 'return' | null {
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
