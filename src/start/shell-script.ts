/**
 * What a shell script starts for certain: it is read from top to bottom as far as its words are plain. Commands that
 * must succeed (behind `exec`, at the end, in `&&` lists, under `set -e`) are followed; what loops, conditions and
 * other programs decide is left out. Follows POSIX "Shell Command Language"; where shells differ, dash and bash.
 */
import { parse, type Statement } from 'unbash';
import type { Child, Launcher } from './execution.ts';
import type { Flow } from './shell-builtins.ts';
import { grammarOf } from './shell-dialect.ts';
import { ShellReader } from './shell-reader.ts';
import { type Stakes, WHOLE_SCRIPT } from './shell-stakes.ts';
import type { ShellState } from './shell-state.ts';

export interface ShellScript {
  readonly state: ShellState;
  readonly text: string;
  /** Step of the script, or of the shell with `-c`. */
  readonly by: number;
  readonly launcher: Launcher;
}

/** Of a script that goes on behind what is read of it. */
const BEGINNING: Stakes = { ...WHOLE_SCRIPT, ends: 'nothing' };

export function readShellScript({ state, text, by, launcher }: ShellScript): readonly Child[] {
  const { recording } = state.execution;
  const reader = ShellReader.of(state, { by, launcher });
  const line = text.includes('\r\n') ? (/^[^\n]*\r\n/m.exec(text)?.[0].trimEnd() ?? '') : null;
  const { statements, stop } = readableBy(state, text);
  const flow = readAll(reader, state, statements, stop === 'end' ? WHOLE_SCRIPT : BEGINNING);
  const stops = flow === 'on' && stop !== 'end' && state.reach === 'certain';
  // `then\r` is no keyword: without the CRs the script would be a script.
  const isCr =
    line !== null && stop === 'error' && readableBy(state, text.replaceAll('\r\n', '\n')).stop !== 'error';
  if (line !== null) {
    const certainty = isCr && stops ? 'certain' : 'possible';
    recording.refuse(by, { kind: 'crlf', where: 'lines', word: line, certainty });
  }
  if (flow === 'on' && stop === 'error' && !(isCr && stops))
    state.leaveOut('what it does where it is not read as a shell script here');
  if (flow === 'on' && stop === 'grammar')
    state.leaveOut('that this shell stops where it does not know the grammar');
  return reader.children;
}

interface Readable {
  readonly statements: readonly Statement[];
  /** Why the shell reads no further; `error`: perhaps it does, and only the parser here does not. */
  readonly stop: 'end' | 'grammar' | 'error';
}

function readableBy({ dialect }: ShellState, text: string): Readable {
  const { commands, errors = [] } = parse(text);
  const [error] = errors;
  const statements = error === undefined ? commands : statementsBefore(text, commands, error.pos);
  const refused = statements.find((statement) => grammarOf(dialect, statement) === 'refused');
  if (refused === undefined) return { statements, stop: error === undefined ? 'end' : 'error' };
  // A line is read as a whole before anything of it is done.
  const line = lineStart(text, refused.pos);
  return { statements: statements.filter(({ end }) => end <= line), stop: 'grammar' };
}

/** Those on the lines before the one that is at fault: where it is noticed, or where the statement begins. */
function statementsBefore(text: string, commands: readonly Statement[], error: number): readonly Statement[] {
  const begun = commands.filter(({ pos }) => pos <= error).map(({ pos }) => pos);
  for (const fault of [error, ...begun.slice(-MAX_TRIES).toReversed()]) {
    const { commands: before, errors = [] } = parse(text.slice(0, lineStart(text, fault)));
    if (errors.length === 0) return before;
  }
  return [];
}

const MAX_TRIES = 3;

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

function readAll(
  reader: ShellReader,
  state: ShellState,
  statements: readonly Statement[],
  stakes: Stakes,
): Flow {
  const doubtful = statements.findIndex((statement) => grammarOf(state.dialect, statement) === 'doubtful');
  if (doubtful === -1) return reader.read(statements, stakes);
  const flow = reader.read(statements.slice(0, doubtful), BEGINNING);
  if (flow !== 'on') return flow;
  state.doubt('what this shell makes of grammar that not all shells have');
  return reader.read(statements.slice(doubtful), stakes);
}
