import type { Command } from 'unbash';
import type { ShellState } from './shell-state.ts';
import { expandValue } from './shell-words.ts';

/** `A=b` before the name of a command. */
export function assignmentsOf(
  state: ShellState,
  { prefix }: Command,
): readonly (readonly [string, string | null])[] {
  return prefix.flatMap((part) =>
    part.type === 'Assignment'
      ? [[part.name, part.value.type === 'Word' ? expandValue(state, part.value) : null] as const]
      : [],
  );
}

/** bash's `-a NAME`, `-c` and `-l`; POSIX has only `--`. */
export function withoutExecOptions(args: readonly string[]): readonly string[] {
  const [first = ''] = args;
  if (first === '--') return args.slice(1);
  if (first === '-a') return withoutExecOptions(args.slice(2));
  return /^-[cl]+$/.test(first) ? withoutExecOptions(args.slice(1)) : args;
}
