/** What a 401 asks for (RFC 9110, section 11.6.1): its schemes, with their parameters in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const LONGEST = 16 * 1024;
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const BLANKS = /[ \t]*/y;
const SEPARATORS = /[ \t,]*/y;
const QUOTED = /"(?:[^"\\]|\\.)*"?/y;
const BARE = /[^ \t,]*/y;

/** Takes what it understands and passes over the rest, in one walk over the text. */
export function parseChallenges(header: string): readonly Challenge[] {
  const text = header.slice(0, LONGEST);
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [found = ''] = pattern.exec(text) ?? [];
    at += found.length;
    return found;
  };
  while (at < text.length) {
    take(SEPARATORS);
    const word = take(TOKEN).toLowerCase();
    if (word === '') {
      at++;
      continue;
    }
    take(BLANKS);
    if (text[at] !== '=') {
      challenges.push({ scheme: word, parameters: new Map() });
      continue;
    }
    at++;
    take(BLANKS);
    const value = text[at] === '"' ? unquote(take(QUOTED)) : take(BARE);
    const parameters = challenges.at(-1)?.parameters;
    if (parameters && !parameters.has(word)) parameters.set(word, value);
  }
  return challenges;
}

function unquote(quoted: string): string {
  return quoted.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1');
}
