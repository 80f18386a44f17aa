/** The texts that a shell reads one out of the other, and where it stands in them. */
import type { Command, SyntaxNode } from 'unbash';
import { type Dialect, isBash } from './shell-dialect.ts';
import { mutes } from './shell-redirects.ts';
import { lineOfCommand, newlinesOf } from './shell-line.ts';
import type { ScriptText, ShellPlace } from './shell-place.ts';
import type { ShellState } from './shell-state.ts';

/** A script, or what stands behind `-c`, whose lines ash counts from 0. */
export function wholeText(dialect: Dialect, text: string, file: string | null): ScriptText {
  return { ...linesOf(text), file, firstLine: file === null && dialect === 'ash' ? 0 : 1 };
}

/** A file behind `.`. */
export function sourcedText(text: string, file: string): ScriptText {
  return { ...linesOf(text), file, firstLine: 1 };
}

function linesOf(text: string): Pick<ScriptText, 'text' | 'newlines'> {
  return { text, newlines: newlinesOf(text) };
}

/** The words of an `eval`: dash counts their lines anew, bash and ash go on counting (ash before 1.35 did not). */
export function evaluatedText({ dialect, script }: ShellState, node: Command, text: string): ScriptText {
  const firstLine = dialect === 'dash' ? 1 : lineOfCommand(dialect, script, node);
  return { ...linesOf(text), file: script.file, firstLine };
}

/** `$(…)`: bash counts the lines of a longer one in a way of its own, and so does every shell within backquotes. */
export function substitutedText({ dialect, script }: ShellState, { pos, end }: SyntaxNode): ScriptText {
  const own = script.text.slice(pos, end);
  const isPlain = own.startsWith('$(') && (dialect === 'dash' || dialect === 'ash' || !own.includes('\n'));
  return isPlain ? script : { ...script, firstLine: null };
}

/** bash has no file to name for a function that stands behind `-c`. */
export function asFunction(script: ScriptText): ScriptText {
  return script.file === null ? { ...script, file: 'environment' } : script;
}

/** `builtin`: the one that fails, or `exec`; null where the shell starts a program. */
export function placeOf(state: ShellState, node: SyntaxNode, builtin: string | null): ShellPlace {
  const { dialect, script, zero, workingDir } = state;
  return {
    dialect,
    zero: isBash(dialect) ? (script.file ?? zero) : zero,
    line: lineOfCommand(dialect, script, node),
    within: builtin ?? state.within,
    workingDir,
    ...(dialect === 'posix' && { shell: state.shell }),
    ...(isBash(dialect) && state.version !== null && { version: state.version }),
    ...(mutes(node) && { isMuted: true }),
  };
}
