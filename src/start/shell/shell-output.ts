/**
 * What a command in `$(…)` prints, of those that only tell what is known already: `id -u`, `whoami`, `command -v`,
 * `which`, `dirname`, `basename`, `readlink -f`, `pwd`, `cd … && pwd`, `uname`, `echo`. Any other command says what only running tells.
 */
import type { AndOr, Command, CommandExpansionPart, Redirection, Statement } from 'unbash';
import { resolve } from '../../rootfs/resolve.ts';
import { abiOf } from '../kernel/abi.ts';
import { isChanged } from '../made-files.ts';
import { openExec } from '../open-exec.ts';
import { formatPlatform } from '../../oci/platform.ts';
import { lacksItsStarter } from '../programs/lacking-starter.ts';
import { searchProgram } from '../search-path.ts';
import { accountOf } from '../users/users.ts';
import { isBuiltin } from './shell-dialect.ts';
import { wayTo } from './shell-directory.ts';
import { childExecution } from './shell-execution.ts';
import { nameOfCommand, pathOfCommand } from './shell-lookup.ts';
import type { Words } from './shell-fields.ts';
import type { ShellState } from './shell-state.ts';

type Expand = (command: Command) => Words;

/** Without the line end; null when it is not known. @throws {LayerNeeded} */
export function outputOf(state: ShellState, part: CommandExpansionPart, expand: Expand): string | null {
  const [first, second, ...more] = stepsOf(part.script?.commands ?? []);
  if (first?.type !== 'Command' || more.length > 0 || first.prefix.length > 0) return null;
  if (second === undefined) {
    const words = expand(first);
    if (!isShown(first.redirects)) return null;
    return printsNothing(state, first, words) ? '' : printed(state, words);
  }
  // `cd DIRECTORY && pwd`
  if (second.type !== 'Command' || !/^pwd(?: -P)?$/.test(textOf(second))) return null;
  const { words, tail } = expand(first);
  const [name, directory = '', ...others] = words.filter((word) => !/^-[-PL]$/.test(word));
  if (name !== 'cd' || tail === 'more' || others.length > 0 || !first.redirects.every(isDiscarded))
    return null;
  const way = directoryOf(state, directory, words.includes('-P') ? 'physical' : 'logical');
  return (textOf(second).endsWith('-P') ? way?.physical : way?.logical) ?? null;
}

/** It comes to nothing, of which there may be more to say. */
function printsNothing(state: ShellState, node: Command, words: Words): boolean {
  const dead = state.deadOf?.(state, node, words) ?? null;
  if (dead !== null) state.blamed.push(dead);
  return dead !== null;
}

function textOf({ name, args, redirects }: Command): string {
  return redirects.length > 0 ? '' : [name?.text ?? '', ...args.map(({ text }) => text)].join(' ');
}

/** `a; b` and `a && b`, `a || true` as `a`. */
function stepsOf(statements: readonly Statement[]): readonly Statement['command'][] {
  const [only] = statements;
  if (statements.length !== 1 || only?.command.type !== 'AndOr')
    return statements.map(({ command }) => command);
  const { commands, operators } = only.command;
  if (operators.every((operator) => operator === '&&')) return commands;
  const first = withoutFallback(only.command);
  return first === undefined ? [] : [first];
}

/** `a || true` prints what `a` does. */
function withoutFallback({ commands, operators }: AndOr): AndOr['commands'][number] | undefined {
  const [first, last] = commands;
  const isQuiet =
    last?.type === 'Command' && /^(?:true|:)$/.test(last.name?.value ?? '') && last.args.length === 0;
  return operators.length === 1 && operators[0] === '||' && isQuiet ? first : undefined;
}

/** Only messages go elsewhere, and not where the output goes. */
function isShown(redirects: readonly Redirection[]): boolean {
  return redirects.every(
    (each) =>
      each.type === 'Redirect' &&
      each.operator !== '>&' &&
      each.descriptor?.type === 'FileDescriptor' &&
      each.descriptor.value === 2,
  );
}

function isDiscarded(each: Redirection): boolean {
  return each.type === 'Redirect' && (each.target?.text === '/dev/null' || /^[<>]&$/.test(each.operator));
}

function printed(state: ShellState, { words, tail }: Words): string | null {
  const [name = '', ...args] = words;
  if (tail === 'more') return null;
  if (state.functions.has(name)) return null;
  const [first = '', second] = args;
  switch (name) {
    case 'command':
      return first === '-v' && args.length === 2 ? nameOfCommand(state, second ?? '') : null;
    case 'pwd':
      if (args.length === 0) return state.logicalDir;
      return args.join() === '-P' ? state.workingDir : null;
    case 'echo':
      // Shells do not agree on options and backslashes.
      return first.startsWith('-') || args.some((word) => word.includes('\\'))
        ? null
        : args.join(' ').replace(/\n+$/, '');
    default:
      return ofProgram(state, name, args);
  }
}

/** Of those platforms that one kind of machine runs. */
const MACHINES: Readonly<Record<string, string>> = {
  'linux/amd64': 'x86_64',
  'linux/arm64': 'aarch64',
  'linux/ppc64le': 'ppc64le',
  'linux/riscv64': 'riscv64',
  'linux/s390x': 's390x',
};

function ofProgram(state: ShellState, name: string, args: readonly string[]): string | null {
  const [first = '', second] = args;
  if (isBuiltin(state.dialect, name) || !mayRun(state, name)) return null;
  switch (name) {
    case 'dirname':
      return args.length === 1 && !first.startsWith('-') ? dirname(first) : null;
    case 'basename':
      return args.length === 1 && !first.startsWith('-') ? basename(first) : null;
    case 'uname':
      if (args.join() === '-m') return MACHINES[formatPlatform(state.execution.platform)] ?? null;
      return args.length === 0 || args.join() === '-s' ? 'Linux' : null;
    case 'id':
    case 'whoami':
      if (name === 'id' && args.join() === '-u') return String(state.uid);
      if (name === 'id' && args.join() === '-g') return String(state.execution.credentials.gid);
      if (name === 'id' && args.length === 2) return idOf(state, first, second ?? '');
      return (name === 'id' ? args.join() === '-un' : args.length === 0) ? nameOfUser(state) : null;
    case 'readlink':
      return first === '-f' && args.length === 2 ? realPath(state, second ?? '') : null;
    case 'which':
      return args.length === 1 && !first.startsWith('-') ? pathOfCommand(state, first) : null;
    case 'realpath':
      return args.length === 1 && !first.startsWith('-') ? realPath(state, first) : null;
    default:
      return null;
  }
}

/** `id -u NAME`, `id -g NAME`. */
function idOf({ execution, made }: ShellState, option: string, name: string): string | null {
  const account = isChanged(made, '/etc/passwd') ? null : accountOf(execution.rootfs, name);
  if (account === null || account.name !== name) return null;
  if (option === '-u') return String(account.uid);
  return option === '-g' ? String(account.gid) : null;
}

function nameOfUser({ execution, uid, made }: ShellState): string | null {
  return isChanged(made, '/etc/passwd') ? null : (accountOf(execution.rootfs, String(uid))?.name ?? null);
}

/** Whether there is such a program, of this machine. */
function mayRun(state: ShellState, name: string): boolean {
  const execution = childExecution(state, name, []);
  const found = execution === null ? null : searchProgram(execution, name, 'first-file');
  if (execution === null || found?.kind !== 'found') return false;
  const opened = openExec(execution, found.path);
  if (opened.kind !== 'opened' || lacksItsStarter(execution, opened.file)) return false;
  const { content } = opened.file.located.entry;
  // `which` of Debian.
  if (content?.kind === 'script') return /^#! ?\/bin\/sh\n/.test(content.head);
  return content?.kind === 'elf' && abiOf(content, execution.platform).kind === 'native';
}

function dirname(path: string): string {
  const parent = path.replace(/\/+$/, '').replace(/\/*[^/]*$/, '');
  if (parent !== '') return parent;
  return path.startsWith('/') ? '/' : '.';
}

function basename(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' && path !== '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

function realPath(state: ShellState, path: string): string | null {
  const walk = walkTo(state, path);
  return walk?.kind === 'found' && state.effects !== 'anything' ? walk.located.path : null;
}

function directoryOf(
  state: ShellState,
  path: string,
  mode: 'logical' | 'physical',
): { readonly physical: string; readonly logical: string } | null {
  if (path === '-' || path === '' || (state.workingDir === null && !path.startsWith('/'))) return null;
  const { walk, logical, refusal } = wayTo(state, path, mode);
  if (walk.kind !== 'found' || refusal !== null) return null;
  return { physical: walk.located.path, logical };
}

function walkTo({ execution, workingDir }: ShellState, path: string): ReturnType<typeof resolve> | null {
  if (workingDir === null && !path.startsWith('/')) return null;
  const walk = resolve(execution.rootfs, path, { from: workingDir ?? '/' });
  return walk.directories.every((directory) => execution.access.maySearch(directory)) ? walk : null;
}
