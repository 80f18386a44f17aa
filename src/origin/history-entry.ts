import type { Instruction } from '../dockerfile/instruction.ts';
import type { ResolvedInstruction } from '../dockerfile/resolve-stage.ts';
import type { HistoryEntry } from '../oci/image-config.ts';
import { oneLine } from './command-line.ts';
import { fitsBuildkit } from './history-buildkit.ts';
import { fitsClassic } from './history-classic.ts';

/** Whether a line of an image's history can be what a builder wrote for the instruction. */
export function fitsEntry(resolved: ResolvedInstruction, entry: HistoryEntry): boolean {
  const text = oneLine(entry.createdBy);
  if (!isBuildkitEntry(entry)) return fitsClassic(resolved, text);
  // BuildKit marks layers as empty from the end when a base image's history has more of them than the image has.
  const isMarked = entry.emptyLayer && MAKES_LAYER.has(resolved.instruction.keyword);
  return !isMarked && fitsBuildkit(resolved, text);
}

/** False for an instruction that leaves no line: BuildKit keeps ONBUILD for the next build only. */
export function leavesEntry({ keyword }: Instruction, entry: HistoryEntry): boolean {
  return keyword !== 'ONBUILD' || !isBuildkitEntry(entry);
}

const MAKES_LAYER: ReadonlySet<string> = new Set(['COPY', 'ADD', 'RUN']);

function isBuildkitEntry({ comment }: HistoryEntry): boolean {
  return comment.startsWith('buildkit.dockerfile');
}
