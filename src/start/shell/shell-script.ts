/**
 * What a shell script starts for certain: it is read from top to bottom as far as its words are plain. Commands that
 * must succeed (behind `exec`, at the end, in `&&` lists, under `set -e`) are followed; what loops, conditions and
 * other programs decide is left out. Follows POSIX "Shell Command Language"; where shells differ, dash and bash.
 */
import { forEachChild, type Statement, type SyntaxNode } from 'unbash';
import type { Child, Launcher } from '../execution.ts';
import { grammarOf, isBash } from './shell-dialect.ts';
import { ShellReader } from './shell-reader.ts';
import { type Flow, type Stakes, WHOLE_SCRIPT } from './shell-stakes.ts';
import { placed } from './shell-place.ts';
import type { ShellState } from './shell-state.ts';
import type { SyntaxFault } from './shell-syntax-error.ts';
import { readableBy, type Stop } from './shell-syntax.ts';
import { wholeText } from './shell-texts.ts';

export interface ShellScript {
  readonly state: ShellState;
  /** What its startup file has done. */
  readonly before: readonly Statement[];
  readonly text: string;
  /** null behind `-c`. */
  readonly file: string | null;
  /** Step of the script, or of the shell with `-c`. */
  readonly by: number;
  readonly launcher: Launcher;
}

/** Of a script that goes on behind what is read of it. */
const BEGINNING: Stakes = { ...WHOLE_SCRIPT, ends: 'nothing' };

export function readShellScript({ state, before, text, file, by, launcher }: ShellScript): readonly Child[] {
  state.script = wholeText(state.dialect, text, file);
  const { recording } = state.execution;
  const reader = ShellReader.of(state, { by, launcher });
  const { statements, stop } = readableBy(state.dialect, text);
  // In a comment it does no harm.
  const line = /^(?![ \t]*#)[^\n]*\r\n/m.exec(withoutData(text, statements))?.[0].trimEnd() ?? null;
  const flow = readAll(reader, state, [...before, ...statements], stop === null ? WHOLE_SCRIPT : BEGINNING);
  const stops = flow === 'on' && stop !== null && state.reach === 'certain';
  // `then\r` is no keyword: without the CRs the script would be a script.
  const isCr =
    line !== null &&
    stop?.because === 'error' &&
    readableBy(state.dialect, text.replaceAll('\r\n', '\n')).stop?.because !== 'error';
  if (line !== null) {
    const certainty = isCr && stops ? 'certain' : 'possible';
    const error = isCr && stops ? tell(state, stop.fault) : {};
    recording.refuse(by, { kind: 'crlf', where: 'lines', word: line, certainty, ...error });
  }
  if (flow === 'on' && stop !== null && !(isCr && stops)) stopAt(state, by, stop);
  return reader.children;
}

/** Without the CRs in here-documents and quotes, which are handed on as they are. */
function withoutData(text: string, statements: readonly Statement[]): string {
  if (!text.includes('\r')) return text;
  const data: Pick<SyntaxNode, 'pos' | 'end'>[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'HereDoc' && node.closing !== undefined) data.push(node.body);
    else if (node.type === 'SingleQuoted' || node.type === 'DoubleQuoted') data.push(node);
    else forEachChild(node, visit);
  };
  for (const statement of statements) visit(statement);
  let [found, at] = ['', 0];
  for (const { pos, end } of data.toSorted((one, other) => one.pos - other.pos)) {
    found += text.slice(at, pos) + text.slice(pos, end).replaceAll('\r', ' ');
    at = end;
  }
  return found + text.slice(at);
}

/** A program that ran before may be the one that the container is there for. */
function stopAt(state: ShellState, by: number, { fault, line, because }: Stop): void {
  if (fault !== null && state.reach === 'certain' && state.effects !== 'anything') {
    const refusal = { kind: 'malformed-script', line, ...tell(state, fault) } as const;
    return state.execution.recording.refuse(by, refusal);
  }
  state.leaveOut(
    because === 'error'
      ? 'what it does where it is not read as a shell script here'
      : 'that this shell stops where it does not know the grammar',
  );
}

function tell(
  { dialect, zero, within, script, workingDir }: ShellState,
  fault: SyntaxFault | null,
): { readonly error?: string } {
  if (fault === null || fault.message === null) return {};
  const line = fault.line === null || script.firstLine === null ? null : script.firstLine + fault.line - 1;
  const isOption = script.file === null && isBash(dialect);
  const place = { dialect, zero: isOption ? `${zero}: -c` : zero, line, within, workingDir };
  return { error: placed(place, fault.message) };
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
