/** `trap`: whether it changes how the script ends, and the names of signals that a shell does not have. */
import { forEachChild, type Statement, type SyntaxNode } from 'unbash';
import { UNKNOWN } from '../execution.ts';
import type { Builtin } from './shell-builtin.ts';
import { isBuiltin } from './shell-dialect.ts';
import { isPlainTool, noteEffects } from './shell-effects.ts';
import { decidesEnd } from './shell-pass.ts';
import { evaluatedStatements } from './shell-source.ts';
import type { Flow } from './shell-stakes.ts';
import type { ShellState } from './shell-state.ts';
import { assignedBy } from './shell-assigned.ts';
import { endRefused } from './shell-unread.ts';

export function trap(state: ShellState, { all, node, weight, reading, counts }: Builtin): Flow {
  const { words: known, tail } = all.all ?? all;
  const words = known.slice(known[1] === '--' ? 2 : 1);
  const unknown = weight === 'must-succeed' ? unknownSignal(state, words.slice(1)) : null;
  if (unknown !== null && state.dialect === 'dash' && state.reach === 'certain' && counts)
    return endRefused(state, reading.by, { node, message: `trap: ${unknown}: bad trap`, by: 'trap' });
  if (unknown !== null) state.leaveOut(`whether this shell knows the signal ${unknown}`);
  if (tail === 'more' || (decidesEnd(words) && !isHarmless(state, words))) state.doubt('what its trap does');
  return 'on';
}

/** Of signals that not all shells have under that name: dash takes none with SIG, ERR is bash's, and ash's since 1.33. */
function unknownSignal({ dialect }: ShellState, signals: readonly string[]): string | null {
  if (dialect === 'bash' || dialect === 'bash-as-sh')
    return signals.find((word) => !SIGNAL.test(word)) ?? null;
  const known = dialect === 'dash' ? SIGNAL_OF_DASH : SIGNAL_OF_ASH;
  return signals.find((word) => !known.test(word)) ?? null;
}

const NAMES =
  'EXIT|HUP|INT|QUIT|ILL|TRAP|ABRT|BUS|FPE|KILL|USR1|SEGV|USR2|PIPE|ALRM|TERM|STKFLT|CHLD|CONT|STOP|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|PWR|SYS';
const SIGNAL = new RegExp(
  `^(?:(?:SIG)?(?:${NAMES}|CLD|POLL|IOT|RTM\\w+[-+\\d]*)|ERR|DEBUG|RETURN|[0-5]?\\d|6[0-4])$`,
  'i',
);
const SIGNAL_OF_ASH = new RegExp(`^(?:(?:SIG)?(?:${NAMES}|CLD|POLL|IOT)|[0-5]?\\d|6[0-4])$`, 'i');
const SIGNAL_OF_DASH = new RegExp(`^(?:${NAMES}|[0-5]?\\d|6[0-4])$`, 'i');

/** Such as `trap 'rm -f file' EXIT`: nothing in it ends the script in another way, or goes on. */
function isHarmless(state: ShellState, [action = '', ...signals]: readonly string[]): boolean {
  if (!signals.every((word) => /^(?:(?:SIG)?(?:EXIT|ERR|HUP|INT|QUIT|TERM)|0|1|2|3|15)$/i.test(word)))
    return false;
  if (action.includes(UNKNOWN) || isDefinedLater(state, action)) return false;
  const statements = evaluatedStatements(state, [action])?.statements ?? null;
  const isAtEnd = signals.every((word) => /^(?:(?:SIG)?EXIT|0)$/i.test(word));
  const isTaken = (each: Statement): boolean => isBrief(state, each) || (isAtEnd && endsNothing(state, each));
  if (statements === null || !statements.every(isTaken)) return false;
  for (const statement of statements) noteEffects(state, statement);
  return true;
}

const CHANGES =
  /^(?:\.|alias|break|builtin|cd|command|continue|declare|eval|exec|exit|export|getopts|let|local|mapfile|popd|pushd|read|readarray|readonly|return|set|shift|shopt|source|trap|typeset|unset)$/;

/** The shell, or all processes of its group. */
const KILLS_ITSELF = /^"?-?(?:\$\$|0|1)"?$/;

/** A function that its first word names is another one by then, perhaps. */
function isDefinedLater({ script, functions }: ShellState, action: string): boolean {
  const [name = ''] = action.trim().split(/[\s;]/);
  if (!/^\w+$/.test(name)) return false;
  const definitions = script.text.match(
    new RegExp(String.raw`(?:\bfunction\s+${name}\b|\b${name}\s*\(\s*\))`, 'g'),
  );
  return (definitions?.length ?? 0) > (functions.has(name) ? 1 : 0);
}

/** What may change how the shell ends that runs it, or keeps it from ending. */
const HOLDS = /^(?:\.|builtin|command|eval|exec|exit|kill|read|source|sleep|tail|trap|wait)$/;

function endsNothing(state: ShellState, node: SyntaxNode, depth = 0): boolean {
  const name = node.type === 'Command' ? node.name?.value : undefined;
  const called = name === undefined ? undefined : state.functions.get(name);
  if (name !== undefined && called === undefined && HOLDS.test(name)) return false;
  if (called !== undefined && (depth > MOST_CALLERS || !endsNothing(state, called.body, depth + 1)))
    return false;
  if (node.type === 'While' || !state.mayGoOn()) return false;
  let is = true;
  forEachChild(node, (child) => {
    is &&= endsNothing(state, child, depth);
  });
  return is;
}

/** Plain tools and what is built in, and functions of nothing else. */
function isBrief(state: ShellState, node: SyntaxNode, depth = 0): boolean {
  if (node.type === 'Assignment' || assignedBy(node) !== null) return false;
  if (node.type === 'Command' && node.name !== undefined) {
    const name = node.name.value;
    const called = state.functions.get(name);
    if (called !== undefined && (depth > MOST_CALLERS || !isBrief(state, called.body, depth + 1)))
      return false;
    if (called === undefined && !(isBuiltin(state.dialect, name) || isPlainTool(name))) return false;
    const words = node.args.map(({ text }) => text);
    if (
      CHANGES.test(name) ||
      words[0] === '-v' ||
      (name === 'kill' && words.some((word) => KILLS_ITSELF.test(word)))
    )
      return false;
  }
  let is = state.mayGoOn();
  forEachChild(node, (child) => {
    is &&= isBrief(state, child, depth);
  });
  return is;
}

/** Functions that call one another. */
const MOST_CALLERS = 4;
