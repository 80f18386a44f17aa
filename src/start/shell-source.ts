import { parse, type Statement } from 'unbash';
import { resolve } from '../rootfs/resolve.ts';
import type { ShellState } from './shell-state.ts';

/** The commands of a file that `.` reads; null when it is not there, or its text is not known. */
export function sourcedStatements(state: ShellState, path: string): readonly Statement[] | null {
  if (!path.includes('/') || (state.workingDir === null && !path.startsWith('/'))) return null;
  const walk = resolve(state.execution.rootfs, path, { from: state.workingDir ?? '/' });
  if (walk.kind !== 'found') return null;
  const { content } = walk.located.entry;
  const text = content?.kind === 'script' || content?.kind === 'other' ? content.text : null;
  if (text === null) return content?.kind === 'empty' ? [] : null;
  const script = parse(text);
  return (script.errors ?? []).length === 0 ? script.commands : null;
}
