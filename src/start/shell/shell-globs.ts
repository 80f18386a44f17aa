/**
 * Patterns of files (POSIX, "Pathname Expansion"): `/entry.d/*.sh`. One that matches no file stands for itself, a single
 * bracket among them, which is what `CMD ['app']` becomes: not JSON, so a command of the shell.
 */
import type { Word, WordPart } from 'unbash';
import { wholePath } from '../../rootfs/path.ts';
import { resolve } from '../../rootfs/resolve.ts';
import { isChanged } from '../made-files.ts';
import { escaped, matches, patternSource } from './shell-patterns.ts';
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

/** To look through all files takes as long as so many commands. */
const STEPS = 100;
const MOST_FILES = 64;
/** Options of bash that change what patterns come to. */
const OTHER_GLOBS = /\b(?:dotglob|extglob|failglob|globstar|nocaseglob|noglob)\b/;

/** The files that a pattern matches in its last part, sorted; none where none does; null where that is not known. @throws {LayerNeeded} */
export function filesOf(
  state: ShellState,
  word: Word,
  valueOf: (part: WordPart) => string | null,
): readonly string[] | null {
  const parts = word.parts ?? [];
  const first = parts.findIndex(({ type }) => type === 'Glob');
  const before = parts.slice(0, first).map(valueOf);
  if (first === -1 || state.dialect === 'posix' || before.includes(null)) return null;
  const begin = before.join('');
  const slash = begin.lastIndexOf('/') + 1;
  const directory = begin.slice(0, slash);
  const rest = { ...word, parts: parts.slice(first) };
  const source = patternSource(rest, valueOf);
  const isOwn = slash > 0 && source !== null && !source.includes('/') && !/[*?[\\]/.test(begin);
  const { rootfs } = state.execution;
  if (
    !isOwn ||
    (state.workingDir === null && !directory.startsWith('/')) ||
    OTHER_GLOBS.test(state.script.text)
  )
    return null;
  const walk = resolve(rootfs, directory, { from: state.workingDir ?? '/' });
  if (walk.kind === 'missing') return [];
  if (walk.kind !== 'found' || isChanged(state.made, wholePath(state.workingDir ?? '/', directory)))
    return null;
  if (!state.mayGoOn(STEPS)) return null;
  const whole = `${escaped(begin.slice(slash))}${source}`;
  const names = rootfs
    .namesIn(walk.located.path)
    .filter(
      (name) => name.startsWith('.') === begin.slice(slash).startsWith('.') && matches(whole, name) === true,
    );
  return names.length > MOST_FILES ? null : names.map((name) => directory + name);
}

function isConstant(part: WordPart): boolean {
  const { type } = part;
  return (
    type === 'Literal' || type === 'SingleQuoted' || (type === 'DoubleQuoted' && part.parts.every(isConstant))
  );
}

function isMissing({ execution, workingDir }: ShellState, name: string): boolean {
  if (workingDir === null) return false;
  return resolve(execution.rootfs, name, { from: workingDir, lastSymlink: 'stay' }).kind === 'missing';
}
