import { isBlank } from './blank.ts';
import type { Heredoc } from './instruction.ts';
import { skipSubstitution } from './expand-word.ts';

type HeredocStart = Omit<Heredoc, 'content'>;

/** The here-documents that a RUN, COPY or ADD line opens, in order. A line with an open quote opens none. */
export function heredocsOpenedBy(line: string): readonly HeredocStart[] {
  if (!line.includes('<<')) return [];
  return shellWords(line).flatMap((word) => startOf(word) ?? []);
}

function startOf(word: string): HeredocStart | null {
  const start = /^\d*<<-?/.exec(word)?.[0];
  const rest = start === undefined ? '' : word.slice(start.length).replace(/^[\t\n\f\r ]+/, '');
  const [name, second] = rest.includes('<') ? [] : shellWords(rest).map(unquote);
  return name === undefined || second !== undefined ? null : { name, chomp: start?.endsWith('-') === true };
}

/** Words as a shell splits them, quotes and escapes kept; none at all where a quote or `${` stays open. */
function shellWords(line: string): string[] {
  const words: string[] = [];
  let word = '';
  for (let at = 0; at < line.length;) {
    const end = endOfPiece(line, at);
    if (end === null) return [];
    const piece = line.slice(at, end);
    if (piece.length === 1 && isBlank(piece)) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      word = dropsWord(piece) ? piece : word + piece;
    }
    at = end;
  }
  return word === '' ? words : [...words, word];
}

/** The builder's lexer forgets what stands in a word before `${name:-…}` and its like. */
function dropsWord(piece: string): boolean {
  return /^\$\{[^}:+?#%/-]+[:+?#%/-]/.test(piece);
}

/** Where the quoted text, escape, substitution, `<<` with its blanks, or single character at `at` ends. */
function endOfPiece(line: string, at: number): number | null {
  const character = line[at];
  if (character === "'") return after(line.indexOf("'", at + 1));
  if (character === '"') return endOfDoubleQuote(line, at);
  if (character === '\\') return Math.min(at + 2, line.length);
  if (character === '$') return skipSubstitution(line, at, '\\');
  if (line.startsWith('<<', at)) {
    let end = at + 2;
    while (/[\t\r ]/.test(line[end] ?? '')) end++;
    return end;
  }
  return at + 1;
}

function endOfDoubleQuote(line: string, start: number): number | null {
  for (let at = start + 1; at < line.length;) {
    if (line[at] === '"') return at + 1;
    const end = line[at] === '\\' ? at + 2 : line[at] === '$' ? skipSubstitution(line, at, '\\') : at + 1;
    if (end === null) return null;
    at = end;
  }
  return null;
}

function after(index: number): number | null {
  return index === -1 ? null : index + 1;
}

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs,
    (_, single: string, double: string, escaped: string) =>
      single ?? double?.replace(/\\(["$\\])/g, '$1') ?? escaped,
  );
}
