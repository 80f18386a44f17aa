import type { Repository } from './repository.ts';

/** Where the lines of a built Dockerfile stand in the repository's copy of it. */
export interface BuiltLines {
  readonly file: string;
  /** null when the file changed at these lines since. */
  shift(line: number, endLine: number): number | null;
}

/**
 * The file at one of `paths` (best first) that is the one built: word for word, or changed since. Without any of them
 * in the repository the built file's own line numbers are all there is to say.
 */
export function builtLines(
  built: string,
  paths: readonly string[],
  repository: Repository,
): BuiltLines | null {
  const found = paths.flatMap((file) => {
    const text = repository(file)?.text;
    return text === undefined ? [] : [{ file, lines: linesOf(text) }];
  });
  const lines = linesOf(built);
  const same = found.find((copy) => copy.lines.join('\n') === lines.join('\n'));
  if (same !== undefined) return { file: same.file, shift: (line) => line };
  const [changed] = found;
  if (changed !== undefined) return { file: changed.file, shift: shiftBetween(lines, changed.lines) };
  const [file] = paths;
  return file === undefined ? null : { file, shift: (line) => line };
}

/** Lines before the first change and after the last one keep their place; others only when they are unmistakable. */
function shiftBetween(from: readonly string[], to: readonly string[]): BuiltLines['shift'] {
  const shorter = Math.min(from.length, to.length);
  let head = 0;
  while (head < shorter && from[head] === to[head]) head++;
  let tail = 0;
  while (tail < shorter - head && from.at(-1 - tail) === to.at(-1 - tail)) tail++;
  return (line, endLine) => {
    if (endLine <= head) return line;
    if (line > from.length - tail) return line + to.length - from.length;
    const block = from.slice(line - 1, endLine);
    const [place, second] = placesOf(block, to);
    return place === undefined || second !== undefined || placesOf(block, from).length > 1 ? null : place;
  };
}

/** 1-based lines at which the block stands; at most two are looked for. */
function placesOf(block: readonly string[], lines: readonly string[]): readonly number[] {
  const places: number[] = [];
  for (let at = 0; at + block.length <= lines.length && places.length < 2; at++) {
    if (block.every((line, offset) => line === lines[at + offset])) places.push(at + 1);
  }
  return places;
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}
