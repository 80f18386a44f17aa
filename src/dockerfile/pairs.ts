import { isBlank } from './blank.ts';
import type { Instruction } from './instruction.ts';

/** One `name` or `name=value` of ARG, ENV or LABEL, unexpanded; value is null when there is none. */
export interface Pair {
  readonly name: string;
  readonly value: string | null;
}

/** The pairs of ARG, ENV and LABEL, also in the old form `ENV name value with blanks`. */
export function pairsOf({ keyword, text }: Instruction, escape: string): readonly Pair[] {
  const words = splitQuoted(text, escape);
  const [first = ''] = words;
  if (keyword !== 'ARG' && first !== '' && !first.includes('=')) {
    const blank = text.search(/[\t\v\f\r ]/);
    return blank === -1 ? [] : [{ name: text.slice(0, blank), value: text.slice(blank).trim() }];
  }
  return words.map((word) => {
    const equals = word.indexOf('=');
    return equals === -1
      ? { name: word, value: null }
      : { name: word.slice(0, equals), value: word.slice(equals + 1) };
  });
}

/** Words split at blanks outside quotes; quotes and escapes are kept for the expansion that follows. */
function splitQuoted(text: string, escape: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote === '' && isBlank(character)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    word += character;
    if (character === escape && quote !== "'") {
      at++;
      word += text[at] ?? '';
    } else if (character === quote) quote = '';
    else if (quote === '' && /['"]/.test(character)) quote = character;
  }
  return word === '' ? words : [...words, word];
}
