/** What a shell does not know any more, where something may have changed anything. */
import { LOADER_VARIABLES } from '../environment.ts';
import { UNKNOWN_WORDS } from './shell-fields.ts';
import type { ShellState } from './shell-state.ts';

/** Something sets and exports variables whose names are not known: those that decide what every program loads may be among them. */
export function forgetExported(state: ShellState): void {
  state.published.forget();
  for (const name of LOADER_VARIABLES) {
    state.set(name, null);
    state.perhapsExported.add(name);
  }
}

export function forgetEverything(state: ShellState): void {
  for (const name of [...state.variables.keys(), ...state.lists.keys()]) state.set(name, null);
  forgetExported(state);
  state.positional = UNKNOWN_WORDS;
  state.workingDir = null;
}
