/** `env -S`: the words of a string as build_argv of coreutils' src/env.c splits them. */
import type { Execution } from '../execution.ts';

/** What separates words; before coreutils 9.0 other white space is part of them. */
export const BLANKS: RegExp = /[ \t\n\v\f\r]/;
export const BLANKS_BEFORE_9: RegExp = /[ \t]/;
const ESCAPES: Readonly<Record<string, string>> = {
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '#': '#',
  $: '$',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** What nobody but the runtime knows. */
const SET_BY_RUNTIME: ReadonlySet<string> = new Set(['HOME', 'HOSTNAME', 'TERM']);

/** What env says of a string that it refuses. */
export interface SplitFault {
  readonly error: string;
}

/** null when only running tells: a variable that the runtime sets, or a script before it. */
export function splitEnvString(
  text: string,
  { environment, unknownVariables }: Pick<Execution, 'environment' | 'unknownVariables'>,
  blanks: RegExp,
): readonly string[] | SplitFault | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote === '' && blanks.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (quote === '' && character === '#' && word === null) break;
    else if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (character === '\\') {
      const next: string = text[++at] ?? '';
      if (quote === "'" && next !== '\\' && next !== "'") word = `${word ?? ''}\\${next}`;
      else if (next === 'c' && quote === '') break;
      else if (next === '_' && quote === '') {
        if (word !== null) words.push(word);
        word = null;
      } else {
        const meant = next === '_' ? ' ' : ESCAPES[next];
        if (meant === undefined) return { error: escapeError(next, quote) };
        word = (word ?? '') + meant;
      }
    } else if (character === '$' && quote !== "'") {
      const name = /^\{([A-Za-z_]\w*)\}/.exec(text.slice(at + 1));
      if (name === null)
        return { error: `only \${VARNAME} expansion is supported, error at: ${text.slice(at)}` };
      at += name[0].length;
      const value = environment.get(name[1] ?? '');
      const isUnknown = SET_BY_RUNTIME.has(name[1] ?? '') || unknownVariables?.has(name[1] ?? '') === true;
      if (value === undefined && isUnknown) return null;
      // A variable that is not set makes no word of its own.
      if (value !== undefined) word = (word ?? '') + value;
    } else word = (word ?? '') + character;
  }
  if (quote !== '') return { error: 'no terminating quote in -S string' };
  return word === null ? words : [...words, word];
}

function escapeError(letter: string, quote: string): string {
  if (letter === '') return 'invalid backslash at end of string in -S';
  return letter === 'c' && quote === '"'
    ? "'\\c' must not appear in double-quoted -S string"
    : `invalid sequence '\\${letter}' in -S`;
}
