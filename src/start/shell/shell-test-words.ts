/** The words of test(1), and what several answers come to. */
import { fileVerdict } from './shell-lookup.ts';
import type { ShellState } from './shell-state.ts';
import { FAILURES, SOME_FAILURE } from './startable.ts';

/** null when only running tells. */
export type Verdict = boolean | null;

export function both(one: Verdict, other: Verdict): Verdict {
  if (one === false || other === false) return false;
  return one === null || other === null ? null : true;
}

export function either(one: Verdict, other: Verdict): Verdict {
  if (one === true || other === true) return true;
  return one === null || other === null ? null : false;
}

/** More than four are each system's own affair (POSIX). */
const MOST_ASKED = 50;

/** The words of test(1). */
export function wordsVerdict(state: ShellState, words: readonly string[]): Verdict {
  const [first = '', second = '', third = ''] = words;
  if (words.length === 0) return false;
  if (words.length > MOST_ASKED) return null;
  if (words.length === 1) return first !== '';
  const isNegated = first === '!' && (words.length !== 3 || /^-[b-np-zA-Z]$/.test(second));
  if (words.length === 3 && !isNegated) return binaryVerdict(first, second, third);
  if (isNegated) {
    const verdict = wordsVerdict(state, words.slice(1));
    return verdict === null ? null : !verdict;
  }
  // "unary operator expected" is no.
  if (words.length === 2) return /^-[a-zA-Z]$/.test(first) ? unaryVerdict(state, first, second) : false;
  const or = words.indexOf('-o');
  if (or > 0)
    return either(wordsVerdict(state, words.slice(0, or)), wordsVerdict(state, words.slice(or + 1)));
  const and = words.indexOf('-a');
  return and > 0
    ? both(wordsVerdict(state, words.slice(0, and)), wordsVerdict(state, words.slice(and + 1)))
    : null;
}

export function unaryVerdict(state: ShellState, operator: string, operand: string): Verdict {
  if (operator === '-n') return operand !== '';
  return operator === '-z' ? operand === '' : fileVerdict(state, operator, operand);
}

const COMPARISONS: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  '-eq': (one, other) => one === other,
  '-ne': (one, other) => one !== other,
  '-lt': (one, other) => one < other,
  '-le': (one, other) => one <= other,
  '-gt': (one, other) => one > other,
  '-ge': (one, other) => one >= other,
};

export function binaryVerdict(left: string, operator: string, right: string): Verdict {
  if (left === SOME_FAILURE || right === SOME_FAILURE)
    return ofEach((status) => {
      const [one = '', other = ''] = [left, right].map((word) => (word === SOME_FAILURE ? status : word));
      return binaryVerdict(one, operator, other);
    });
  if (operator === '=' || operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  const compare = COMPARISONS[operator];
  const areNumbers = /^-?\d+$/.test(left) && /^-?\d+$/.test(right);
  return compare !== undefined && areNumbers ? compare(Number(left), Number(right)) : null;
}

/** What is so whatever status a command ends with that cannot be started. */
export function ofEach(verdictOfStatus: (status: string) => Verdict): Verdict {
  const verdicts = new Set(FAILURES.map(verdictOfStatus));
  const [verdict = null] = verdicts;
  return verdicts.size === 1 ? verdict : null;
}
