/** Which commands only ask something: whether what stands behind `&&` is reached is not known then. Others are taken to succeed. */
import type { Statement } from 'unbash';
import { isBuiltin } from './shell-dialect.ts';
import { isPlainTool } from './shell-effects.ts';
import { asStatement, branchesOf, hasCommand, hasPart } from './shell-command-parts.ts';
import { evaluatedStatements, sourcedStatements } from './shell-source.ts';
import type { ShellState } from './shell-state.ts';
import { expandWords } from './shell-words.ts';

type Node = Statement['command'];

const CONDITIONS: ReadonlySet<string> = new Set([
  '[',
  'test',
  '',
  'cd',
  'command',
  'compgen',
  'getopts',
  'kill',
  'let',
  'local',
  'read',
  'shift',
  'unalias',
  'unset',
  'wait',
  'type',
  'hash',
  'which',
  'grep',
  'id',
  'getent',
  'false',
]);

/** How deep functions that end with others are followed. */
const MOST_CALLERS = 8;

/** `fails`: whether a command surely cannot be started. */
export function isAsking(state: ShellState, node: Node, fails: (node: Node) => boolean, depth = 0): boolean {
  if (node.type !== 'Command') return true;
  if (node.name === undefined) return node.prefix.some((part) => hasPart(part, ['CommandExpansion']));
  const { words } = expandWords(state, [node.name, ...node.args.filter((part) => part.type === 'Word')]);
  const statements = broughtBy(state, words);
  if (statements === 'unknown') return true;
  if (words[0] === 'shift' && canShift(state, words[1])) return false;
  if (statements === null) return CONDITIONS.has(words[0] ?? '') && words.join(' ') !== 'hash -r';
  if (depth > MOST_CALLERS || !state.mayGoOn()) return true;
  if (statements.some((each) => hasCommand(each, /^(?:exit|return)$/))) return true;
  return endsAsking(state, statements, (last) => fails(last) || isAsking(state, last, fails, depth + 1));
}

/** A program of its own mind: whether it ends well is not known where nothing hangs on it. */
export function isOpenEnded(state: ShellState, node: Node): boolean {
  if (node.type !== 'Command' || node.name === undefined) return false;
  const { words } = expandWords(state, [node.name]);
  const [name] = words;
  if (name === undefined || isBuiltin(state.dialect, name) || state.functions.has(name)) return false;
  return !isPlainTool(name);
}

function canShift({ positional }: ShellState, count = '1'): boolean {
  return /^\d+$/.test(count) && Number(count) <= positional.words.length;
}

/** The commands of a function, of a file or of words; null for a command that stands for itself. */
function broughtBy(
  state: ShellState,
  [name = '', ...args]: readonly string[],
): readonly Statement[] | 'unknown' | null {
  const called = state.functions.get(name);
  if (called !== undefined) {
    const { body, certainty } = called;
    if (certainty === 'possible') return 'unknown';
    return body.type === 'CompoundList' ? body.commands : [asStatement(body)];
  }
  if (name === 'eval') return evaluatedStatements(state, args)?.statements ?? 'unknown';
  const isSource = name === '.' || name === 'source';
  return isSource ? (sourcedStatements(state, args[0] ?? '')?.statements ?? 'unknown') : null;
}

function endsAsking(
  state: ShellState,
  statements: readonly Statement[],
  asks: (last: Node) => boolean,
): boolean {
  const last = statements.at(-1)?.command;
  if (last === undefined) return false;
  switch (last.type) {
    case 'Function':
      return false;
    case 'If':
    case 'Case':
      return branchesOf(last).some((branch) => endsAsking(state, branch, asks));
    case 'BraceGroup':
      return endsAsking(state, last.body.commands, asks);
    default:
      return asks(last);
  }
}
