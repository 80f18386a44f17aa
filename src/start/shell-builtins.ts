/** The commands that a shell runs itself, as far as they change what is started later. */
import type { Assignment, Command } from 'unbash';
import { resolve } from '../rootfs/resolve.ts';
import type { Tail } from './execution.ts';
import { lookupRefusal } from './open-exec.ts';
import type { LookupRefusal } from './refusal.ts';
import { decidesEnd } from './shell-pass.ts';
import type { Reading } from './shell-reader.ts';
import type { ShellState } from './shell-state.ts';
import { expandValue } from './shell-words.ts';

/** `over`: the script has ended or become another program; `returned`: the function has ended. */
export type Flow = 'on' | 'over' | 'returned';

export interface Builtin {
  readonly name: string;
  readonly args: readonly string[];
  readonly tail: Tail;
  readonly node: Command;
  /** Whether the script fails when the command does. */
  readonly weight: 'must-succeed' | 'may-fail';
  readonly reading: Reading;
}

const DECLARATIONS: ReadonlySet<string> = new Set(['export', 'readonly', 'local', 'declare', 'typeset']);

/** Built in, without any effect on what is started. */
const HARMLESS: ReadonlySet<string> = new Set(
  '[ : alias bg break builtin caller continue dirs disown echo enable false fc fg getopts hash help history jobs kill let logout mapfile popd printf pushd pwd readarray shopt suspend test times trap true type ulimit umask unalias wait'.split(
    ' ',
  ),
);

const EFFECTIVE: ReadonlySet<string> = new Set(
  'exit return . source cd set shift unset read eval exec command'.split(' '),
);

export function isBuiltin(name: string): boolean {
  return DECLARATIONS.has(name) || HARMLESS.has(name) || EFFECTIVE.has(name);
}

/** null for a command that is not built in. */
export function applyBuiltin(state: ShellState, builtin: Builtin): Flow | 'source' | null {
  const { name, args, tail } = builtin;
  if (DECLARATIONS.has(name)) return declare(state, builtin);
  switch (name) {
    case 'exit':
      return 'over';
    case 'return':
      return 'returned';
    case '.':
    case 'source':
      return 'source';
    case 'cd':
      return changeDirectory(state, builtin);
    case 'set':
      return setOptions(state, builtin);
    case 'shift':
      shift(state, args[0] ?? '1', tail);
      return 'on';
    case 'unset':
      for (const variable of args) state.variables.delete(variable);
      return 'on';
    case 'read':
      for (const variable of args) state.set(variable, null);
      return 'on';
    case 'alias':
    case 'trap':
      if (tail === 'more' || name === 'alias' || decidesEnd(args)) state.reach = 'possible';
      return 'on';
    case 'eval':
      state.forget();
      state.reach = 'possible';
      return 'on';
    default:
      return HARMLESS.has(name) ? 'on' : null;
  }
}

export function assign(state: ShellState, { name, value, append, index }: Assignment): void {
  const plain = value.type === 'Word' && append !== true && index === undefined;
  state.set(name, plain ? expandValue(state, value) : null);
}

/** `export NAME=value`, `export NAME`. */
function declare(state: ShellState, { name, args, node }: Builtin): Flow {
  if (name === 'local')
    state.keepForCaller(node.args.map((part) => (part.type === 'Assignment' ? part.name : part.value)));
  for (const part of node.args) if (part.type === 'Assignment') assign(state, part);
  if (name === 'export') {
    for (const part of node.args) if (part.type === 'Assignment') state.exported.add(part.name);
    for (const variable of args) state.exported.add(variable);
  }
  return 'on';
}

function setOptions(state: ShellState, { args, tail, reading }: Builtin): Flow {
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--' || !/^[-+]./.test(word)) {
      state.positional = { words: args.slice(word === '--' ? at + 1 : at), tail };
      return 'on';
    }
    if (word.endsWith('\r') && reading.launcher.name !== 'bash') {
      // dash and busybox end the script: "Illegal option -".
      state.execution.recording.refuse(reading.by, {
        kind: 'crlf',
        where: 'lines',
        word,
        certainty: 'certain',
      });
      return 'over';
    }
    const long = word.endsWith('o') ? (args[++at] ?? '') : '';
    if (long === 'pipefail' && reading.launcher.knowsPipefail === 'perhaps') {
      state.execution.recording.leaveOut(`whether this shell knows pipefail: dash before 0.5.13 ends there`);
      state.reach = 'possible';
    }
    if (long === 'pipefail') state.pipefail = word.startsWith('-') ? 'on' : 'off';
    if (word.includes('e') || long === 'errexit') state.errexit = word.startsWith('-') ? 'on' : 'off';
  }
  if (tail === 'more') state.positional = { words: [], tail };
  return 'on';
}

function shift(state: ShellState, count: string, tail: Tail): void {
  const { words, tail: after } = state.positional;
  const by = tail === 'more' ? NaN : Number(count);
  // dash ends there, other shells shift nothing and go on.
  if (after === 'end' && by > words.length) state.reach = 'possible';
  state.positional = Number.isNaN(by) ? { words: [], tail: 'more' } : { words: words.slice(by), tail: after };
}

/** A directory that is not there ends the script where that counts; elsewhere the shell stays where it is. */
function changeDirectory(state: ShellState, { args, tail, weight, reading }: Builtin): Flow {
  const path = args.filter((word) => word !== '--' && word !== '-P' && word !== '-L')[0];
  const isKnown = path !== undefined && path !== '-' && tail === 'end';
  if (!isKnown || (state.workingDir === null && !path.startsWith('/'))) {
    state.workingDir = null;
    return 'on';
  }
  const { rootfs, access, recording } = state.execution;
  const walk = resolve(rootfs, path, { from: state.workingDir ?? '/' });
  const isOpen = walk.directories.every((directory) => access.maySearch(directory));
  if (walk.kind === 'runtime-mount' || !isOpen) state.workingDir = null;
  else if (walk.kind === 'found' && walk.located.entry.type === 'directory')
    state.workingDir = walk.located.path;
  else if (weight === 'must-succeed' && state.reach === 'certain') {
    const refusal: LookupRefusal =
      walk.kind === 'found' ? { kind: 'not-a-directory', at: walk.located.path } : lookupRefusal(walk);
    const step = {
      role: 'child',
      name: path,
      via: 'cd',
      caller: reading.launcher.name,
      by: reading.by,
    } as const;
    recording.add(state.execution, { ...step, searched: [], file: null, refusals: [refusal] });
    return 'over';
  }
  return 'on';
}
