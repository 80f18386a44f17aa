/**
 * What a shell script starts for certain: it is read from top to bottom as far as its words are plain. Commands that
 * must succeed (behind `exec`, at the end, in `&&` lists, under `set -e`) are followed; what loops, conditions and
 * other programs decide is left out. Follows POSIX "Shell Command Language"; where shells differ, dash and bash.
 */
import { parse } from 'unbash';
import type { Child, Launcher } from './execution.ts';
import { ShellReader } from './shell-reader.ts';
import type { ShellState } from './shell-state.ts';

export interface ShellScript {
  readonly state: ShellState;
  readonly text: string;
  /** Step of the script, or of the shell with `-c`. */
  readonly by: number;
  readonly launcher: Launcher;
}

export function readShellScript({ state, text, by, launcher }: ShellScript): readonly Child[] {
  const { recording } = state.execution;
  const script = parse(text);
  const line = text.includes('\r\n') ? (/^[^\n]*\r\n/m.exec(text)?.[0].trimEnd() ?? '') : null;
  if (script.errors !== undefined && script.errors.length > 0) {
    // `then\r` is no keyword: without the CRs the script would be a script.
    const isRight = line !== null && (parse(text.replaceAll('\r\n', '\n')).errors ?? []).length === 0;
    if (isRight) recording.refuse(by, { kind: 'crlf', where: 'lines', word: line, certainty: 'certain' });
    else recording.leaveOut(`what ${state.zero} does: it is not read as a shell script here`);
    return [];
  }
  if (line !== null)
    recording.refuse(by, { kind: 'crlf', where: 'lines', word: line, certainty: 'possible' });
  const reader = new ShellReader(state, { by, launcher });
  reader.read(script.commands);
  return reader.children;
}
