/**
 * How far a shell reads a script. It reads a line, and whatever belongs to the command that begins there, does it, and
 * reads on; what stands before the first fault of the grammar is done all the same.
 */
import { forEachChild, parse, type ParseError, type Statement, type SyntaxNode } from 'unbash';
import { type Dialect, grammarOf, isBash } from './shell-dialect.ts';
import { dialectFault, type SyntaxFault, syntaxFault, unknownFault } from './shell-syntax-error.ts';

export interface Readable {
  readonly statements: readonly Statement[];
  /** Why the shell reads no further; null at the end of the text. */
  readonly stop: Stop | null;
}

export interface Stop {
  /** The line in which the first command begins that is not done any more; counted from 1. */
  readonly line: number;
  /** `dialect`: other shells read it. `error`: none does, as it seems. */
  readonly because: 'dialect' | 'error';
  /** How the shell tells it; null when it is not sure that the shell refuses. */
  readonly fault: SyntaxFault | null;
}

export function readableBy(dialect: Dialect, text: string): Readable {
  const { commands, errors = [] } = parse(text);
  if (isTooDeep(commands)) return { statements: [], stop: { line: 1, because: 'error', fault: null } };
  const [error] = errors;
  const statements = error === undefined ? commands : statementsBefore(text, commands, error.pos);
  const refused = statements.find((statement) => grammarOf(dialect, statement) === 'refused');
  if (refused !== undefined) {
    // A line is read as a whole before anything of it is done.
    const start = lineStart(text, refused.pos);
    const isSure = dialect !== 'posix' && !(dialect === 'dash' && BEGINS_FUNCTION.test(text));
    const fault = isSure ? dialectFault(dialect, text, refused) : null;
    const stop = { line: lineOf(text, start), because: 'dialect', fault } as const;
    return { statements: statements.filter(({ end }) => end <= start), stop };
  }
  if (error === undefined) return { statements, stop: null };
  const line = lineOf(text, lineStart(text, firstBehind(commands, statements.at(-1)?.end ?? 0, error.pos)));
  // What is in the broken command may be what the shell stops at.
  const isMixed = commands.some((statement) => grammarOf(dialect, statement) === 'refused');
  const told = isMixed ? unknownFault(dialect) : syntaxFault(dialect, text, errors);
  const fault = isDoubtful(dialect, text, error) ? null : told;
  return { statements, stop: { line, because: 'error', fault } };
}

/** Deeper than anybody writes: everything that follows a tree goes one deeper with it. */
const MOST_DEEP = 500;

function isTooDeep(commands: readonly Statement[]): boolean {
  let level: readonly SyntaxNode[] = commands;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEEP) return true;
    const below: SyntaxNode[] = [];
    for (const node of level) forEachChild(node, (child) => void below.push(child));
    level = below;
  }
  return false;
}

/** Those on the lines before the one that is at fault: where it is noticed, or where the statement begins. */
function statementsBefore(text: string, commands: readonly Statement[], error: number): readonly Statement[] {
  const begun = commands.filter(({ pos }) => pos <= error).map(({ pos }) => pos);
  for (const fault of [error, ...begun.slice(-MAX_TRIES).toReversed()]) {
    const before = text.slice(0, lineStart(text, fault));
    const { commands: read, errors = [] } = parse(before);
    if (errors.length === 0 && !before.endsWith('\\\n')) return read;
  }
  return [];
}

const MAX_TRIES = 3;

function firstBehind(commands: readonly Statement[], end: number, error: number): number {
  return commands.find(({ pos }) => pos >= end && pos <= error)?.pos ?? error;
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

/** `function NAME {` is a command of one line to dash, and what stands on the next lines is done before any `}` is read. */
const BEGINS_FUNCTION = /(?:^|[\s;&|(){}])function[ \t]+(?=([^\s()]+))\1(?![ \t]*\()[^}\n]*$/m;

/**
 * dash and ash take any command for the body of a function. What stands in a here-document is read when the command is
 * done, and patterns behind `=~` have a grammar of their own.
 */
function isDoubtful(dialect: Dialect, text: string, { message }: ParseError): boolean {
  const isOpen = message.startsWith('unterminated');
  return (
    dialect === 'posix' ||
    /^maximum |extended glob|\]\]/.test(message) ||
    (message.includes('function body') && !isBash(dialect)) ||
    (isOpen && /<<-?[^<]/.test(text)) ||
    (dialect === 'dash' && BEGINS_FUNCTION.test(text)) ||
    /=~|\0/.test(text)
  );
}
