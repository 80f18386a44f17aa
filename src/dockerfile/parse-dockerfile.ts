/**
 * A Dockerfile as instructions with their lines, split exactly as BuildKit splits it (frontend/dockerfile/parser,
 * docs.docker.com/reference/dockerfile): escape directive, continuations, comments and blank lines inside them,
 * here-documents. Arguments are left as written; what BuildKit refuses is refused here, because a line number of a
 * file that nobody could build helps nobody. Left out on purpose: what instructions mean.
 */
import { LIMITS } from '../base/limits.ts';
import { isBlank, trimBlank, trimBlankStart, trimEndOf } from './blank.ts';
import { heredocsOpenedBy } from './heredoc-words.ts';
import type { Dockerfile, Flag, Heredoc, Instruction } from './instruction.ts';

/** bufio.MaxScanTokenSize of the builder: it refuses longer lines. */
const MAX_LINE = 65_535;

/** null when the builder could not read it either, or when it is over our limit. */
export function parseDockerfile(text: string): Dockerfile | null {
  if (text.length > LIMITS.dockerfileBytes || text.includes('\0')) return null;
  const lines = (text.startsWith('\ufeff') ? text.slice(1) : text).split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.some((line) => line.length > MAX_LINE)) return null;
  const escape = escapeDirective(lines);
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length;) {
    const logical = readLogicalLine(lines, at, escape);
    at = logical.next;
    if (trimBlank(logical.text) === '') continue;
    if (instructions.length >= LIMITS.dockerfileInstructions) return null;
    const opened = instructionOf(logical.text, escape);
    const bodies = readHeredocs(lines, at, opened);
    if (bodies === null) return null;
    at = bodies.next;
    instructions.push({ ...opened, line: logical.line, endLine: at, heredocs: bodies.heredocs });
  }
  return instructions.length === 0 ? null : { escape, instructions, lines: lines.map(withoutCarriageReturn) };
}

/** `# escape=` counts only before the first line that is no directive. */
function escapeDirective(lines: readonly string[]): Dockerfile['escape'] {
  for (const line of lines) {
    const visible = trimBlankStart(line);
    const match = /^#\s*(syntax|escape|check)\s*=/i.exec(visible);
    if (match === null) break;
    if (match[1]?.toLowerCase() === 'escape')
      return visible.slice(match[0].length).trim() === '`' ? '`' : '\\';
  }
  return '\\';
}

interface LogicalLine {
  readonly text: string;
  /** 1-based number of its first line, and the 0-based index of the line after it. */
  readonly line: number;
  readonly next: number;
}

/** One instruction without its here-documents: continued lines joined, comments and blank lines between them dropped. */
function readLogicalLine(lines: readonly string[], start: number, escape: string): LogicalLine {
  const first = trimBlankStart(lines[start] ?? '');
  let piece = splitContinuation(first.startsWith('#') ? '' : withoutCarriageReturn(first), escape);
  const parts = [piece.text];
  let next = start + 1;
  while (piece.continues && next < lines.length) {
    const line = lines[next] ?? '';
    next++;
    const visible = trimBlankStart(line);
    if (visible === '' || visible.startsWith('#')) continue;
    piece = splitContinuation(withoutCarriageReturn(line), escape);
    parts.push(piece.text);
  }
  return { text: parts.join(''), line: start + 1, next };
}

/** A line is continued by an escape character at its end, unless a second one stands before it. */
function splitContinuation(
  line: string,
  escape: string,
): { readonly text: string; readonly continues: boolean } {
  const bare = trimEndOf(line, ' \t');
  const continues = bare.endsWith(escape) && !bare.endsWith(escape + escape);
  return { text: continues ? bare.slice(0, -1) : line, continues };
}

type OpenInstruction = Omit<Instruction, 'line' | 'endLine' | 'heredocs'>;

function instructionOf(logical: string, escape: string): OpenInstruction {
  const original = trimBlank(logical);
  const split = original.search(/[\t\v\f\r ]/);
  const keyword = split === -1 ? original : original.slice(0, split);
  const { flags, rest } = splitFlags(split === -1 ? '' : original.slice(split), escape);
  return {
    keyword: keyword.toUpperCase(),
    flags,
    text: trimBlank(rest),
    exec: jsonWords(trimBlank(rest)),
    original,
  };
}

/** Words that begin with `--` up to the first that does not; quotes and escapes in them are worked out. */
function splitFlags(
  text: string,
  escape: string,
): { readonly flags: readonly Flag[]; readonly rest: string } {
  const flags: Flag[] = [];
  let rest = trimBlankStart(text);
  while (rest.startsWith('--')) {
    const { word, length } = readFlag(rest, escape);
    rest = trimBlankStart(rest.slice(length));
    if (word === '--') break;
    const equals = word.indexOf('=');
    const name = word.slice(2, equals === -1 ? undefined : equals);
    flags.push({ name, value: equals === -1 ? null : word.slice(equals + 1) });
  }
  return { flags, rest };
}

function readFlag(text: string, escape: string): { readonly word: string; readonly length: number } {
  let word = '';
  let quote = '';
  let at = 0;
  for (; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === escape) {
      at++;
      word += text[at] ?? '';
    } else if (quote === '' && isBlank(character)) break;
    else if (quote === '' && /['"]/.test(character)) quote = character;
    else if (character === quote) quote = '';
    else word += character;
  }
  return { word, length: at };
}

function jsonWords(text: string): readonly string[] | null {
  if (!text.startsWith('[')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : null;
  } catch {
    return null;
  }
}

const TAKES_HEREDOCS: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD']);

function readHeredocs(
  lines: readonly string[],
  start: number,
  { keyword, text, exec, original }: OpenInstruction,
): { readonly heredocs: readonly Heredoc[]; readonly next: number } | null {
  const trigger = keyword === 'ONBUILD' ? instructionOf(text, '\\') : { keyword, exec };
  const takes = TAKES_HEREDOCS.has(trigger.keyword) && trigger.exec === null;
  const heredocs: Heredoc[] = [];
  let next = start;
  for (const opened of takes ? heredocsOpenedBy(original) : []) {
    const from = next;
    while (next < lines.length && !terminates(lines[next] ?? '', opened)) next++;
    if (next >= lines.length) return null;
    heredocs.push({
      ...opened,
      content: lines
        .slice(from, next)
        .map((line) => `${line}\n`)
        .join(''),
    });
    next++;
  }
  return { heredocs, next };
}

function terminates(line: string, { name, chomp }: Omit<Heredoc, 'content'>): boolean {
  const bare = withoutCarriageReturn(line);
  return (chomp ? bare.replace(/^\t+/, '') : bare) === name;
}

function withoutCarriageReturn(line: string): string {
  return trimEndOf(line, '\r');
}
