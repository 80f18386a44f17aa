/** Stages: what each FROM begins, and which earlier stage it continues (BuildKit dockerfile2llb, addState). */
import { expandWord, fitsPattern, HOLE, type Variables } from './expand-word.ts';
import { type Dockerfile, flagOf, type Instruction, wordsOf } from './instruction.ts';

export interface Stage {
  readonly index: number;
  /** Lower case; null when the stage has none. */
  readonly name: string | null;
  readonly from: Instruction;
  /** `--platform` as written; null when absent. */
  readonly platform: string | null;
  readonly base: StageBase;
  /** Everything after FROM. */
  readonly instructions: readonly Instruction[];
}

export type StageBase =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'stage'; readonly stage: Stage }
  /** An image; the name may hold a HOLE. */
  | { readonly kind: 'image'; readonly name: string }
  /** A name with a variable that may be an earlier stage or an image. */
  | { readonly kind: 'unknown' };

/** ARG instructions before the first FROM. */
export function globalsOf({ instructions }: Dockerfile): readonly Instruction[] {
  const first = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  return instructions.slice(0, Math.max(first, 0)).filter(({ keyword }) => keyword === 'ARG');
}

/** In order; `globals` is what a FROM line sees, `contexts` are names that mean no stage whatever the file says. */
export function stagesOf(
  dockerfile: Dockerfile,
  globals: Variables,
  contexts: ReadonlySet<string> = new Set(),
): readonly Stage[] {
  const starts = dockerfile.instructions.flatMap(({ keyword }, index) => (keyword === 'FROM' ? [index] : []));
  const stages: Stage[] = [];
  for (const [index, start] of starts.entries()) {
    const from = dockerfile.instructions[start];
    if (from === undefined) continue;
    const [image = '', as = '', name = ''] = wordsOf(from);
    stages.push({
      index,
      name: as.toLowerCase() === 'as' && name !== '' ? name.toLowerCase() : null,
      from,
      platform: flagOf(from, 'platform'),
      base: baseOf(
        expandWord(image, dockerfile.escape, globals) ?? HOLE,
        stages.filter(({ name }) => name === null || !contexts.has(name)),
      ),
      instructions: dockerfile.instructions.slice(start + 1, starts[index + 1]),
    });
  }
  return stages;
}

function baseOf(image: string, earlier: readonly Stage[]): StageBase {
  if (image.includes(HOLE)) {
    const mayBeStage = earlier.some(({ name }) => name !== null && fitsPattern(image, name));
    return mayBeStage ? { kind: 'unknown' } : { kind: 'image', name: image };
  }
  const stage = earlier.findLast(({ name }) => name === image);
  if (stage !== undefined) return { kind: 'stage', stage };
  return image === 'scratch' ? { kind: 'scratch' } : { kind: 'image', name: image };
}

/** The stage that `--target`, `--from` or a mount names, by name or number; null when it is none of the file's. */
export function findStage(stages: readonly Stage[], name: string): Stage | null {
  const byName = stages.findLast((stage) => stage.name === name.toLowerCase());
  return byName ?? (/^\d{1,4}$/.test(name) ? (stages[Number(name)] ?? null) : null);
}
