/**
 * What bash takes from its environment before it reads a script: the options in SHELLOPTS, the commands in the file that
 * BASH_ENV names (`run_startup_files` of shell.c). Left out: profiles of login shells.
 */
import { parse, type Statement } from 'unbash';
import { isBash } from './shell-dialect.ts';
import { missingSource } from './shell-source.ts';
import type { ShellState } from './shell-state.ts';

/** `-p`: it trusts its environment in nothing. */
export function obeyShellOpts(state: ShellState, letters: string): void {
  if (!isBash(state.dialect) || letters.includes('p')) return;
  const names = (state.get('SHELLOPTS') ?? '').split(':');
  if (names.includes('allexport')) state.allexport = 'on';
  if (names.includes('errexit')) state.errexit = 'on';
  if (names.includes('nounset')) state.nounset = 'on';
  if (names.includes('pipefail')) state.pipefail = 'on';
}

/** What is done before the script; a file that is not there is no fault. In its POSIX mode bash reads none. */
export function startupStatements(
  state: ShellState,
  letters: string,
  args: readonly string[],
): readonly Statement[] {
  const name = state.get('BASH_ENV') ?? '';
  const isPosix = args.includes('--posix') || state.variables.has('POSIXLY_CORRECT');
  if (name === '' || state.dialect !== 'bash' || isPosix || letters.includes('p')) return [];
  if (/["\\`]/.test(name)) {
    state.doubt('what the file in BASH_ENV does before it');
    return [];
  }
  if (!name.includes('$') && missingSource(state, name) !== null) return [];
  return parse(`if [ -e "${name}" ]; then . "${name}"; fi`).commands;
}
