/** Every instruction that may have taken a file out of the build context, over stages, renaming copies and commands. */
import { HOLE } from '../dockerfile/expand-word.ts';
import { flagOf } from '../dockerfile/instruction.ts';
import { absolutePath, type ResolvedInstruction } from '../dockerfile/resolve-stage.ts';
import type { Stage } from '../dockerfile/stages.ts';
import { type BuildFile, stageOf } from './build-file.ts';
import { sourcesFor } from './copied-file.ts';
import { contextSources, type Maker } from './follow-file.ts';

const MAX_STEPS = 256;

/** The nearest to the image first. Guesses: only equal content proves that the file came this way. */
export function followContext(
  file: BuildFile,
  resolved: ResolvedInstruction,
  path: string,
): readonly Maker[] {
  const found: Maker[] = [];
  let steps = 0;
  const visit = (at: ResolvedInstruction, path: string): void => {
    const context = contextSources(at, path);
    if (context.length > 0) found.push({ resolved: at, path, context, certain: true });
    const from = flagOf(at.instruction, 'from');
    const stage = from === null ? null : stageOf(file, from);
    if (stage === null || stage.index >= at.stage.index) return;
    for (const { path: inside } of sourcesFor(at, path)) {
      if (!inside.includes(HOLE)) search(stage, absolutePath('/', inside), null);
    }
  };
  const search = (stage: Stage, path: string, before: ResolvedInstruction | null): void => {
    const instructions = file.resolve(stage);
    const end =
      before === null ? -1 : instructions.findIndex((one) => one.instruction === before.instruction);
    for (const candidate of instructions.slice(0, end === -1 ? undefined : end).toReversed()) {
      steps++;
      if (steps > MAX_STEPS) return;
      visit(candidate, path);
    }
  };
  if (resolved.instruction.keyword === 'RUN') search(resolved.stage, path, resolved);
  else visit(resolved, path);
  return found;
}
