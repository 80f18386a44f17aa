/** Which command a script ends with, where another one stands behind it: as `exit $?`, `exit $rc` and `wait $!` do. */
import { parse, type Command, type Statement } from 'unbash';
import { hasCommand } from './shell-command-parts.ts';
import { decidesEnd } from './shell-pass.ts';
import type { ScriptText } from './shell-place.ts';
import { type Stakes, stakesOfStatement } from './shell-stakes.ts';

type Node = Statement['command'];

/** Nobody keeps a status for longer. */
const MAX_BETWEEN = 50;

const LEAVES = /^(?:exec|exit|return)$/;
/** All but what takes no time: a program in between may be what the container is there for. */
const NOT_BRIEF =
  /^(?!(?:|:|\[|chown|chmod|cd|echo|export|false|kill|mkdir|printf|rm|set|sleep|test|touch|trap|true|unset)$)/;

/**
 * Whether the script ends as the command before this one has ended: `exit`, `exit $?`, or `rc=$?` and, behind what leaves
 * that as it is, `exit $rc`.
 */
function endsAsBefore(statements: readonly Statement[], from: number): boolean {
  const next = statements[from]?.command;
  if (next === undefined || isExit(next, /^(?:\$\?)?$/)) return next !== undefined;
  const kept = variableOf(next, '$?');
  return kept !== null && exitsWith(statements, from + 1, kept);
}

const EXIT = parse('exit')
  .commands.map(({ command }) => command)
  .filter((command) => command.type === 'Command');

/** Of a statement with what comes behind it. */
export function stakesAt(
  { counts }: { readonly counts: boolean },
  statements: readonly Statement[],
  index: number,
  stakes: Stakes,
): Stakes {
  if (counts && endsAsBefore(statements, index + 1)) return { ...stakes, ends: 'script' };
  return stakesOfStatement(statements, index, stakes);
}

/** Whether it asks how the command before it ended. */
export function asksForStatus({ text }: ScriptText, next: Statement | undefined): boolean {
  return next !== undefined && text.slice(next.pos, next.end).includes('$?');
}

/** `a || rc=$?` is `a || exit` where `exit $rc` comes next. */
export function asExit(statements: readonly Statement[], index: number): Statement | undefined {
  const statement = statements[index];
  if (statement?.command.type !== 'AndOr') return statement;
  const { command } = statement;
  const last = command.commands.at(-1);
  const kept = command.operators.at(-1) === '||' && last !== undefined ? variableOf(last, '$?') : null;
  if (kept === null || !exitsWith(statements, index + 1, kept)) return statement;
  const commands = [...command.commands.slice(0, -1), ...EXIT];
  return { ...statement, command: { ...command, commands } };
}

function exitsWith(statements: readonly Statement[], from: number, variable: string): boolean {
  const status = valueOf(variable);
  for (const each of statements.slice(from, from + MAX_BETWEEN)) {
    if (isExit(each.command, status)) return true;
    if (hasCommand(each, LEAVES, variable)) return false;
  }
  return false;
}

/**
 * Where it is waited for the command in the background alone: by `wait $!`, or `pid=$!` and `wait $pid`. null where
 * nothing does, or a loop comes before. The last of several: a signal ends the first one.
 */
export function waitedAt(statements: readonly Statement[], from: number): number | null {
  let isLatest = true;
  let kept: string | null = null;
  let found: number | null = null;
  for (const [index, each] of statements.slice(from + 1, from + 1 + MAX_BETWEEN).entries()) {
    const awaited = waitsFor(each.command);
    const isOwn = kept !== null && valueOf(kept).test(awaited ?? '');
    if (isOwn || (isLatest && awaited === '$!')) {
      found = from + 1 + index;
      continue;
    }
    const set = isLatest ? variableOf(each.command, '$!') : null;
    if (set !== null) kept = set;
    else if (each.background === true) isLatest = false;
    else if (mayEnd(each, kept)) return found;
  }
  return found;
}

/** Whether it may not come to the next statement soon, or the variable is another one's then. */
function mayEnd({ command }: Statement, variable: string | null): boolean {
  if (command.type === 'While' || hasCommand(command, NOT_BRIEF, variable)) return true;
  const isTrap = command.type === 'Command' && command.name?.value === 'trap';
  return isTrap && decidesEnd(command.args.map(({ text }) => text));
}

function waitsFor(node: Node): string | null {
  if (node.type !== 'Command' || node.name?.value !== 'wait' || node.args.length !== 1) return null;
  return unquoted(node.args[0]);
}

/** The variable of a command that is nothing but `NAME=VALUE`. */
function variableOf(node: Node, value: string): string | null {
  if (node.type !== 'Command' || node.name !== undefined) return null;
  const [kept, ...more] = node.prefix;
  const isAssignment = kept?.type === 'Assignment' && more.length === 0;
  const isKept = isAssignment && [value, `"${value}"`].some((each) => kept.text === `${kept.name}=${each}`);
  return isKept ? kept.name : null;
}

function valueOf(variable: string): RegExp {
  return new RegExp(String.raw`^\$(?:${variable}|\{${variable}(?::-0)?\})$`);
}

function isExit(node: Node, status: RegExp): boolean {
  if (node.type !== 'Command' || node.name?.value !== 'exit' || node.args.length > 1) return false;
  return status.test(unquoted(node.args[0]));
}

function unquoted(part: Command['args'][number] | undefined): string {
  return part?.text.replace(/^"(.*)"$/, '$1') ?? '';
}
