/**
 * What shells say of a script that they cannot read, and in which line, as far as that follows from where the grammar
 * is broken: dash 0.5.12, ash of busybox 1.35 and 1.37, bash 5.2. Of some faults only the beginning is known.
 */
import { forEachChild, type ParseError, type Statement, type SyntaxNode } from 'unbash';
import { type Dialect, isBash, isRefused } from './shell-dialect.ts';

export interface SyntaxFault {
  /** null where it is not known. */
  readonly message: string | null;
  /** Of the text, counted from 1; null where it is not known. */
  readonly line: number | null;
}

/** What is not where it should be, and what should be there instead; `where`: a position of the text, or behind it. */
interface Unexpected {
  readonly token: string;
  readonly expected: string | null;
  readonly where: number | 'end';
}

/** Of any script with a fault of the grammar. */
export function syntaxFault(dialect: Dialect, text: string, errors: readonly ParseError[]): SyntaxFault {
  const [error] = errors;
  if (error === undefined) return unknownFault(dialect);
  // bash says `unexpected EOF` of what is open, and `syntax error` of all else.
  const isOpen = errors.some(({ message }) => message.startsWith('unterminated')) || text.includes('<<');
  const unknown =
    isBash(dialect) && !isOpen ? { message: 'syntax error', line: null } : unknownFault(dialect);
  // What is open may be why something else is not found.
  if (errors.slice(1).some(({ message }) => message.startsWith('unterminated'))) return unknown;
  if (error.message.startsWith('unterminated')) return openFault(dialect, text, error, errors.length);
  const found = unexpectedOf(text, error);
  // The end of a here-document is one of the things that may be missing.
  if (found === null || (found.where === 'end' && text.includes('<<'))) return unknown;
  const { token, where, expected } = found;
  if (where !== 'end' && !isPlain(dialect, text, token, where)) return unknown;
  if (isBash(dialect)) {
    const message =
      where === 'end'
        ? 'syntax error: unexpected end of file'
        : `syntax error near unexpected token \`${token}'`;
    return { message, line: where === 'end' ? linesOf(text) + 1 : lineAt(text, where) };
  }
  const what = where === 'end' ? 'end of file' : `"${token}"`;
  const wanted = expected === null ? '' : ` (expecting "${expected}")`;
  return {
    message: unexpected(dialect, what, wanted),
    line: lineAt(text, where === 'end' ? text.length : where),
  };
}

/** Of a statement that other shells can read. */
export function dialectFault(dialect: Dialect, text: string, statement: Statement): SyntaxFault {
  const refused: SyntaxNode[] = [];
  const visit = (node: SyntaxNode): void => {
    if (isRefused(dialect, node)) refused.push(node);
    forEachChild(node, visit);
  };
  visit(statement);
  const faults = refused.map((node) => ({ message: faultOf(dialect, text, node), pos: node.pos }));
  const [first] = faults.toSorted((one, other) => one.pos - other.pos);
  if (first === undefined || faults.some(({ message }) => message === null)) return unknownFault(dialect);
  return { message: first.message, line: lineAt(text, first.pos) };
}

function faultOf(dialect: Dialect, text: string, { type, pos }: SyntaxNode): string | null {
  switch (type) {
    case 'ArrayValue':
      // `A+=(1 2)`: `A+=` is a word to them, and may begin a function.
      return text.slice(0, pos).endsWith('+=') ? null : unexpected(dialect, '"("', '');
    case 'ProcessSubstitution':
      // `< <(…)`: what stands behind `<` is no word.
      return unexpected(dialect, /[<>]\s*$/.test(text.slice(0, pos)) ? 'redirection' : '"("', '');
    case 'HereString':
      return unexpected(dialect, 'redirection', '');
    case 'ArithmeticFor':
      return dialect === 'dash'
        ? 'Syntax error: Bad for loop variable'
        : 'syntax error: bad for loop variable';
    default:
      return null;
  }
}

function unexpected(dialect: Dialect, what: string, wanted: string): string {
  return dialect === 'dash'
    ? `Syntax error: ${what} unexpected${wanted}`
    : `syntax error: unexpected ${what}${wanted}`;
}

/** What is always said; bash says `syntax error` of some faults, and `unexpected EOF` of others. */
export function unknownFault(dialect: Dialect): SyntaxFault {
  return { message: isBash(dialect) ? null : syntax(dialect), line: null };
}

/** What a command ends with, or a part of it. dash and ash call others words, which also a `case` may stand for. */
const ENDS = /^(?:do|done|elif|else|esac|fi|then|[})]|&&|\|\||;;|[;&|])$/;
/** `NAME (` without the other half is where shells stop, before they come to what closes the body of a function. */
const HALF = /[^\s;&|()$`<>=][ \t]*\((?![ \t]*\))/;

/** Whether shells surely stop at this word, and write it as it stands there. */
function isPlain(dialect: Dialect, text: string, token: string, where: number): boolean {
  if (/^[})]$/.test(token) && HALF.test(text.slice(0, where))) return false;
  // In the patterns of a `case` it is what follows that dash and ash stop at; a lone `;` is what all stop at before.
  if (token === ';;' && !isBash(dialect) && /\bcase\b/.test(text)) return false;
  if (/^[ \t]*;(?!;)/m.test(text.slice(0, where))) return false;
  if (ENDS.test(token)) return true;
  const [word] = /^[\w./-]+(?=[\s;]|$)/.exec(text.slice(where)) ?? [];
  return isBash(dialect) && word === token;
}

const TOKEN = /^(?:&&|\|\||;;|[;&|()]|[^\s;&|()<>'"\\$`]+(?=[\s;&|()]|$))/;
const CLOSER = /(?:^|[\s;&|()])(do|done|elif|else|esac|fi|then|;;|[})])$/;

function unexpectedOf(text: string, { message, pos }: ParseError): Unexpected | null {
  const [, named] = /^unexpected token '([^]+)'$/.exec(message) ?? [];
  if (named !== undefined) return { token: named, expected: null, where: pos };
  if (/^expected (?:command after|compound command)/.test(message)) {
    if (pos >= text.length) return { token: '', expected: null, where: 'end' };
    const [token] = TOKEN.exec(text.slice(pos)) ?? [];
    return token === undefined ? null : { token, expected: null, where: pos };
  }
  const [, wanted] = /^expected '([^']+)'(?: to close '?(?!\[\[)| after|$)/.exec(message) ?? [];
  if (wanted === undefined) return null;
  // In a `case` it depends on how far that is read.
  const expected = wanted === 'esac' ? null : wanted;
  const [, closer] = CLOSER.exec(text.slice(0, pos)) ?? [];
  const isEnd = pos >= text.length && (text.endsWith('\n') || closer === undefined);
  if (isEnd) return { token: '', expected, where: 'end' };
  return closer === undefined || pos >= text.length
    ? null
    : { token: closer, expected, where: pos - closer.length };
}

/** A quote or a substitution that nothing closes; what stands in it may be at fault before. */
function openFault(dialect: Dialect, text: string, { message, pos }: ParseError, count: number): SyntaxFault {
  const kind = /^unterminated (.*)$/.exec(message)?.[1] ?? '';
  const open = OPEN[kind];
  if (count > 1 || open === undefined) return unknownFault(dialect);
  if (open.inside.test(text.slice(pos + open.mark.length))) return unknownFault(dialect);
  const end = text.length;
  if (isBash(dialect)) {
    const line = open.mark === '$(' ? linesOf(text) + 1 : lineAt(text, pos);
    return { message: `unexpected EOF while looking for matching \`${open.closer}'`, line };
  }
  const says =
    open.mark === '$('
      ? unexpected(dialect, 'end of file', ' (expecting ")")')
      : `${syntax(dialect)}: ${open.says}`;
  return {
    message: dialect === 'ash' ? says.replace('Unterminated', 'unterminated') : says,
    line: lineAt(text, end),
  };
}

const OPEN: Readonly<Record<string, { mark: string; closer: string; says: string; inside: RegExp }>> = {
  'double quote': { mark: '"', closer: '"', says: 'Unterminated quoted string', inside: /\$[({]|`/ },
  'single quote': { mark: "'", closer: "'", says: 'Unterminated quoted string', inside: /(?!)/ },
  backtick: { mark: '`', closer: '`', says: 'EOF in backquote substitution', inside: /['"\\#]/ },
  'command substitution': { mark: '$(', closer: ')', says: '', inside: /['"`#\\({]|\bcase\b|<</ },
};

function syntax(dialect: Dialect): string {
  return dialect === 'dash' ? 'Syntax error' : 'syntax error';
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** How many lines the text has, whether the last one ends or not. */
function linesOf(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
