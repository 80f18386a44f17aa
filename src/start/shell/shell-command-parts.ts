import {
  type Assignment,
  type Command,
  forEachChild,
  type Statement,
  type SyntaxNode,
  type Word,
} from 'unbash';
import { type Dialect, isBash, isBuiltin } from './shell-dialect.ts';
import { type Words, wordsFrom } from './shell-fields.ts';
import type { ShellState } from './shell-state.ts';
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

/** The words of a command; `command NAME`, and `builtin NAME` of bash, is NAME, but for functions (`isPlain`). */
export function commandWords(
  state: ShellState,
  name: Word,
  { args }: Command,
): Words & { readonly isPlain: boolean } {
  const words = expandWords(state, [name, ...args.filter(isWord)]);
  const [first, second = ''] = words.words;
  const isPrefix = first === 'command' || (first === 'builtin' && isBash(state.dialect));
  const isPlain = isPrefix && isBuiltin(state.dialect, second);
  return { ...(isPlain ? wordsFrom(words, 1) : words), isPlain };
}

/**
 * What `exec` starts: bash has `-a NAME`, `-c` and `-l`, ash may have `-a`, dash takes whatever follows for the
 * program, `--` included, and of the others it is not known (null). An option that bash or ash does not have comes to
 * the same as a program that is not there: `exec "$@"` with a CMD of `--flag` alone.
 */
export function execWords(dialect: Dialect, args: readonly string[]): readonly string[] | null {
  const [first = ''] = args;
  if (!first.startsWith('-') || first === '-') return args;
  if (dialect === 'dash') return first === '--' ? null : args;
  if (dialect === 'posix') return null;
  if (first === '--') return args.slice(1);
  if (dialect === 'ash') return /^-[^a]/.test(first) ? args : null;
  if (/^-[cl]*[^acl]/.test(first)) return args;
  if (/^-[cl]*a$/.test(first)) return execWords(dialect, args.slice(2));
  return /^-[cl]+$/.test(first) ? execWords(dialect, args.slice(1)) : null;
}

/** The words of a command as they are written; none of anything else. */
export function textsOf(node: Statement['command']): readonly string[] {
  if (node.type !== 'Command' || node.name === undefined) return [];
  return [node.name, ...node.args].map(({ text }) => text);
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
  return node.type === 'Command' && node.name?.value === 'cd' && node.args[0]?.text !== '-';
}

export function isWord(part: Word | Assignment): part is Word {
  return part.type === 'Word';
}

export function asStatement(command: Statement['command']): Statement {
  return { type: 'Statement', pos: command.pos, end: command.end, command, background: undefined };
}

/** What may be run of a condition, one of them or none. */
export function branchesOf(node: Statement['command']): readonly (readonly Statement[])[] {
  switch (node.type) {
    case 'If':
      return [node, ...node.elif]
        .map(({ then }) => then.commands)
        .concat(node.else === undefined ? [] : [node.else.commands]);
    case 'Case':
      return node.items.map(({ body }) => body.commands);
    default:
      return [];
  }
}

/** `break` and `continue`, which leave a loop or its body. */
export function hasLoopCommand(node: SyntaxNode): boolean {
  return hasCommand(node, /^(?:break|continue)$/);
}

/** Whether it, or anything in it, is of such a type. */
export function hasPart(node: SyntaxNode, types: readonly SyntaxNode['type'][]): boolean {
  let found = types.includes(node.type);
  forEachChild(node, (child) => {
    found ||= hasPart(child, types);
  });
  return found;
}

/** A command of such a name, or one that sets the variable; but for functions, which are only defined. */
export function hasCommand(node: SyntaxNode, name: RegExp, variable: string | null = null): boolean {
  if (node.type === 'Function') return false;
  let found =
    (node.type === 'Command' && name.test(node.name?.value ?? '')) ||
    (node.type === 'Assignment' && node.name === variable);
  forEachChild(node, (child) => {
    found ||= hasCommand(child, name, variable);
  });
  return found;
}
