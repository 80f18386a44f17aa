/** Loops of which the image alone decides how they go. */
import type { For, While } from 'unbash';
import { hasLoopCommand, hasPart } from './shell-command-parts.ts';
import type { ShellState } from './shell-state.ts';
import { conditionOf } from './shell-test.ts';
import { expandWords } from './shell-words.ts';

/** A loop over more words is not followed. */
const MOST_WORDS = 64;

/** Over words that are known, once for each; null for any other. */
export function roundsOf(state: ShellState, { wordlist, body }: For): readonly string[] | null {
  const { words, tail } = wordlist === undefined ? state.positional : expandWords(state, wordlist);
  const isKnown = tail === 'end' && words.length <= MOST_WORDS && !hasLoopCommand(body);
  return isKnown && state.mayGoOn(words.length) ? words : null;
}

/** Whether its body is done (again); null where that is not known, or something else ends it. */
export function isEntered(state: ShellState, { clause, kind, body }: While): boolean | null {
  const verdict = conditionOf(state, clause.commands);
  return verdict === null || hasLoopCommand(body) ? null : verdict === (kind === 'while');
}

const VARIABLES = ['SimpleExpansion', 'ParameterExpansion'] as const;

/** A condition without variables stays what it is. */
export function mostRoundsOf({ clause }: While): number {
  return clause.commands.some(({ command }) => command.type === 'Command' && hasPart(command, VARIABLES))
    ? MOST_WORDS
    : 1;
}
