/**
 * Words of a shell command as the shell expands them (POSIX, "Word Expansions"): quotes, parameters, fields. A word
 * that depends on the file system (globs, `~`), on other commands or on arithmetic is not known.
 */
import {
  type DoubleQuotedChild,
  forEachChild,
  type ParameterExpansionPart,
  type SyntaxNode,
  type Word,
  type WordPart,
} from 'unbash';
import { assignedBy } from './shell-assigned.ts';
import { isBash, isSetElsewhere } from './shell-dialect.ts';
import { filesOf, unmatchedBracket } from './shell-globs.ts';
import { elementOf, firstCaller, listOf } from './shell-lists.ts';
import { outputOf } from './shell-output.ts';
import { patternSource, withoutMatch } from './shell-patterns.ts';
import { UNKNOWN } from '../execution.ts';
import {
  allWords,
  fieldPieces,
  fieldsOf,
  isTooMuch,
  literal,
  type Pieces,
  type Piece,
  UNKNOWN_PIECE,
  type Words,
  wordsOf,
} from './shell-fields.ts';
import type { ShellState } from './shell-state.ts';
import { statusOf } from './startable.ts';

/** Each further one of a command costs a part of a step. */
const MANY_WORDS = 64;

/** The fields of all words, up to the first one that may be several. */
export function expandWords(state: ShellState, words: readonly Word[]): Words {
  const expanded: string[] = [];
  for (const [index, word] of words.entries()) {
    const fields = expandWord(state, word);
    for (const field of fields?.words ?? []) expanded.push(field);
    const isMany = expanded.length > MANY_WORDS && !state.mayGoOn((fields?.words.length ?? 0) / MANY_WORDS);
    if (fields !== null && fields.tail === 'end' && !isMany) continue;
    // The words behind it are expanded too: `${NAME:=word}` may set variables.
    for (const unread of words.slice(index)) forgetAssigned(state, unread);
    return wordsOf(expanded, 'more');
  }
  return wordsOf(expanded, 'end');
}

function forgetAssigned(state: ShellState, node: SyntaxNode): void {
  if (node.type === 'CommandExpansion' || node.type === 'ProcessSubstitution') return;
  const assigned = assignedBy(node);
  if (assigned !== null) state.set(assigned, null);
  forEachChild(node, (child) => forgetAssigned(state, child));
}

/** One word without splitting, as in an assignment; null when it is not known. */
export function expandValue(state: ShellState, word: Word): string | null {
  const pieces = piecesOf(state, word);
  if (pieces === null || pieces.tail === 'more') {
    forgetAssigned(state, word);
    return null;
  }
  const value = pieces.pieces.map(({ text, kind }) => (kind === 'break' ? ' ' : text)).join('');
  return value.includes(UNKNOWN) ? null : value;
}

/** A part of a word by itself, without splitting. */
export function expandPart(state: ShellState, word: Word, part: WordPart): string | null {
  return expandValue(state, { ...word, text: part.text, parts: [part] });
}

/** Those in double quotes included. */
export function partsOf(part: WordPart): readonly WordPart[] {
  return part.type === 'DoubleQuoted' ? part.parts : [part];
}

/** NAME of `$NAME` and `${NAME}`. */
export function variableOf(part: WordPart): string | null {
  return /^\$\{?([A-Za-z_]\w*)\}?$/.exec(part.text)?.[1] ?? null;
}

function expandWord(state: ShellState, word: Word): Pick<Words, 'words' | 'tail'> | null {
  const bracket = unmatchedBracket(state, word);
  if (bracket !== null) return { words: [bracket], tail: 'end' };
  const files = word.parts?.some(({ type }) => type === 'Glob') === true ? matchedBy(state, word) : null;
  if (files !== null) return { words: files, tail: 'end' };
  const found = piecesOf(state, word);
  if (found === null) return null;
  if (found.pieces.some(({ kind, text }) => kind === 'value' && /[*?[\\]/.test(text))) return null;
  if (state.variables.has('IFS') && found.pieces.some(({ kind }) => kind === 'value')) return null;
  return { words: fieldsOf(found.pieces), tail: found.tail };
}

/** Of a pattern that stands for itself it is not known whether others bring what it matches, but where that is asked. */
function matchedBy(state: ShellState, word: Word): readonly string[] | null {
  const files = filesOf(state, word, (part) => expandPart(state, word, part));
  return files?.length === 0 ? null : files;
}

/** As the image is published: a pattern that no file matches stands for itself, or for nothing with bash's nullglob. */
export function unmatchedPattern(state: ShellState, word: Word): readonly string[] | null {
  if (filesOf(state, word, (part) => expandPart(state, word, part))?.length !== 0) return null;
  const { text } = state.script;
  if (isBash(state.dialect) && text.includes('nullglob')) return /\bshopt\s+-u\b/.test(text) ? null : [];
  const values = (word.parts ?? []).map((part) =>
    part.type === 'Glob' ? part.text : expandPart(state, word, part),
  );
  return [values.join('')];
}

function piecesOf(state: ShellState, word: Word): Pieces | null {
  if (word.text.startsWith('~')) return null;
  if (word.parts === undefined) return { pieces: [{ text: word.value, kind: 'literal' }], tail: 'end' };
  const pieces: Piece[] = [];
  for (const part of word.parts) {
    const found = partPieces(state, part);
    if (found === null) return null;
    // What stands before it, and perhaps goes on in it, is no whole word.
    if (found.tail === 'more' && found.pieces.length === 0 && pieces.length > 0) return null;
    for (const piece of found.pieces) pieces.push(piece);
    if (isTooMuch(pieces)) return null;
    if (found.tail === 'more') return { pieces, tail: 'more' };
  }
  return { pieces, tail: 'end' };
}

function partPieces(state: ShellState, part: WordPart): Pieces | null {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
      return literal(part.value);
    case 'AnsiCQuoted':
      return state.dialect === 'dash' || state.dialect === 'posix' ? null : literal(part.value);
    case 'DoubleQuoted':
      return quotedPieces(state, part.parts);
    case 'SimpleExpansion':
    case 'ParameterExpansion':
    case 'CommandExpansion':
    case 'ArithmeticExpansion': {
      const list = listIn(state, part);
      if (list !== null) return allWords(list, 'value');
      const value = valueOf(state, part);
      if (value !== null) return { pieces: [{ text: value, kind: 'value' }], tail: 'end' };
      const begun = state.listOf(variableOf(part) ?? '', 'value');
      return begun === null ? null : fieldPieces(begun);
    }
    default:
      return null;
  }
}

function quotedPieces(state: ShellState, parts: readonly DoubleQuotedChild[]): Pieces | null {
  // `"$@"` without any words is no word at all; `""` is an empty one.
  const onlyAll = parts.length === 1 && parts.every((part) => listIn(state, part) !== null);
  const pieces: Piece[] = onlyAll ? [] : [{ text: '', kind: 'literal' }];
  for (const part of parts) {
    const list = listIn(state, part);
    if (part.type === 'Literal') pieces.push({ text: part.value, kind: 'literal' });
    else if (list !== null) {
      const all = allWords(list, 'literal');
      if (all.tail === 'more' && all.pieces.length === 0 && !onlyAll) return null;
      for (const piece of all.pieces) pieces.push(piece);
      if (isTooMuch(pieces)) return null;
      if (all.tail === 'more') return { pieces, tail: 'more' };
    } else {
      const value = valueOf(state, part);
      if (value === null) forgetAssigned(state, part);
      pieces.push(value === null ? UNKNOWN_PIECE : { text: value, kind: 'literal' });
    }
  }
  return { pieces, tail: 'end' };
}

/** `$((1024 * $(NAME)))`: what comes to nothing in it. */
function askWithin(state: ShellState, node: SyntaxNode): void {
  if (node.type !== 'ArithmeticCommandExpansion')
    return forEachChild(node, (child) => askWithin(state, child));
  const { text, pos, end, script } = node; // A copy would be without its script, which it only makes when it is asked.
  valueOf(state, { type: 'CommandExpansion', text, pos, end, script });
}

function listIn(state: ShellState, part: WordPart): Words | null {
  return part.type === 'SimpleExpansion' || part.type === 'ParameterExpansion' ? listOf(state, part) : null;
}

function valueOf(state: ShellState, part: WordPart): string | null {
  switch (part.type) {
    case 'SimpleExpansion':
      return demanded(state, part.text.slice(1));
    case 'ParameterExpansion':
      return operationOf(state, part);
    case 'CommandExpansion':
      return outputOf(state, part, ({ name, args }) =>
        expandWords(state.fork(), [
          ...(name === undefined ? [] : [name]),
          ...args.filter((each) => each.type === 'Word'),
        ]),
      );
    case 'ArithmeticExpansion':
      askWithin(state, part);
      return null;
    default:
      return null;
  }
}

interface Parameter {
  readonly set: 'yes' | 'no';
  readonly value: string | null;
}

function parameterOf(state: ShellState, name: string): Parameter {
  const { words, tail, all = state.positional } = state.positional;
  if (name === '0') return { set: 'yes', value: state.zero };
  // All words in one, with the first character of IFS between them.
  if (name === '*' && tail === 'end' && words.length > 0 && !state.variables.has('IFS'))
    return { set: 'yes', value: words.join(' ') };
  if (name === '?' && state.failed !== null) {
    state.blamed.push(state.failed);
    return { set: 'yes', value: statusOf(state.failed) };
  }
  if (name === '#') return { set: 'yes', value: all.tail === 'end' ? String(all.words.length) : null };
  if (/^[1-9]\d*$/.test(name)) {
    const word = all.words[Number(name) - 1];
    if (word !== undefined) return { set: 'yes', value: word.includes(UNKNOWN) ? null : word };
    return all.tail === 'end' ? { set: 'no', value: '' } : { set: 'yes', value: null };
  }
  if (!/^[A-Za-z_]\w*$/.test(name)) return { set: 'yes', value: null };
  const kept = state.kept.get(name);
  if (kept !== undefined) state.blamed.push(kept);
  if (state.variables.has(name)) return { set: 'yes', value: state.get(name) };
  // Of bash alone, and nobody sets it for a container.
  if (name === 'OSTYPE' && !isBash(state.dialect)) return { set: 'no', value: '' };
  return isSetElsewhere(name)
    ? { set: 'yes', value: firstCaller(state, name) }
    : { set: 'no', value: state.nounset === 'on' ? null : state.published.unsetVariable() };
}

/** The value where a variable that is not set may end the script. */
function demanded(state: ShellState, name: string): string | null {
  const { set, value } = parameterOf(state, name);
  if (set === 'no' && state.nounset === 'on')
    state.leaveOut(`whether $${name} is set, without which set -u ends it`);
  return value;
}

function operationOf(state: ShellState, part: ParameterExpansionPart): string | null {
  const { operation, index, prefix } = part;
  if (prefix === '!') return indirect(state, part);
  const { set, value } = index === undefined ? parameterOf(state, part.parameter) : elementOf(state, part);
  if (prefix === '#') return index !== undefined || value === null ? value : String(value.length);
  if (operation === undefined) return index === undefined ? demanded(state, part.parameter) : value;
  switch (operation.type) {
    case 'Default': {
      const { operator } = operation;
      const isMissing = set === 'no' || (operator.startsWith(':') && value === '');
      if (value === null && set === 'yes') return null;
      if (operator.endsWith('+')) return isMissing ? '' : expandValue(state, operation.operand);
      if (!isMissing) return value;
      if (operator.endsWith('?')) {
        state.leaveOut(`whether $${part.parameter} is set, without which it ends`);
        return null;
      }
      const substitute = expandValue(state, operation.operand);
      if (operator.endsWith('=')) state.set(part.parameter, substitute);
      return substitute;
    }
    case 'Remove': {
      const { operand, operator } = operation;
      const source = patternSource(operand, (each) => expandPart(state, operand, each));
      return source === null || value === null ? null : withoutMatch(source, value, operator);
    }
    case 'Slice': {
      const from = /^\s*(\d+)$/.exec(operation.offset.text)?.[1];
      const length = operation.length === undefined ? 'all' : /^\d+$/.exec(operation.length.text)?.[0];
      // Where other characters end is for the locale to say.
      if (from === undefined || length === undefined || value === null || /[^ -~]/.test(value)) return null;
      return value.slice(Number(from), length === 'all' ? undefined : Number(from) + Number(length));
    }
    default:
      return null;
  }
}

/** `${!NAME}` of bash: the variable whose name NAME has. */
function indirect(state: ShellState, part: ParameterExpansionPart): string | null {
  const { operation, index, parameter } = part;
  const isPlain = operation === undefined || operation.type === 'Default';
  if (!isPlain || index !== undefined || !state.dialect.startsWith('bash')) return null;
  const { value } = parameterOf(state, parameter);
  if (value === null || !/^[A-Za-z_]\w*$/.test(value)) return null;
  return operationOf(state, { ...part, parameter: value, prefix: undefined });
}
