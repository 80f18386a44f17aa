/** The commands that a shell runs itself, as far as they change what is started later. */
import type { Tail } from '../execution.ts';
import { withCr } from '../carriage-return.ts';
import { isChanged } from '../made-files.ts';
import { wholePath } from '../../rootfs/path.ts';
import type { Builtin } from './shell-builtin.ts';
import type { Flow } from './shell-stakes.ts';
import { isBash, isBuiltin, isContested } from './shell-dialect.ts';
import { declare } from './shell-declarations.ts';
import { UNKNOWN_WORDS, wordsFrom } from './shell-fields.ts';
import { setShellOptions } from './shell-options.ts';
import { changesFailing, forgetChanged } from './shell-pass.ts';
import type { ShellState } from './shell-state.ts';
import { placeOf } from './shell-texts.ts';
import { trap } from './shell-trap.ts';
import { endRefused } from './shell-unread.ts';
import { wayTo } from './shell-directory.ts';

const DECLARATIONS: ReadonlySet<string> = new Set(['export', 'readonly', 'local', 'declare', 'typeset']);

/** null for a command that is not built in; `source` and `eval` bring in commands. */
export function applyBuiltin(state: ShellState, builtin: Builtin): Flow | 'source' | 'eval' | null {
  const { name, args, tail } = builtin;
  if (!isBuiltin(state.dialect, name)) return null;
  if (isContested(state.dialect, name)) {
    forgetChanged(state, name, args);
    if (builtin.weight === 'must-succeed') state.doubt(`whether this shell has ${name}`);
    return 'on';
  }
  if (DECLARATIONS.has(name)) return declare(state, builtin);
  switch (name) {
    case 'return':
      return leave(state, builtin);
    case '.':
    case 'source':
      return 'source';
    case 'cd':
    case 'chdir':
    case 'pushd':
      return changeDirectory(state, builtin);
    case 'set':
      return setShellOptions(state, builtin);
    case 'shift':
      shift(state, args[0] ?? '1', tail);
      return 'on';
    case 'unset':
      for (const variable of args) {
        const name = /^\w*/.exec(variable)?.[0] ?? '';
        // dash and ash export it again once it is set.
        const isKept = name === 'PATH' && !isBash(state.dialect) && state.exported.has(name);
        if (args[0] === '-f') state.functions.delete(variable);
        else state.set(name, null);
        if (args[0] !== '-f' && name === variable) state.unset(variable);
        if (isKept) state.exported.add(name);
      }
      return 'on';
    case 'alias':
      if (state.dialect !== 'bash') state.doubt('what its aliases stand for');
      return 'on';
    case 'wait':
      return wait(state, builtin);
    case 'trap':
      return trap(state, builtin);
    case 'shopt':
      if (tail === 'more' || args.some(changesFailing)) state.doubt('what its shopt changes');
      return 'on';
    case 'eval':
      return 'eval';
    case 'command':
      // `command NAME`: a program, for what is built in has lost the word before.
      return null;
    default:
      // `read`, `getopts`, `printf -v`, `mapfile`, `popd` …: what they change is not known afterwards.
      forgetChanged(state, name, args);
      return 'on';
  }
}

/** `return` outside of functions and sourced files ends dash and ash; bash complains and goes on. */
function leave(state: ShellState, { weight }: Builtin): Flow {
  if (state.callers > 0 || state.dialect === 'dash' || state.dialect === 'ash') return 'returned';
  if (state.dialect !== 'bash') state.doubt('what `return` does outside of functions');
  else if (weight === 'must-succeed' && state.errexit === 'on') return 'over';
  return 'on';
}

/** `wait -n`, which dash does not have. */
function wait(state: ShellState, { args, node, weight, reading, counts }: Builtin): Flow {
  const isRefused = state.dialect === 'dash' && args[0] === '-n' && weight === 'must-succeed' && counts;
  if (!isRefused || state.reach !== 'certain') return 'on';
  return endRefused(state, reading.by, { node, message: 'Illegal option -n', by: 'wait' });
}

function shift(state: ShellState, count: string, tail: Tail): void {
  const { words, tail: after } = state.positional;
  const by = tail === 'more' ? NaN : Number(count);
  // dash ends there, other shells shift nothing and go on.
  if (after === 'end' && by > words.length) state.doubt('what comes of a shift of more words than there are');
  state.positional = Number.isNaN(by) ? UNKNOWN_WORDS : wordsFrom(state.positional, by);
}

/** A directory that is not there ends the script where that counts; elsewhere the shell stays where it is. */
function changeDirectory(state: ShellState, { name, args, tail, node, weight, reading }: Builtin): Flow {
  const path = args.filter((word) => word !== '--' && word !== '-P' && word !== '-L')[0];
  const isKnown = path !== undefined && !(name === 'pushd' ? /^[-+]/ : /^-$/).test(path) && tail === 'end';
  if (!isKnown || (state.workingDir === null && !path.startsWith('/'))) {
    state.workingDir = null;
    if (weight === 'must-succeed' && tail === 'more')
      state.leaveOut('whether it can go to another directory');
    return 'on';
  }
  const { recording } = state.execution;
  const { walk, logical, refusal } = wayTo(state, path, args.includes('-P') ? 'physical' : 'logical');
  const isClosed = refusal?.kind === 'not-searchable';
  const doubtful = isClosed ? refusal.at : wholePath(state.workingDir ?? '/', path);
  if (walk.kind === 'runtime-mount') state.workingDir = null;
  else if (walk.kind === 'found' && refusal === null) state.goTo(walk.located.path, logical);
  else if (isChanged(state.made, doubtful, isClosed ? 'rights' : 'content')) state.workingDir = null;
  else if (state.effects === 'anything') {
    state.workingDir = null;
    if (weight === 'must-succeed') state.doubt(`whether it can go to ${path}`);
  } else if (refusal !== null && weight === 'must-succeed' && state.reach === 'certain') {
    const step = {
      role: 'child',
      name: path,
      via: name,
      caller: reading.launcher.name,
      at: placeOf(state, node, name),
      by: reading.by,
    } as const;
    recording.add(state.execution, { ...step, searched: [], file: null, refusals: [withCr(path, refusal)] });
    return 'over';
  }
  return 'on';
}
