/** Fields of words (POSIX, "Field Splitting"), and lists of them of which something is not known. */
import { knownWords, type Tail, UNKNOWN } from '../execution.ts';

export interface Words {
  readonly words: readonly string[];
  /** `more`: further words follow that are not known. */
  readonly tail: Tail;
  /** The same, where single words of which something is not known stand among others: with UNKNOWN in their place. */
  readonly all?: { readonly words: readonly string[]; readonly tail: Tail };
}

/** The words of an array, or the fields that the value of another variable begins with. */
export interface List extends Words {
  readonly kind: 'array' | 'value';
  /** The value begins with a blank, which ends what stands before it in a word. */
  readonly isApart?: boolean;
}

export const NO_WORDS: Words = { words: [], tail: 'end' };
export const UNKNOWN_WORDS: Words = { words: [], tail: 'more' };

/** `words`: with UNKNOWN where something is not known. */
export function wordsOf(words: readonly string[], tail: Tail): Words {
  const known = knownWords(words, tail);
  return known.words === words ? known : { ...known, all: { words, tail } };
}

/** Without the first ones. */
export function wordsFrom({ words, tail, all }: Words, start: number): Words {
  return all === undefined ? { words: words.slice(start), tail } : wordsOf(all.words.slice(start), all.tail);
}

/** One list behind the other, as far as the first is known to its end. */
export function joinedWords(one: Words, other: Words): Words {
  const [{ words, tail }, { words: more, tail: end }] = [one.all ?? one, other.all ?? other];
  return tail === 'more' ? one : wordsOf([...words, ...more], end);
}

/** Those that both begin with, and perhaps others behind them. */
export function commonWords(one: Words, other: Words): Words {
  const differing = one.words.findIndex((word, index) => word !== other.words[index]);
  const words = differing === -1 ? one.words : one.words.slice(0, differing);
  const isWhole = words.length === one.words.length && words.length === other.words.length;
  return { words, tail: isWhole && one.tail === other.tail ? one.tail : 'more' };
}

/** More of a value that is not known to its end are not kept: they may grow with every line. */
const MOST_FIELDS = 256;

/** The fields of an unquoted value, up to one that files may stand for. `more`: the value goes on. */
export function fieldsIn(value: string, tail: Tail): List {
  const isApart = /^[ \t\n]/.test(value);
  const words = value.split(/[ \t\n]+/).filter((word) => word !== '');
  const isCut = tail === 'more' && !/[ \t\n]$/.test(value);
  const whole = isCut ? words.slice(0, -1) : words;
  const end = whole.findIndex((word, index) => index === MOST_FIELDS || /[*?[\\]/.test(word));
  const known = end === -1 ? { words: whole, tail } : { words: whole.slice(0, end), tail: 'more' as const };
  return { kind: 'value', isApart, ...known };
}

/** A piece of a word. Unquoted values are split into fields; `break` is a border between the words of `"$@"`. */
export interface Piece {
  readonly text: string;
  readonly kind: 'literal' | 'value' | 'break';
}

export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly tail: Tail;
}

export function literal(text: string): Pieces {
  return { pieces: [{ text, kind: 'literal' }], tail: 'end' };
}

/** The beginning of an unquoted value. */
export function fieldPieces(list: List): Pieces {
  const { pieces, tail } = allWords(list, 'value');
  return { pieces: list.isApart === true ? [{ text: '', kind: 'break' }, ...pieces] : pieces, tail };
}

/** A word of which nothing is known but that it is one. */
export const UNKNOWN_PIECE: Piece = { text: UNKNOWN, kind: 'literal' };

/** More words, and longer ones, are not expanded: they may double with every line. */
const MOST_PIECES = 8_192;
const LONGEST_WORD = 1024 * 1024;

export function isTooMuch(pieces: readonly Piece[]): boolean {
  return pieces.length > MOST_PIECES || pieces.reduce((sum, { text }) => sum + text.length, 0) > LONGEST_WORD;
}

/** All words of a list; quoted ones (`literal`) stay single words, whatever they are. */
export function allWords(list: Words, kind: 'literal' | 'value'): Pieces {
  const { words, tail } = kind === 'literal' ? (list.all ?? list) : list;
  const pieces = words.flatMap((text, index): Piece[] =>
    index === 0
      ? [{ text, kind }]
      : [
          { text: '', kind: 'break' },
          { text, kind },
        ],
  );
  const border: readonly Piece[] = tail === 'more' && pieces.length > 0 ? [{ text: '', kind: 'break' }] : [];
  return { pieces: [...pieces, ...border], tail };
}

export function fieldsOf(pieces: readonly Piece[]): string[] {
  const fields: string[] = [];
  let field: string | null = null;
  const end = () => {
    if (field !== null) fields.push(field);
    field = null;
  };
  for (const { text, kind } of pieces) {
    if (kind === 'break') end();
    else if (kind === 'literal') field = (field ?? '') + text;
    else {
      for (const part of text.split(/([ \t\n]+)/)) {
        if (/^[ \t\n]+$/.test(part)) end();
        else if (part !== '') field = (field ?? '') + part;
      }
    }
  }
  end();
  return fields;
}
