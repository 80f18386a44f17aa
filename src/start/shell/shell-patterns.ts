/** Patterns of the shell with `*` and `?`, in `case` and in `${NAME##*\/}`. */
import type { Word, WordPart } from 'unbash';

/** Longer values with several stars would take long to look through. */
const LONGEST = 4096;
const MOST_STARS = 3;

/** A regular expression without its borders; null for brackets and what is not known. */
export function patternSource(pattern: Word, valueOf: (part: WordPart) => string | null): string | null {
  const parts: readonly WordPart[] = pattern.parts ?? [
    { type: 'Literal', value: pattern.value, text: pattern.text, pos: pattern.pos, end: pattern.end },
  ];
  let source = '';
  for (const part of parts) {
    if (part.type === 'Glob' && part.kind !== 'bracket') source += part.kind === 'star' ? '[^]*' : '[^]';
    else if (part.type === 'Literal' || part.type === 'SingleQuoted') source += escaped(part.value);
    else {
      const value = valueOf(part);
      if (value === null || (part.type !== 'DoubleQuoted' && /[*?[\\]/.test(value))) return null;
      source += escaped(value);
    }
  }
  return source;
}

/** null where the pattern and the value are too long. */
export function matches(source: string, value: string): boolean | null {
  return isSmall(source, value) ? new RegExp(`^${source}$`).test(value) : null;
}

/** `${NAME#pattern}` and its kin; null where that takes too long. */
export function withoutMatch(
  source: string,
  value: string,
  operator: '#' | '##' | '%' | '%%',
): string | null {
  if (!isSmall(source, value)) return null;
  const whole = new RegExp(`^${source}$`);
  const lengths = Array.from({ length: value.length + 1 }, (_, length) => length);
  const found = (operator.length === 1 ? lengths : lengths.toReversed()).find((length) =>
    whole.test(operator.startsWith('#') ? value.slice(0, length) : value.slice(value.length - length)),
  );
  if (found === undefined) return value;
  return operator.startsWith('#') ? value.slice(found) : value.slice(0, value.length - found);
}

function isSmall(source: string, value: string): boolean {
  const stars = source.split('[^]*').length - 1;
  return value.length <= (stars < 2 ? 100_000 : LONGEST) && stars <= MOST_STARS;
}

export function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
