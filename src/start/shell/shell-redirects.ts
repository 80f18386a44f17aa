/** Redirections: a command whose file cannot be opened is not run, and `exec` then ends the script. */
import type { Command, Redirect, Redirection, Statement, SyntaxNode } from 'unbash';
import { baseOf, parentOf, wholePath } from '../../rootfs/path.ts';
import { resolve } from '../../rootfs/resolve.ts';
import { isChanged } from '../made-files.ts';
import { isShell } from './shell-dialect.ts';
import type { ShellState } from './shell-state.ts';
import { expandValue } from './shell-words.ts';

const READS: ReadonlySet<string> = new Set(['<', '<>']);
const WRITES: ReadonlySet<string> = new Set(['>', '>>', '>|', '&>', '&>>']);

/** The first file that the image does not let the shell open: a volume may bring it. Null when there is none. */
export function doubtfulFile(state: ShellState, redirections: readonly Redirection[]): string | null {
  for (const redirection of redirections) {
    if (redirection.type !== 'Redirect') continue;
    const { operator, target } = redirection;
    if (target === undefined || !isFileOperator(operator)) continue;
    // Of a pattern only some shells make a name: the `<?php` of a file that a shell reads is none.
    const pattern = /^[^$`]*[*?[]/.test(target.value) ? target.value : null;
    const file = expandValue(state, target) ?? pattern;
    if (file === null || (!file.startsWith('/') && state.workingDir === null)) continue;
    if (READS.has(operator) ? !isReadable(state, file) : !(isWritable(state, file) || isInMade(state, file)))
      return file;
  }
  return null;
}

/** From there on nothing is certain. */
export function noteDoubtful(state: ShellState, redirections: readonly Redirection[]): void {
  const file = doubtfulFile(state, redirections);
  if (file === null) return;
  state.execution.recording.leaveOut(`${state.zero}: whether it can open ${file}`);
  state.reach = 'possible';
}

/** The word of a `2>&1\r` among them, which no shell takes; null when there is none. */
export function brokenByCr(state: ShellState, redirections: readonly Redirection[]): string | null {
  for (const redirection of redirections) {
    if (redirection.type !== 'Redirect' || !/^[<>]&$/.test(redirection.operator)) continue;
    const target = redirection.target === undefined ? null : expandValue(state, redirection.target);
    if (target !== null && /^(?:\d+|-)\r$/.test(target)) return `${redirection.operator}${target}`;
  }
  return null;
}

/** `bash <<EOF`, `gosu app sh -s <FILE`: commands that are read from the standard input, and not followed. */
export function readByShell({ redirects }: Command, argv: readonly string[]): boolean {
  return readsCommands(argv) && redirects.some(({ operator }) => operator.startsWith('<'));
}

/** A shell that is told nothing; xargs starts what it reads. */
export function readsCommands(argv: readonly string[]): boolean {
  const last = baseOf(argv.findLast((word) => !word.startsWith('-')) ?? '');
  return isShell(last) || last === 'xargs';
}

/** `a &>FILE`: to bash and ash a redirection of both outputs; to dash it is `a &`, and then `>FILE`. */
export function splitsBoth({ dialect }: ShellState, node: Statement['command']): 'no' | 'yes' | 'perhaps' {
  if (!redirectsBoth(node)) return 'no';
  if (dialect === 'dash') return 'yes';
  return dialect === 'posix' ? 'perhaps' : 'no';
}

function redirectsBoth(node: Statement['command']): boolean {
  if (node.type === 'AndOr' || node.type === 'Pipeline') {
    const last = node.commands.at(-1);
    return last !== undefined && redirectsBoth(last);
  }
  if (node.type !== 'Command' && node.type !== 'Redirected') return false;
  return node.redirects.some(({ operator }) => operator === '&>' || operator === '&>>');
}

/** Whether a command throws away what is said of it: `2>/dev/null`, `>/dev/null 2>&1`, `&>/dev/null`. */
export function mutes(node: SyntaxNode): boolean {
  if (node.type !== 'Command') return false;
  let [output, errors] = ['', ''];
  for (const redirection of node.redirects) {
    if (redirection.type !== 'Redirect') continue;
    const { operator, target } = redirection;
    const to = target?.value ?? '';
    const descriptor = descriptorOf(redirection);
    if (operator.startsWith('&>')) [output, errors] = [to, to];
    else if (operator === '>&' && descriptor === 2 && to === '1') errors = output;
    else if (WRITES.has(operator) && descriptor === 1) output = to;
    else if (WRITES.has(operator) && descriptor === 2) errors = to;
  }
  return errors === '/dev/null';
}

/** 1 where none is given, for what is written. */
function descriptorOf({ descriptor }: Redirect): number | null {
  if (descriptor === undefined) return 1;
  return descriptor.type === 'FileDescriptor' ? descriptor.value : null;
}

function isFileOperator(operator: string): boolean {
  return READS.has(operator) || WRITES.has(operator);
}

function isReadable({ execution, workingDir }: ShellState, path: string): boolean {
  const walk = resolve(execution.rootfs, path, { from: workingDir ?? '/' });
  if (walk.kind === 'runtime-mount') return true;
  const isReached = walk.directories.every((directory) => execution.access.maySearch(directory));
  return isReached && walk.kind === 'found' && execution.access.mayRead(walk.located);
}

/** In a directory that was made before. */
function isInMade({ made, workingDir }: ShellState, path: string): boolean {
  return isChanged(made, parentOf(wholePath(workingDir ?? '/', path)));
}

/** A file that is there, or a directory that it can be made in. */
function isWritable({ execution, workingDir }: ShellState, path: string): boolean {
  const { rootfs, access } = execution;
  const walk = resolve(rootfs, path, { from: workingDir ?? '/' });
  if (walk.kind === 'runtime-mount') return true;
  if (!walk.directories.every((directory) => access.maySearch(directory))) return false;
  if (walk.kind === 'found') {
    return walk.located.entry.type !== 'directory' && access.mayWrite(walk.located);
  }
  const slash = path.lastIndexOf('/');
  const parent = slash < 0 ? (workingDir ?? '/') : path.slice(0, slash + 1);
  const directory = resolve(rootfs, parent, { from: workingDir ?? '/' });
  if (walk.kind !== 'missing' || slash === path.length - 1 || directory.kind !== 'found') return false;
  return directory.located.entry.type === 'directory' && access.mayWrite(directory.located);
}
