/** What is known of a word that is not known to its end: how it begins, and which variable it sets. */
import type { Word } from 'unbash';
import type { Tail } from '../execution.ts';
import type { ShellState } from './shell-state.ts';
import { expandPart, expandValue, partsOf, variableOf } from './shell-words.ts';

/** More of it is not kept. */
const LONGEST = 64 * 1024;

/** A value, up to the first part of it that is not known. */
export interface Beginning {
  readonly text: string;
  readonly tail: Tail;
}

export function beginningOf(state: ShellState, word: Word): Beginning {
  const whole = expandValue(state, word);
  if (whole !== null) return { text: whole, tail: 'end' };
  let text = '';
  for (const part of (word.parts ?? []).flatMap(partsOf)) {
    const value = expandPart(state, word, part);
    const name = value === null ? variableOf(part) : null;
    if (name !== null) text += beginningOfVariable(state, name).text;
    if (value === null || text.length + value.length > LONGEST) break;
    text += value;
  }
  return { text, tail: 'more' };
}

export function beginningOfVariable(state: ShellState, name: string): Beginning {
  const { words = [], isApart = false } = state.listOf(name, 'value') ?? {};
  return { text: [isApart ? ' ' : '', ...words.map((word) => `${word} `)].join(''), tail: 'more' };
}

/** The variable that a word would set whose value is not known: NAME of `"$NAME=$(…)"`. */
export function assignedName(state: ShellState, word: Word): string | null {
  let text = '';
  for (const part of (word.parts ?? []).flatMap(partsOf)) {
    const value = expandPart(state, word, part);
    if (value === null || text.length > LONGEST) return null;
    text += value;
    const name = /^([A-Za-z_]\w*)\+?=/.exec(text)?.[1];
    if (name !== undefined) return name;
  }
  return null;
}
