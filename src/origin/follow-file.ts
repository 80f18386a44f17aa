/** From the instruction that copies a file into the image back to the one that made it, over `COPY --from=stage`. */
import { HOLE } from '../dockerfile/expand-word.ts';
import { flagOf } from '../dockerfile/instruction.ts';
import { absolutePath, type ResolvedInstruction } from '../dockerfile/resolve-stage.ts';
import { type BuildFile, stageOf } from './build-file.ts';
import { type CopySource, heredocFor, sourcesFor } from './copied-file.ts';

/** One instruction on the way of a file, the last one first. */
export interface Maker {
  readonly resolved: ResolvedInstruction;
  /** The file as this instruction leaves it. */
  readonly path: string;
  /** What it may have copied from the build context; empty when it did not. */
  readonly context: readonly CopySource[];
  /** False when a command that ran afterwards, or this command itself, may have done it without saying so. */
  readonly certain: boolean;
}

const MAX_STAGES = 16;

/** The instruction itself and those before it, to where the way is lost, at a command or at the build context. */
export type Makers = readonly [Maker, ...Maker[]];

export function followFile(file: BuildFile, resolved: ResolvedInstruction, path: string): Makers {
  const first = makerOf(resolved, path, true);
  const others: Maker[] = [];
  for (let next = makerInStage(file, first); next !== null && others.length < MAX_STAGES;) {
    others.push(next);
    next = makerInStage(file, next);
  }
  return [first, ...others];
}

function makerOf(resolved: ResolvedInstruction, path: string, certain: boolean): Maker {
  return { resolved, path, context: contextSources(resolved, path), certain };
}

/** What an instruction may have copied to the path from the build context. */
export function contextSources(resolved: ResolvedInstruction, path: string): readonly CopySource[] {
  if (flagOf(resolved.instruction, 'from') !== null) return [];
  return sourcesFor(resolved, path).filter((copy) => !copy.path.includes('://'));
}

/** What made the file that this COPY takes from another stage of the file. */
function makerInStage(file: BuildFile, { resolved, path, certain }: Maker): Maker | null {
  const from = flagOf(resolved.instruction, 'from');
  const stage = from === null ? null : stageOf(file, from);
  const [source, second] = sourcesFor(resolved, path);
  if (stage === null || source === undefined || second !== undefined || source.path.includes(HOLE))
    return null;
  if (stage.index >= resolved.stage.index) return null;
  const inStage = absolutePath('/', source.path);
  let untouched = certain;
  for (const candidate of file.resolve(stage).toReversed()) {
    const copies = sourcesFor(candidate, inStage);
    const written = copies.some(({ named }) => named) || heredocFor(candidate, inStage) !== null;
    if (written) return makerOf(candidate, inStage, untouched);
    if (copies.length > 0) return null;
    if (candidate.instruction.keyword !== 'RUN') continue;
    if (mentions(candidate, inStage)) return makerOf(candidate, inStage, false);
    untouched = false;
  }
  return null;
}

/** Whether a command names the file, by its whole path or as seen from its directory. */
function mentions({ instruction, workingDir }: ResolvedInstruction, path: string): boolean {
  const below = workingDir === '/' ? '/' : `${workingDir}/`;
  const names = path.startsWith(below) ? [path, path.slice(below.length)] : [path];
  const command = [instruction.text, ...instruction.heredocs.map(({ content }) => content)].join('\n');
  return names.some((name) => holdsWord(command, name));
}

const EDGE = /[\s"'=;&|()<>:,]/;

/** The name between blanks, quotes or operators; `./name` counts as the name. */
function holdsWord(command: string, name: string): boolean {
  for (let at = command.indexOf(name); at !== -1; at = command.indexOf(name, at + name.length)) {
    const before = command.slice(Math.max(0, at - 2), at);
    const after = command[at + name.length] ?? ' ';
    if (EDGE.test(after) && (before === '' || EDGE.test(before.at(-1) ?? '') || before === './')) return true;
  }
  return false;
}
