/**
 * What a shell says first of a script in another language: that there is no command of the name that the first line
 * begins with (`import: not found`), or that it cannot read that line.
 */
import type { Statement } from 'unbash';
import { BUSYBOX_APPLETS } from '../programs/busybox-applets.ts';
import type { Execution } from '../execution.ts';
import { searchProgram } from '../search-path.ts';
import { type Dialect, isBash, isBuiltin } from './shell-dialect.ts';
import { lineOfCommand } from './shell-line.ts';
import { placed, type ShellPlace } from './shell-place.ts';
import { readableBy, type Stop } from './shell-syntax.ts';
import { wholeText } from './shell-texts.ts';

/** The beginning of a file, up to the end of a line, or all of it. */
export interface Beginning {
  readonly text: string;
  readonly isWhole: boolean;
}

/** null where that is not known: the first line starts something, or more than a command stands there. */
export function firstComplaint(
  execution: Execution,
  dialect: Dialect,
  path: string,
  { text, isWhole }: Beginning,
): string | null {
  if (dialect === 'posix') return null;
  const { statements, stop } = readableBy(dialect, text);
  const first = statements.find((statement) => !isAssignment(statement));
  const script = wholeText(dialect, text, path);
  const { workingDir } = execution;
  const at = { dialect, zero: path, within: dialect === 'ash' ? path : null, workingDir };
  if (first === undefined) {
    if (stop === null) return null;
    return (isWhole ? ofStop(at, stop) : null) ?? ofLine(at, stop.line, text);
  }
  const name = unknownCommand(execution, dialect, first);
  if (name === null || first.command.type !== 'Command') return null;
  const line = lineOfCommand(dialect, script, first.command);
  return placed({ ...at, line }, `${name}: ${isBash(dialect) ? 'command ' : ''}not found`);
}

function ofStop(at: Omit<ShellPlace, 'line'>, { fault, line: begins }: Stop): string | null {
  if (fault?.message == null) return null;
  // Something else may be at fault where several lines are one command.
  const isThere = fault.line === null || fault.line === begins;
  return isThere ? placed({ ...at, line: fault.line }, fault.message) : null;
}

/** Two words or more (`NAME (` begins a function), each without anything that means something to a shell. */
const WORDS_BEFORE = /^[ \t]*([^\s'"`$&|;<>(){}#\\!*?[\]]+(?:[ \t]+[^\s'"`$&|;<>(){}#\\]+)+[ \t]*)\(/;
const KEYWORD = /^(?:case|coproc|do|done|elif|else|esac|fi|for|function|if|select|then|time|until|while)\b/;

/** `const x = require('x')`: no shell goes on behind it, whatever follows. */
function ofLine(at: Omit<ShellPlace, 'line'>, line: number, text: string): string | null {
  const [, words = ''] = WORDS_BEFORE.exec(text.split('\n')[line - 1] ?? '') ?? [];
  if (words === '' || KEYWORD.test(words) || words.endsWith('=')) return null;
  switch (at.dialect) {
    case 'dash':
      return placed({ ...at, line }, 'Syntax error: "(" unexpected');
    case 'ash':
      return placed({ ...at, line }, 'syntax error: unexpected "("');
    default:
      return placed({ ...at, line }, "syntax error near unexpected token `('");
  }
}

/** `X=1`, of which nothing is said. */
function isAssignment({ command }: Statement): boolean {
  if (command.type !== 'Command' || command.name !== undefined || command.redirects.length > 0) return false;
  return command.prefix.every((each) => each.type === 'Assignment' && /^\w+=[^$`(]*$/.test(each.text));
}

/** Of a plain command that no file, function or builtin has; its words start nothing either. */
function unknownCommand(
  execution: Execution,
  dialect: Dialect,
  { command, background }: Statement,
): string | null {
  if (command.type !== 'Command' || background === true || command.name === undefined) return null;
  const { name, prefix, redirects, args } = command;
  const isPlain =
    prefix.length === 0 && redirects.length === 0 && !/[$`]/.test(args.map(({ text }) => text).join());
  const { value, text } = name;
  if (!isPlain || /[/$`*?[~{]/.test(text) || !/^[ -~]+$/.test(value) || isBuiltin(dialect, value))
    return null;
  if (dialect === 'ash' && BUSYBOX_APPLETS.has(value)) return null;
  const found = searchProgram(execution, value, isBash(dialect) ? 'first-file' : 'shellexec');
  const isAbsent = found.kind === 'refused' && found.refusal.kind === 'not-in-path';
  return isAbsent && found.refusal.passedOver.length === 0 ? value : null;
}
