/**
 * Which line a shell names when a command fails: where it stood when it had read enough to know that there is a
 * command. dash and ash have read its first word (`simplecmd` of their parsers), bash has read one word more, because
 * `NAME (` would begin a function. As dash 0.5.12, busybox 1.35 and 1.37 and bash 5.2 do it.
 */
import type { Command, SyntaxNode } from 'unbash';
import { type Dialect, isBash } from './shell-dialect.ts';
import type { ScriptText } from './shell-place.ts';

/** null where it is not known. */
export function lineOfCommand(
  dialect: Dialect,
  { text, newlines, firstLine }: ScriptText,
  node: SyntaxNode,
): number | null {
  const at =
    node.type !== 'Command' ? node.pos : isBash(dialect) ? readByBash(text, node) : readByDash(text, node);
  return at === null || firstLine === null ? null : firstLine + countBefore(newlines, at);
}

export function newlinesOf(text: string): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) found.push(at);
  return found;
}

/** By bisection: a script may have as many commands as lines. */
function countBefore(newlines: readonly number[], position: number): number {
  let [low, high] = [0, newlines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((newlines[middle] ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readByDash(text: string, node: Command): number {
  const [first] = partsOf(node);
  return first === undefined ? node.pos : endOfToken(text, first);
}

function readByBash(text: string, node: Command): number | null {
  const [first, second] = partsOf(node);
  if (first === undefined) return node.pos;
  if (first.type === 'Assignment') return endOfToken(text, first);
  if (first.type !== 'Word') return first.type === 'Redirect' ? (first.target?.end ?? first.end) : null;
  if (second !== undefined) return endOfToken(text, second);
  const behind = first.end + (/^(?:[ \t]|\\\n)*/.exec(text.slice(first.end))?.[0].length ?? 0);
  const isEnd = /^(?:[\n#]|$)/.test(text.slice(behind, behind + 1));
  // Here-documents are read at the end of the line.
  const before = text.slice(text.lastIndexOf('\n', behind - 1) + 1, behind);
  return isEnd && /<<(?!<)/.test(before) ? null : behind;
}

function partsOf({ prefix, name, suffix }: Command): readonly SyntaxNode[] {
  return [...prefix, ...(name === undefined ? [] : [name]), ...suffix];
}

/** Of a redirection only the operator is read. To see the end of a word, a shell reads over the `\` at the end of a line. */
function endOfToken(text: string, part: SyntaxNode): number {
  if (part.type !== 'Word' && part.type !== 'Assignment') return part.pos;
  return part.end + (/^(?:\\\n)*/.exec(text.slice(part.end))?.[0].length ?? 0);
}
