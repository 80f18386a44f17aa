/**
 * A stage's instructions with everything worked out that the file and the platform tell: variables (docs.docker.com,
 * "Understand how ARG and FROM interact", "Automatic platform ARGs in the global scope"), working directory, shell.
 * What nobody told us is a HOLE, never a guess.
 */
import { expandWord, HOLE, type Variables } from './expand-word.ts';
import { type Instruction, wordsOf } from './instruction.ts';
import { pairsOf } from './pairs.ts';
import type { Stage } from './stages.ts';

export interface BuildArguments {
  /** TARGETARCH and its like, as the builder sets them; a HOLE where only the builder knows. */
  readonly automatic: ReadonlyMap<string, string>;
  /** Every `--build-arg` of the build; null when they are not known, so that each ARG may have been set. */
  readonly given: ReadonlyMap<string, string> | null;
}

export interface ResolvedInstruction {
  readonly stage: Stage;
  readonly instruction: Instruction;
  /** Words with variables worked out, of COPY, ADD, WORKDIR and USER; null where the builder would refuse them. */
  readonly words: readonly string[] | null;
  /** Absolute, before the instruction; begins with a HOLE when it depends on the base image. */
  readonly workingDir: string;
  /** Names of the ARGs so far: the builder writes them into the history of each RUN. */
  readonly args: readonly string[];
  /** Null when the base image decides. */
  readonly shell: readonly string[] | null;
}

/** What FROM lines see: automatic arguments and the ARGs before the first FROM. */
export function globalVariables(
  globals: readonly Instruction[],
  escape: string,
  build: BuildArguments,
): Variables {
  const values = new Map<string, string>(build.automatic);
  for (const { name, value } of globals.flatMap((instruction) => pairsOf(instruction, escape))) {
    const said = value === null ? null : expandWord(value, escape, (other) => values.get(other) ?? null);
    const set = givenValue(build, name) ?? said;
    if (set !== null) values.set(name, set);
  }
  return (name) => values.get(name) ?? null;
}

/** The stage's instructions, those of the stages that it continues first. */
export function resolveStage(
  stage: Stage,
  escape: string,
  globals: Variables,
  build: BuildArguments,
): readonly ResolvedInstruction[] {
  const lineage = lineageOf(stage);
  const fromScratch = lineage[0]?.base.kind === 'scratch';
  const values = new Map<string, string>();
  const variables: Variables = (name) => values.get(name) ?? (fromScratch ? null : HOLE);
  const result: ResolvedInstruction[] = [];
  let workingDir = fromScratch ? '/' : HOLE;
  let args: readonly string[] = [];
  let shell: readonly string[] | null = fromScratch ? ['/bin/sh', '-c'] : null;
  for (const stage of lineage) {
    for (const instruction of stage.instructions) {
      const words = expandedWords(instruction, escape, variables);
      result.push({ stage, instruction, words, workingDir, args, shell });
      if (instruction.keyword === 'WORKDIR') workingDir = absolutePath(workingDir, words?.[0] ?? HOLE);
      if (instruction.keyword === 'SHELL') shell = instruction.exec;
      if (instruction.keyword === 'ARG' || instruction.keyword === 'ENV') {
        const pairs = pairsOf(instruction, escape);
        const said = pairs.map(({ value }) => (value === null ? null : expandWord(value, escape, variables)));
        for (const [index, { name }] of pairs.entries()) {
          const isArg = instruction.keyword === 'ARG';
          const value = said[index] ?? (isArg ? globals(name) : HOLE);
          const set = (isArg ? givenValue(build, name) : null) ?? value;
          if (set !== null) values.set(name, set);
          if (isArg && !args.includes(name)) args = [...args, name];
        }
      }
    }
  }
  return result;
}

/** The stages that this one continues, the lowest first, and itself. */
export function lineageOf(stage: Stage): readonly Stage[] {
  const lineage = [stage];
  for (let { base } = stage; base.kind === 'stage'; { base } = base.stage) lineage.unshift(base.stage);
  return lineage;
}

const EXPANDED: ReadonlySet<string> = new Set(['COPY', 'ADD', 'WORKDIR', 'USER']);

function expandedWords(
  instruction: Instruction,
  escape: string,
  variables: Variables,
): readonly string[] | null {
  const { keyword, text } = instruction;
  if (!EXPANDED.has(keyword)) return null;
  const words = keyword === 'WORKDIR' || keyword === 'USER' ? [text] : wordsOf(instruction);
  const expanded = words.map((word) => expandWord(word, escape, variables));
  return expanded.includes(null) ? null : expanded.filter((word) => word !== null);
}

/** `path` as seen from a directory, without `.`, `..` and double slashes; a HOLE in front stays in front. */
export function absolutePath(directory: string, path: string): string {
  const joined = path.startsWith('/') || path.startsWith(HOLE) ? path : `${directory}/${path}`;
  const parts: string[] = [];
  for (const part of joined.split('/')) {
    if (part === '..' && parts.at(-1)?.includes(HOLE) === true) parts.splice(0, parts.length, HOLE);
    else if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const result = parts.join('/');
  return result.startsWith(HOLE) ? result : `/${result}`;
}

function givenValue(build: BuildArguments, name: string): string | null {
  return build.given === null ? HOLE : (build.given.get(name) ?? null);
}
