/** Names in what coreutils say: `quotearg` of gnulib, in the style of the locale. */

/** `curly`: in a locale of UTF-8, and then characters are printed as they are. */
export type Quotes = 'straight' | 'curly';

export function quoted(text: string, quotes: Quotes): string {
  const [before, after] = quotes === 'curly' ? ['‘', '’'] : ["'", "'"];
  return `${before}${text.replaceAll(/[^]/gu, (character) => escaped(character, quotes))}${after}`;
}

/** Names of files, as a shell would take them (`quoteaf`), whatever the locale; null of what is not ASCII or has quotes. */
export function shellQuoted(name: string): string | null {
  return /^[ -&(-~]*$/.test(name) ? `'${name}'` : null;
}

/** Letters behind a backslash, as in C. */
export const C_ESCAPES: Readonly<Record<string, string>> = {
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\\': '\\',
};

function escaped(character: string, quotes: Quotes): string {
  const letter = C_ESCAPES[character];
  if (letter !== undefined) return `\\${letter}`;
  if (character === "'" && quotes === 'straight') return String.raw`\'`;
  if (/^[ -~]$/.test(character) || (quotes === 'curly' && character > '\x9f')) return character;
  return [...new TextEncoder().encode(character)].map(inOctal).join('');
}

/** A byte as `\ooo`. */
export function inOctal(byte: number): string {
  return `\\${byte.toString(8).padStart(3, '0')}`;
}
