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

/** In `a || exit 1` the script fails with `a`, in `a || true` it does not. */
export function stakesOfTerm({ commands, operators }: AndOr, index: number, stakes: Stakes): Stakes {
  if (index === commands.length - 1) return stakes;
  const fallback = operators.indexOf('||', index);
  if (fallback === -1) return { ...stakes, errexit: 'ignored' };
  const next = commands[fallback + 1];
  const isFatal = fallback === operators.length - 1 && next !== undefined && endsBadly(next);
  return { ends: isFatal ? 'script' : 'nothing', errexit: 'ignored' };
}

function endsBadly(node: Statement['command']): boolean {
  if (node.type === 'BraceGroup') {
    const last = node.body.commands.at(-1);
    return last !== undefined && endsBadly(last.command);
  }
  if (node.type !== 'Command') return false;
  const [status] = node.args;
  return node.name?.value === 'exit' && status !== undefined && /^[1-9]\d*$/.test(status.text);
}

/** `grep -q WORD`, which fails where nothing comes in. */
export function readsInVain(node: Statement['command'] | undefined): boolean {
  if (node?.type !== 'Command' || node.name?.value !== 'grep' || node.redirects.length > 0) return false;
  return GREP.test(node.args.map(({ text }) => text).join(' '));
}

const GREP = /^(?:-[EFioqsvwx]+ )*(?:"[^"]*"|'[^']*'|[^-\s$`*?["'\\][^\s$`*?["'\\]*)$/;
