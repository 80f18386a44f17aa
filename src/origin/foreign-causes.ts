/** Why a file is for another architecture than its platform: what the Dockerfile says of it, the most telling first. */
import { flagOf, wordsOf } from '../dockerfile/instruction.ts';
import type { Stage } from '../dockerfile/stages.ts';
import { namedIn } from './architecture-names.ts';
import { stageOf } from './build-file.ts';
import { constantValueCause } from './constant-value.ts';
import type { Maker, Makers } from './follow-file.ts';
import type { Mismatch } from './mismatch.ts';
import type { Built } from './place.ts';
import { type Cause, onLine, pointAt, pointAtWord, relate } from './pointing.ts';
import { stagePlatformCause } from './stage-platform.ts';

/** `makers` as {@link followFile} gives them. */
export function foreignCauses(built: Built, makers: Makers, mismatch: Mismatch): readonly Cause[] {
  const values = makers.flatMap((maker) => constantValueCause(built, maker, mismatch) ?? []);
  const names = makers.flatMap((maker) => hardCodedCause(built, maker, mismatch) ?? []);
  const stages = stagesBehind(built, makers).flatMap(
    (stage) => stagePlatformCause(built, stage, mismatch, 'made') ?? [],
  );
  const causes = [...values, ...names, ...stages];
  return causes.length > 0 ? causes : sameFileCause(built, makers);
}

/** `COPY bin/app-amd64 …`, `RUN curl …-x86_64.tar.gz`, `RUN GOARCH=amd64 go build`: a name and no choice. */
function hardCodedCause(
  built: Built,
  { resolved, certain }: Maker,
  { found, wanted }: Mismatch,
): Cause | null {
  const { instruction } = resolved;
  const text = [instruction.original, ...instruction.heredocs.map(({ content }) => content)].join('\n');
  const word = namedIn(text, wanted) === null ? namedIn(text, found) : null;
  if (word === null) return null;
  const location = pointAtWord(built, instruction, word);
  const isPlain = namedIn(text.replace(/\$\{[^}]*\}/g, ' '), found) !== null;
  return {
    related: relate(
      location,
      `${word} is written here whatever the platform`,
      // In `${ARCH:-amd64}` it is only a default.
      certain && isPlain && instruction.keyword !== 'RUN',
    ),
    fix: `use \`TARGETARCH\` in place of \`${word}\` ${onLine(location)}`,
  };
}

/** Stages whose commands made the file: of the last maker that is a command, or the one the way was lost in. */
function stagesBehind(built: Built, makers: Makers): readonly Stage[] {
  const { instruction, stage } = (makers.at(-1) ?? makers[0]).resolved;
  if (instruction.keyword === 'RUN') return [stage];
  const from = flagOf(instruction, 'from');
  const lost = from === null ? null : stageOf(built.file, from);
  return lost === null ? [] : [lost];
}

/** One file of the build context for all platforms; a matrix may still have put another one there for each. */
function sameFileCause(built: Built, makers: Makers): readonly Cause[] {
  const { context, resolved } = makers.at(-1) ?? makers[0];
  const { instruction } = resolved;
  if (context.length === 0 || wordsOf(instruction).some((word) => word.includes('$'))) return [];
  const location = makers.length === 1 ? null : pointAt(built, instruction.line, instruction.endLine);
  return [
    {
      related: relate(location, 'this takes the same file of the build context for every platform', false),
      fix: 'put one file for each platform into the build context and choose it by `${TARGETARCH}`',
    },
  ];
}
