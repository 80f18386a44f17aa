import type { Assignment, Command, Statement, Word } from 'unbash';
import { isBuiltin } from './shell-builtins.ts';
import type { ShellState, Words } from './shell-state.ts';
import { expandValue, expandWords } from './shell-words.ts';

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

/** The words of a command; `command NAME` is NAME, but for functions (`isPlain`). */
export function commandWords(
  state: ShellState,
  name: Word,
  { args }: Command,
): Words & { readonly isPlain: boolean } {
  const { words, tail } = expandWords(state, [name, ...args.filter(isWord)]);
  const isPlain = words[0] === 'command' && isBuiltin(words[1] ?? '');
  return { words: isPlain ? words.slice(1) : words, tail, isPlain };
}

/** bash's `-a NAME`, `-c` and `-l`; POSIX has only `--`. */
export function withoutExecOptions(args: readonly string[]): readonly string[] {
  const [first = ''] = args;
  if (first === '--') return args.slice(1);
  if (first === '-a') return withoutExecOptions(args.slice(2));
  return /^-[cl]+$/.test(first) ? withoutExecOptions(args.slice(1)) : args;
}

/** What kinds of commands are called in words. */
export const WORDS: Readonly<Record<string, string>> = {
  If: 'if',
  Case: 'case',
  For: 'loop',
  While: 'loop',
};

/** Whether it goes to another directory. */
export function isChange(node: Statement['command']): boolean {
  return node.type === 'Command' && node.name?.value === 'cd';
}

export function isWord(part: Word | Assignment): part is Word {
  return part.type === 'Word';
}

export function asStatement(command: Statement['command']): Statement {
  return { type: 'Statement', pos: command.pos, end: command.end, command, background: undefined };
}
