/**
 * The first line of a script as `load_script` of fs/binfmt_script.c reads it (Linux 5.1 and later): a window of 256
 * bytes, padded with NUL where the file is shorter, blanks and tabs as separators, at most one argument.
 */
import { decodeBytes } from '../../base/plain-text.ts';
import type { ShebangFault } from '../refusal.ts';

export type Shebang =
  | { readonly kind: 'interpreter'; readonly path: string; readonly argument: string | null }
  | { readonly kind: 'refused'; readonly fault: Extract<ShebangFault, 'empty' | 'too-long'> };

/** BINPRM_BUF_SIZE of include/uapi/linux/binfmts.h. */
const WINDOW = 256;

/** exec_binprm of fs/exec.c gives up with ELOOP behind the fifth interpreter. */
export const MAX_INTERPRETERS = 5;

/** `head`: the first bytes of the file as latin1, beginning with `#!`. The answer is latin1 too. */
export function parseShebang(head: string): Shebang {
  const window = head.slice(0, WINDOW).padEnd(WINDOW, '\0');
  const line = lineOf(window);
  if (line === null) return { kind: 'refused', fault: isBlank(window.slice(2)) ? 'empty' : 'too-long' };
  const start = skipBlanks(line, 2);
  if (start === line.length) return { kind: 'refused', fault: 'empty' };
  const name = /^[^ \t\0]*/.exec(line.slice(start))?.[0] ?? '';
  const end = start + name.length;
  // A NUL after the name hides whatever follows; without a line end it is the padding and an empty argument results.
  if (end >= line.length || line[end] === '\0') return { kind: 'interpreter', path: name, argument: null };
  return { kind: 'interpreter', path: name, argument: beforeNul(line.slice(skipBlanks(line, end))) };
}

/** Words of the line, as paths are written here. */
export function fromLatin1(text: string): string {
  return decodeBytes(Buffer.from(text, 'latin1'));
}

/** The line without its end and trailing blanks; null when the name of the interpreter may be cut. */
function lineOf(window: string): string | null {
  const newline = window.indexOf('\n');
  const nul = window.indexOf('\0');
  // strnchr stops at the first NUL: a line end behind it does not count.
  if (newline !== -1 && (nul === -1 || newline < nul)) return trimBlanks(window.slice(0, newline));
  const start = skipBlanks(window, 2);
  if (start === WINDOW || !/[ \t\0]/.test(window.slice(start))) return null;
  return trimBlanks(window.slice(0, WINDOW - 1));
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

function trimBlanks(text: string): string {
  return text.replace(/[ \t]+$/, '');
}

function isBlank(text: string): boolean {
  return /^[ \t]*$/.test(text);
}

function beforeNul(text: string): string {
  const nul = text.indexOf('\0');
  return nul === -1 ? text : text.slice(0, nul);
}
