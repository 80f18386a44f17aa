/**
 * Arrays of bash, `"$@"` among them, and its two lists of who called whom: `FUNCNAME` and `BASH_SOURCE`. Of an
 * array of which something is not known, more words follow that are not known.
 */
import type { ParameterExpansionPart, SimpleExpansionPart } from 'unbash';
import { isBash, isSetElsewhere } from './shell-dialect.ts';
import { UNKNOWN_WORDS, type Words, wordsFrom } from './shell-fields.ts';
import type { ShellState } from './shell-state.ts';

type Expansion = SimpleExpansionPart | ParameterExpansionPart;

/** The words that `"$@"`, `"${NAME[@]}"` or `"${@:2}"` comes to; null for what is no list of words. */
export function listOf(state: ShellState, part: Expansion): Words | null {
  if (part.type === 'SimpleExpansion') return part.text === '$@' ? state.positional : null;
  const { parameter, prefix, index, operation } = part;
  if (prefix !== undefined) return null;
  const isAll = parameter === '@' && index === undefined;
  const list = isAll ? state.positional : index?.text === '@' ? arrayOf(state, parameter) : null;
  if (list === null || operation === undefined) return list;
  if (operation.type !== 'Slice' || !isBash(state.dialect)) return UNKNOWN_WORDS;
  const from = numberOf(operation.offset.text);
  const length = operation.length === undefined ? Infinity : numberOf(operation.length.text);
  // `${@:0}` begins with `$0`.
  if (from === null || length === null || (isAll && from === 0)) return UNKNOWN_WORDS;
  const start = isAll ? from - 1 : from;
  if (length === Infinity) return wordsFrom(list, start);
  const words = list.words.slice(start, start + length);
  return { words, tail: words.length === length ? 'end' : list.tail };
}

/** `${NAME[2]}`, `${#NAME[@]}`; `set`: whether there is such an element. */
export function elementOf(
  state: ShellState,
  { parameter, index, prefix }: ParameterExpansionPart,
): { readonly set: 'yes' | 'no'; readonly value: string | null } {
  const isNew = !state.lists.has(parameter) && !state.variables.has(parameter);
  if (isNew && prefix === undefined && !isSetElsewhere(parameter)) return { set: 'no', value: null };
  const { words, tail } = arrayOf(state, parameter);
  if (prefix === '#' && index?.text === '@')
    return { set: 'yes', value: tail === 'end' ? String(words.length) : null };
  const at = prefix === undefined ? numberOf(index?.text ?? '') : null;
  const word = at === null ? undefined : words[at];
  if (word !== undefined) return { set: 'yes', value: word };
  return at !== null && tail === 'end' ? { set: 'no', value: '' } : { set: 'yes', value: null };
}

/** `$BASH_SOURCE` is the first of its elements. */
export function firstCaller(state: ShellState, name: string): string | null {
  return name === 'BASH_SOURCE' || name === 'FUNCNAME' ? (arrayOf(state, name).words[0] ?? null) : null;
}

function arrayOf(state: ShellState, name: string): Words {
  if (!isBash(state.dialect)) return UNKNOWN_WORDS;
  const frames = name === 'BASH_SOURCE' || name === 'FUNCNAME' ? state.frames : undefined;
  if (frames === null) return UNKNOWN_WORDS;
  if (frames !== undefined) {
    const words = frames.map(({ name: called, source }) => (name === 'FUNCNAME' ? called : source));
    return { words: name === 'FUNCNAME' && words.length === 1 ? [] : words, tail: 'end' };
  }
  return state.listOf(name, 'array') ?? UNKNOWN_WORDS;
}

function numberOf(text: string): number | null {
  return /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : null;
}
