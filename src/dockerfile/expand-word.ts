/**
 * Variables in a word of a Dockerfile (docs.docker.com, "Environment replacement"; BuildKit frontend/dockerfile/shell).
 * A value that only the build knew (a build argument, the ENV of a base image) becomes a {@link HOLE}, which
 * {@link fitsPattern} lets stand for any text. Patterns in `${x#p}`, `${x%p}` and `${x/p/r}` are not worked out: a hole too.
 */

/** NUL cannot be in a Dockerfile that is read here, so it stands for text that is not known. */
export const HOLE = '\0';

/** A variable's value, holes and all; null when it is certainly not set. */
export type Variables = (name: string) => string | null;

/** The word with quotes, escapes and variables worked out; null where the builder would refuse it, or far too long. */
export function expandWord(word: string, escape: string, variables: Variables): string | null {
  return readUntil({ word, at: 0, depth: 0, escape, variables }, null);
}

/** Whether a text can be the pattern with its holes filled. */
export function fitsPattern(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split(HOLE);
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  if (!text.startsWith(head) || text.length < head.length + tail.length || !text.endsWith(tail)) return false;
  let at = head.length;
  const end = text.length - tail.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** Where the `$…` at `at` ends, unexpanded; null when its brace stays open. */
export function skipSubstitution(word: string, at: number, escape: string): number | null {
  const reader: Reader = { word, at, depth: 0, escape, variables: () => HOLE };
  return readDollar(reader) === null ? null : reader.at;
}

/** `${a:-${b:-…}}` deeper than anybody writes it. */
const MAX_DEPTH = 32;

/** A value that doubles itself line by line must not fill the memory. */
const MAX_LENGTH = 65_536;

interface Reader {
  readonly word: string;
  at: number;
  depth: number;
  readonly escape: string;
  readonly variables: Variables;
}

function readUntil(reader: Reader, stop: string | null): string | null {
  let result = '';
  for (let character = peek(reader); character !== ''; character = peek(reader)) {
    if (character === stop) {
      reader.at++;
      return result;
    }
    const piece = readPiece(reader, character);
    if (piece === null || result.length > MAX_LENGTH) return null;
    result += piece;
  }
  return stop === null ? result : null;
}

function readPiece(reader: Reader, character: string): string | null {
  if (character === "'") return readSingleQuoted(reader);
  if (character === '"') return readDoubleQuoted(reader);
  if (character === '$') return readDollar(reader);
  reader.at++;
  return character === reader.escape ? take(reader) : character;
}

function readSingleQuoted(reader: Reader): string | null {
  const end = reader.word.indexOf("'", reader.at + 1);
  if (end === -1) return null;
  const result = reader.word.slice(reader.at + 1, end);
  reader.at = end + 1;
  return result;
}

function readDoubleQuoted(reader: Reader): string | null {
  reader.at++;
  let result = '';
  for (let character = peek(reader); character !== ''; character = peek(reader)) {
    if (character === '$') {
      const value = readDollar(reader);
      if (value === null || result.length > MAX_LENGTH) return null;
      result += value;
      continue;
    }
    reader.at++;
    if (character === '"') return result;
    const escapes = character === reader.escape && ['"', '$', reader.escape].includes(peek(reader));
    result += escapes ? take(reader) : character;
  }
  return null;
}

/** `$name`, `${name}` and `${name<modifier>word}`. */
function readDollar(reader: Reader): string | null {
  reader.at++;
  if (peek(reader) !== '{') {
    const name = readName(reader);
    return name === '' ? '$' : (reader.variables(name) ?? '');
  }
  reader.at++;
  const name = readName(reader);
  const value = reader.variables(name);
  const modifier = take(reader);
  if (name === '' || modifier === '' || reader.depth >= MAX_DEPTH) return null;
  return modifier === '}' ? (value ?? '') : readModified(reader, value, modifier);
}

function readModified(reader: Reader, value: string | null, modifier: string): string | null {
  const emptyCounts = modifier === ':';
  const operator = emptyCounts ? take(reader) : modifier;
  reader.depth++;
  const word = readUntil(reader, '}');
  reader.depth--;
  if (word === null) return null;
  const unset = value === null || (emptyCounts && value === '');
  if (value?.includes(HOLE) === true) return HOLE;
  if (operator === '-') return unset ? word : value;
  if (operator === '+') return unset ? '' : word;
  if (operator === '?') return unset ? null : value;
  return HOLE;
}

function readName(reader: Reader): string {
  const match = /^(?:[\p{L}_][\p{L}\p{Nd}_]*|\p{Nd}+|[@*#?$!-])/u.exec(
    reader.word.slice(reader.at, reader.at + 256),
  );
  const name = match?.[0] ?? '';
  reader.at += name.length;
  return name;
}

function peek(reader: Reader): string {
  return reader.word[reader.at] ?? '';
}

function take(reader: Reader): string {
  const character = peek(reader);
  reader.at++;
  return character;
}
