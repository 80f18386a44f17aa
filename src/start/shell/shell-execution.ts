import type { Execution } from '../execution.ts';
import { ANY_HERE } from '../made-files.ts';
import { PATHS_ONCE_UNSET } from './shell-dialect.ts';
import type { ShellState } from './shell-state.ts';

/** Circumstances of a child, with the assignments before its name; null when what decides is not known. */
export function childExecution(
  state: ShellState,
  name: string,
  assignments: readonly (readonly [string, string | null])[],
): Execution | null {
  const assigned = assignments.findLast(([variable]) => variable === 'PATH');
  const path = assigned === undefined ? state.variables.get('PATH') : assigned[1];
  const searchPath = path === undefined ? PATHS_ONCE_UNSET[state.dialect] : (path ?? undefined);
  if (!name.includes('/') && searchPath === undefined) return null;
  if (state.workingDir === null && /^[^/].*\//s.test(name)) return null;
  const variables = new Map([...state.variables].filter(([variable]) => state.exported.has(variable)));
  for (const variable of state.perhapsExported)
    if (state.variables.has(variable) && !state.exported.has(variable)) variables.set(variable, null);
  for (const [variable, value] of assignments) variables.set(variable, value);
  const known = [...variables].filter((entry): entry is [string, string] => entry[1] !== null);
  const unknown = [...variables.keys()].filter((variable) => variables.get(variable) === null);
  const { reach, effects, made, workingDir } = state;
  const environment = { environment: new Map(known), unknownVariables: new Set(unknown) };
  const before = { reach, effects, made: new Map(made) };
  if (workingDir === null) before.made.set(ANY_HERE, 'content');
  return { ...state.execution, ...environment, ...before, searchPath, workingDir: workingDir ?? '/' };
}
