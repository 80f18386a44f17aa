/** Loops of which the image alone decides how they go. */
import type { For, While } from 'unbash';
import { hasLoopCommand } from './shell-command-parts.ts';
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

/** Whether it is surely entered, and left by no `break`. */
export function isEntered(state: ShellState, { clause, kind, body }: While): boolean {
  const verdict = conditionOf(state, clause.commands);
  return verdict !== null && verdict === (kind === 'while') && !hasLoopCommand(body);
}
