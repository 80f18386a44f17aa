/**
 * Patterns of files (POSIX, "Pathname Expansion"): `/entry.d/*.sh`. One that matches no file stands for itself, a single
 * bracket among them, which is what `CMD ['app']` becomes: not JSON, so a command of the shell.
 */
import type { Word, WordPart } from 'unbash';
import { wholePath } from '../../rootfs/path.ts';
import { resolve } from '../../rootfs/resolve.ts';
import { ANY_FILE, ANY_HERE } from '../made-files.ts';
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
/** Options that change what patterns come to. */
const OTHER_GLOBS = /\b(?:dotglob|extglob|failglob|globstar|nocaseglob|noglob)\b|\bset\s+(?:-\w+\s+)*-\w*f/;
/** What makes several words of a value without quotes. */
const SPLITS = /[\s*?[\\]/;

/** The files that a pattern matches in its last part, sorted; none where none does; null where that is not known. @throws {LayerNeeded} */
export function filesOf(
  state: ShellState,
  word: Word,
  valueOf: (part: WordPart) => string | null,
): readonly string[] | null {
  const parts = word.parts ?? [];
  const first = parts.findIndex(({ type }) => type === 'Glob');
  if (first === -1 || state.dialect === 'posix' || OTHER_GLOBS.test(state.script.text)) return null;
  let begin = '';
  for (const part of parts.slice(0, first)) {
    const value = valueOf(part);
    if (value === null || (part.type !== 'DoubleQuoted' && SPLITS.test(value))) return null;
    begin += value;
  }
  const slash = begin.lastIndexOf('/') + 1;
  const [directory, name] = [begin.slice(0, slash), begin.slice(slash)];
  const source = patternSource({ ...word, parts: parts.slice(first) }, valueOf);
  // Shells do not agree whether `.*` matches `..`.
  const isPlain = source !== null && !source.includes('/') && !SPLITS.test(begin) && !name.startsWith('.');
  if (!isPlain || slash === 0 || (state.workingDir === null && !directory.startsWith('/'))) return null;
  const names = namesIn(state, directory);
  const found = names?.filter(
    (each) => !each.startsWith('.') && matches(`${escaped(name)}${source}`, each) === true,
  );
  return found === undefined || found.length > MOST_FILES ? null : found.map((each) => directory + each);
}

/** null where the script may have changed what is in it, or may not read it. */
function namesIn(state: ShellState, directory: string): readonly string[] | null {
  const { made, workingDir } = state;
  const { rootfs, access } = state.execution;
  const walk = resolve(rootfs, directory, { from: workingDir ?? '/' });
  const places = [
    wholePath(workingDir ?? '/', directory),
    ...(walk.kind === 'found' ? [walk.located.path] : []),
  ];
  if (places.some((place) => isChangedIn(made, place))) return null;
  if (walk.kind === 'missing') return [];
  const isClosed = walk.directories.some((each) => !access.maySearch(each));
  if (walk.kind !== 'found' || isClosed || !access.mayRead(walk.located) || !state.mayGoOn(STEPS))
    return null;
  return rootfs.namesIn(walk.located.path);
}

/** Whether anything was put there or removed, or may have been. */
function isChangedIn(made: ShellState['made'], directory: string): boolean {
  if (made.has(ANY_FILE) || made.has(ANY_HERE)) return true;
  return [...made].some(
    ([path, change]) =>
      (change === 'content' || change === 'removed') &&
      (path === directory || path.startsWith(`${directory}/`) || directory.startsWith(`${path}/`)),
  );
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
