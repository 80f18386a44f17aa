/** What a shell sees to be none of its own only when it comes to do it: it says so, and ends, whatever stands around it. */
import type { Statement, SyntaxNode } from 'unbash';
import { type Dialect, hasUnknownSubstitution } from './shell-dialect.ts';
import { placed } from './shell-place.ts';
import type { Flow } from './shell-stakes.ts';
import type { ShellState } from './shell-state.ts';
import { placeOf } from './shell-texts.ts';

type Node = Statement['command'];

interface Fault {
  /** Where the shell stands. */
  readonly node: SyntaxNode;
  /** What it says behind that place. */
  readonly message: string;
  /** The command that says so, where it is built in. */
  readonly by: string | null;
}

/** `counts`: whether the script ends with this shell. A program that ran before may be the one that the container is there for. */
export function endUnread(
  state: ShellState,
  script: { readonly step: number; readonly counts: boolean },
  fault: Fault,
): Flow {
  if (!script.counts) return 'over';
  if (state.reach === 'certain' && state.effects !== 'anything') return endRefused(state, script.step, fault);
  state.leaveOut(`that this shell ends there: ${fault.message}`);
  return 'over';
}

/** The script ends there for certain. */
export function endRefused(state: ShellState, step: number, { node, message, by }: Fault): Flow {
  const place = placeOf(state, node, by);
  const { line } = place;
  if (line === null) state.leaveOut(`that this shell ends there: ${message}`);
  else {
    // ash names the line that it has read up to; `trap` of dash names no place.
    const isPlaced = state.dialect !== 'ash' && by !== 'trap';
    const error = placed({ ...place, line: isPlaced ? line : null }, message);
    const told = place.isMuted === true ? {} : { error };
    state.execution.recording.refuse(step, { kind: 'malformed-script', line, ...told });
  }
  return 'over';
}

/** What dash and ash say of the words that are expanded whatever comes of the node; null where they take them all. */
export function substitutionFault({ dialect }: ShellState, node: Node): Fault | null {
  const message = MESSAGES[dialect];
  const at = firstDone(node).find((each) => hasUnknownSubstitution(dialect, each));
  return at === undefined || message === undefined ? null : { node: at, message, by: null };
}

const MESSAGES: Readonly<Partial<Record<Dialect, string>>> = {
  dash: 'Bad substitution',
  ash: 'syntax error: bad substitution',
};

function firstDone(node: Node): readonly SyntaxNode[] {
  switch (node.type) {
    case 'Command':
      return [node];
    case 'If':
    case 'While':
      return node.clause.commands.slice(0, 1).flatMap(({ command }) => firstDone(command));
    case 'AndOr':
      return node.commands.slice(0, 1).flatMap(firstDone);
    case 'Pipeline':
      return node.commands.length === 1 ? node.commands.flatMap(firstDone) : [];
    case 'TestCommand':
      // Of what stands behind `&&` in it only running tells.
      return /^Test(?:Unary|Binary|Not)$/.test(node.expression.type) ? [node] : [];
    case 'Case':
      return [node.word, ...(node.items[0]?.pattern.slice(0, 1) ?? [])];
    case 'For':
      return node.wordlist ?? [];
    default:
      return [];
  }
}
