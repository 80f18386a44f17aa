/** What Go calls white space (unicode.IsSpace), which is not quite what `\s` and trim() take for it. */
const BLANK = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

export function isBlank(character: string): boolean {
  return BLANK.test(character);
}

// Loops, not regular expressions: `/ +$/` takes quadratic time on a long line of blanks.

export function trimBlankStart(text: string): string {
  let start = 0;
  while (start < text.length && isBlank(text[start] ?? '')) start++;
  return text.slice(start);
}

export function trimBlank(text: string): string {
  let end = text.length;
  while (end > 0 && isBlank(text[end - 1] ?? '')) end--;
  return trimBlankStart(text.slice(0, end));
}

export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1] ?? '')) end--;
  return text.slice(0, end);
}
