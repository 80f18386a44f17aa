import type { Instruction } from '../dockerfile/instruction.ts';
import type { Location, RelatedLocation } from './location.ts';
import type { Built } from './place.ts';

/** Why a file is as it is: a place, and what to do there. */
export interface Cause {
  readonly related: RelatedLocation | null;
  readonly fix: string | null;
}

/** null when the repository's copy of the Dockerfile changed at these lines since. */
export function pointAt({ by, file, lines }: Built, line: number, endLine: number): Location | null {
  const shifted = lines.shift(line, endLine);
  const snippet = file.dockerfile.lines.slice(line - 1, endLine).join('\n');
  return shifted === null
    ? null
    : { file: lines.file, line: shifted, endLine: shifted + endLine - line, snippet, by };
}

/** The one line of an instruction that holds the word, underlined there; the whole instruction when none does. */
export function pointAtWord(built: Built, { line, endLine }: Instruction, word: string): Location | null {
  const source = built.file.dockerfile.lines.slice(line - 1, endLine);
  const offset = source.findIndex((text) => text.includes(word));
  if (offset === -1) return pointAt(built, line, endLine);
  const location = pointAt(built, line + offset, line + offset);
  return location === null ? null : { ...location, highlight: word };
}

export function relate(location: Location | null, label: string, proven: boolean): RelatedLocation | null {
  return location === null ? null : { ...location, label, proven };
}

/** `on line 11`, as the repository counts; `in the Dockerfile` when it changed since. */
export function onLine(location: Location | null): string {
  return location === null ? 'in the Dockerfile' : `on line ${location.line}`;
}
