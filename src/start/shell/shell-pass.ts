import { isFatal } from './shell-dialect.ts';
import { forEachChild, type SyntaxNode } from 'unbash';
import { UNKNOWN_WORDS } from './shell-fields.ts';
import { noteEffects } from './shell-effects.ts';
import { forgetEverything, forgetExported } from './shell-forget.ts';
import type { ShellState } from './shell-state.ts';
import { assignedBy } from './shell-assigned.ts';

const MAX_FUNCTIONS = 32;

/**
 * Forgets whatever a part that may or may not be run could change: variables it sets, words it shifts, the directory
 * it goes to; and that what follows is reached at all, where it may end the script. Then, and only then, what follows
 * is taken for what comes when the part is not run.
 */
export function passOver(state: ShellState, node: SyntaxNode): void {
  const [{ reach }, before] = [state, state.fork()];
  forgetAll(state, node);
  noteEffects(state, node);
  if (reach !== state.reach) state.takeValues(before);
}

/** What the part may change, whether that is reached or not. */
export function forgetAll(state: ShellState, node: SyntaxNode): void {
  const seen = new Set<string>();
  let callers = 0;
  const visit = (part: SyntaxNode): void => {
    // These run in a process of their own.
    if (part.type === 'CommandExpansion' || part.type === 'Subshell' || part.type === 'ProcessSubstitution')
      return;
    // So do the parts of a pipeline, but for the last one in some shells.
    if (part.type === 'Pipeline' && part.commands.length > 1 && state.dialect !== 'posix') return;
    const isDoubtful = part.type === 'ParameterExpansion' && isFatal(state.dialect, part);
    if (isDoubtful) state.reach = 'possible';
    const assigned = assignedBy(part);
    if (assigned !== null) state.set(assigned, null);
    else if (part.type === 'Assignment') state.set(part.name, null);
    else if (part.type === 'For' || part.type === 'Select') state.set(part.name.value, null);
    else if (part.type === 'Command') {
      const name = part.name?.value ?? '';
      const words = part.args.map(({ text }) => text);
      if (name !== 'return' || callers === 0) forgetChanged(state, name, words);
      const called = state.functions.get(name);
      if (called !== undefined && !seen.has(name) && seen.size < MAX_FUNCTIONS) {
        seen.add(name);
        noteEffects(state, called.body);
        const { positional } = state;
        callers++;
        visit(called.body);
        callers--;
        // It has its own words.
        state.positional = positional;
      }
    }
    // A function that is only defined here does nothing yet.
    if (part.type === 'Function') state.define(part, 'possible');
    else forEachChild(part, visit);
  };
  visit(node);
}

/** Whether a `trap` of these words may change how the script ends. */
export function decidesEnd([action, ...signals]: readonly string[]): boolean {
  // `trap - EXIT` takes one back.
  return action !== '-' && signals.some((word) => /^(?:SIG)?(?:0|CHLD|DEBUG|ERR|EXIT|RETURN)$/i.test(word));
}

/** Whether `shopt` of this word changes what becomes of a command that cannot be started. */
export function changesFailing(word: string): boolean {
  return word === 'execfail' || word === 'expand_aliases' || word === 'lastpipe';
}

function endsBadly([status = '', ...more]: readonly string[]): boolean {
  return more.length === 0 && /^[1-9]\d{0,2}$/.test(status) && Number(status) % 256 !== 0;
}

/** Whether they are exported now is not known either. */
function forgetDeclared(state: ShellState, name: string, args: readonly string[]): void {
  const isExport = name === 'export' || args.some((word) => /^[-+]\w*x/.test(word));
  for (const word of args) {
    const variable = /^["']?([A-Za-z_]\w*)/.exec(word)?.[1];
    if (variable !== undefined) state.set(variable, null);
    if (isExport && variable !== undefined) state.perhapsExported.add(variable);
    // `export "$NAME=value"`.
    if (isExport && variable === undefined && !/^[-+]/.test(word)) forgetExported(state);
  }
}

/** Forgets what a command of this name changes. */
export function forgetChanged(state: ShellState, name: string, args: readonly string[]): void {
  switch (name) {
    case 'set':
    case 'shift':
      if (args.some((word) => /^[-+]\w*a|^allexport$/.test(word))) state.allexport = 'perhaps';
      if (args.some((word) => word.startsWith('+'))) {
        state.errexit = 'off';
        state.pipefail = 'off';
      }
      if (args.some((word) => !/^[-+][A-Za-z]/.test(word)) || name === 'shift') {
        state.positional = UNKNOWN_WORDS;
      }
      return;
    case 'cd':
    case 'chdir':
    case 'pushd':
    case 'popd':
      state.workingDir = null;
      return;
    case 'read':
    case 'unset':
    case 'getopts':
    case 'mapfile':
    case 'readarray':
      for (const variable of args) state.set(variable, null);
      return;
    case 'printf':
      if (args[0] === '-v') state.set(args[1] ?? '', null);
      return;
    case 'declare':
    case 'export':
    case 'let':
    case 'local':
    case 'readonly':
    case 'typeset':
      return forgetDeclared(state, name, args);
    case '.':
    case 'source':
    case 'eval':
      forgetEverything(state);
      state.reach = 'possible';
      return;
    case 'exec':
      if (args.length > 0) state.reach = 'possible';
      return;
    case 'trap':
      if (decidesEnd(args)) state.reach = 'possible';
      return;
    case 'shopt':
      if (args.some(changesFailing)) state.reach = 'possible';
      return;
    case 'builtin':
    case 'command':
      return forgetChanged(state, args[0] ?? '', args.slice(1));
    case 'exit':
      // Either it ends there, and not well, or it goes on.
      if (!endsBadly(args)) state.reach = 'possible';
      return;
    case 'return':
      return state.mayReturn();
    case 'alias':
      state.reach = 'possible';
      return;
    default:
      return;
  }
}
