/**
 * The image's history laid over the Dockerfile, from its end: every instruction of the stage must fit its line, in
 * order and without a gap, else nothing is said. A comment more or an instruction moved as a whole costs nothing; an
 * instruction added, removed, reordered or changed since the build makes the whole file unusable, on purpose.
 */
import { lineageOf, type ResolvedInstruction } from '../dockerfile/resolve-stage.ts';
import type { Stage } from '../dockerfile/stages.ts';
import type { HistoryEntry } from '../oci/image-config.ts';
import { oneLine } from './command-line.ts';
import { fitsEntry, leavesEntry } from './history-entry.ts';

export interface HistoryMatch {
  /** The instruction behind each history entry; null for those of the base image, or when it cannot be told. */
  readonly entries: readonly (ResolvedInstruction | null)[];
  /** The lowest stage, when everything above its base image is accounted for: all other entries are that image's. */
  readonly base: Stage | null;
}

/** @returns null when the stage is not what the history tells. */
export function matchHistory(
  history: readonly HistoryEntry[],
  instructions: readonly ResolvedInstruction[],
  stage: Stage,
): HistoryMatch | null {
  if (history.some(({ comment }) => comment === 'buildkit.exporter.image.v0')) return null;
  return matchEveryEntry(history, instructions, stage) ?? matchKaniko(history, instructions);
}

function matchEveryEntry(
  history: readonly HistoryEntry[],
  instructions: readonly ResolvedInstruction[],
  stage: Stage,
): HistoryMatch | null {
  const entries: (ResolvedInstruction | null)[] = history.map(() => null);
  let at = history.length;
  for (const resolved of instructions.toReversed()) {
    const entry = history[at - 1];
    if (entry === undefined) return null;
    if (!leavesEntry(resolved.instruction, entry)) continue;
    if (!fitsEntry(resolved, entry)) return resolved.stage === stage ? null : above(resolved.stage, entries);
    at--;
    entries[at] = resolved;
  }
  const [lowest = stage] = lineageOf(stage);
  if (lowest.base.kind === 'image') return { entries, base: lowest };
  return at > 0 && lowest.base.kind === 'scratch' ? null : { entries, base: null };
}

/** A stage further down does not fit: only what lies above it is known. */
function above(stage: Stage, entries: HistoryMatch['entries']): HistoryMatch {
  return { entries: entries.map((resolved) => (resolved?.stage === stage ? null : resolved)), base: null };
}

/**
 * kaniko writes instructions as they stand in the file, and only those that changed a file. A line is known when it
 * falls on the same instruction counted from either end.
 */
function matchKaniko(
  history: readonly HistoryEntry[],
  instructions: readonly ResolvedInstruction[],
): HistoryMatch | null {
  const written = instructions.map(({ instruction }) => oneLine(instruction.original));
  const isOurs = ({ createdBy, comment }: HistoryEntry): boolean =>
    comment === '' && written.includes(oneLine(createdBy));
  const start = history.findLastIndex((entry) => !isOurs(entry)) + 1;
  const lines = history.slice(start).map(({ createdBy }) => oneLine(createdBy));
  const forward = align(lines, written);
  const backward = align(lines.toReversed(), written.toReversed()).map((index) => written.length - 1 - index);
  if (lines.length === 0 || forward.includes(-1)) return null;
  const entries = history.map((_, index) => {
    const found = forward[index - start];
    const same = found !== undefined && found === backward[lines.length - 1 - (index - start)];
    return same ? (instructions[found] ?? null) : null;
  });
  return { entries, base: null };
}

/** For each line the first place after the one before it; -1 when there is none. */
function align(lines: readonly string[], written: readonly string[]): number[] {
  let from = 0;
  return lines.map((line) => {
    const found = written.indexOf(line, from);
    from = found === -1 ? written.length : found + 1;
    return found;
  });
}
