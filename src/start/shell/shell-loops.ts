/** Loops of which the image alone decides how they go. */
import type { For, While } from 'unbash';
import { hasLoopCommand, hasPart } from './shell-command-parts.ts';
import type { Flow } from './shell-stakes.ts';
import type { ShellState } from './shell-state.ts';
import { conditionOf } from './shell-test.ts';
import { expandWords, unmatchedPattern } from './shell-words.ts';

/** A loop over more words is not followed. */
const MOST_WORDS = 64;
const MOST_ROUNDS = 16;
/** Nobody has more loops in one another. */
const MOST_LOOPS = 99;

/** Over words that are known, once for each; null for any other. */
export function roundsOf(state: ShellState, { wordlist }: For): readonly string[] | null {
  const { words, tail } = wordlist === undefined ? state.positional : expandWords(state, wordlist);
  const [only, ...more] = wordlist ?? [];
  const pattern =
    tail === 'more' && only !== undefined && more.length === 0 ? unmatchedPattern(state, only) : null;
  if (pattern !== null) return pattern;
  const isKnown = tail === 'end' && words.length <= MOST_WORDS;
  return isKnown && state.mayGoOn(words.length) ? words : null;
}

/** Whether its body is done (again); null where that is not known, or something else ends it. */
export function isEntered(state: ShellState, { clause, kind }: While): boolean | null {
  const verdict = conditionOf(state, clause.commands);
  return verdict === null ? null : verdict === (kind === 'while');
}

const VARIABLES = ['SimpleExpansion', 'ParameterExpansion'] as const;

/** A condition without variables stays what it is: something in the loop may leave it. */
export function mostRoundsOf({ clause, body }: While): number {
  const asks = clause.commands.some(
    ({ command }) => command.type === 'Command' && hasPart(command, VARIABLES),
  );
  if (asks) return MOST_WORDS;
  return hasLoopCommand(body) ? MOST_ROUNDS : 1;
}

/** `break` and `continue`, of several loops at once too. */
export function leaveLoop(state: ShellState, by: 'break' | 'continue', count = '1'): Flow {
  if (state.mayHaveLeft === null) return 'on';
  if (count === '1') return by === 'break' ? 'left' : 'next';
  state.mayLeave(/^\d{1,2}$/.test(count) ? Number(count) : MOST_LOOPS);
  return 'on';
}
