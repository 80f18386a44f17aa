/**
 * Patterns that match no file stand for themselves (POSIX, "Pathname Expansion"). Only a single bracket is looked at,
 * which is what `CMD ['app']` becomes: not JSON, so a command of the shell.
 */
import type { Word } from 'unbash';
import { resolve } from '../../rootfs/resolve.ts';
import type { ShellState } from './shell-state.ts';

/** What a pattern of one bracket comes to where no file matches it; null for all other words. @throws {LayerNeeded} */
export function unmatchedBracket(state: ShellState, { parts }: Word): string | null {
  const [bracket, ...others] = parts ?? [];
  if (bracket?.type !== 'Glob' || bracket.kind !== 'bracket' || others.length > 0) return null;
  // zsh ends at a pattern that matches nothing.
  if (state.dialect === 'posix' || !bracket.parts?.every(isConstant)) return null;
  const characters = bracket.value.slice(1, -1);
  // A bracket does not reach over a slash.
  if (characters.includes('/')) return bracket.value;
  // Neither negated nor a range, a class, or a bracket in the bracket.
  if (/[-!^[\]\\]/.test(characters)) return null;
  return Array.from(characters).every((name) => isMissing(state, name)) ? bracket.value : null;
}

function isConstant({ type }: { readonly type: string }): boolean {
  return type === 'Literal' || type === 'SingleQuoted';
}

function isMissing({ execution, workingDir }: ShellState, name: string): boolean {
  if (workingDir === null) return false;
  return resolve(execution.rootfs, name, { from: workingDir, lastSymlink: 'stay' }).kind === 'missing';
}
