import type { Instruction } from '../dockerfile/instruction.ts';
import { lineageOf } from '../dockerfile/resolve-stage.ts';
import type { Stage } from '../dockerfile/stages.ts';
import { architectureOfPlatform } from './architecture-names.ts';
import type { Mismatch } from './mismatch.ts';
import type { Built } from './place.ts';
import { type Cause, onLine, pointAt, pointAtWord, relate } from './pointing.ts';

/** How the file comes out of the stage: with its base image, or made by its commands. */
type Way = 'base' | 'made';

/** `FROM --platform=linux/amd64`, `FROM --platform=$BUILDPLATFORM`, `FROM image@sha256:…` behind the file. */
export function stagePlatformCause(built: Built, stage: Stage, mismatch: Mismatch, way: Way): Cause | null {
  const [{ from, platform, base } = stage] = lineageOf(stage);
  if (base.kind !== 'image') return null;
  if (platform === null) return way === 'base' ? pinnedBaseCause(built, from, base.name) : null;
  if (/^\$\{?BUILDPLATFORM\}?$/.test(platform)) return buildPlatformCause(built, stage, from, mismatch, way);
  if (platform.includes('$') || architectureOfPlatform(platform) !== mismatch.found) return null;
  const location = pointAtWord(built, from, platform);
  return {
    related: relate(location, `this stage is ${platform} whatever the platform`, proves(built, way)),
    fix: `drop \`--platform=${platform}\` ${onLine(location)}`,
  };
}

/** What a base image holds is the FROM line's doing; what a command makes may have other reasons. */
function proves({ by }: Built, way: Way): boolean {
  return by === 'provenance' && way === 'base';
}

/** Right for a stage that cross-compiles, wrong for one whose files end up in the image as they are. */
function buildPlatformCause(
  built: Built,
  stage: Stage,
  from: Instruction,
  { found, builderPlatform }: Mismatch,
  way: Way,
): Cause | null {
  const builder = builderPlatform === null ? null : architectureOfPlatform(builderPlatform);
  if ((builder !== null && builder !== found) || (way === 'made' && asksForTarget(stage))) return null;
  const location = pointAtWord(built, from, 'BUILDPLATFORM');
  return way === 'base'
    ? {
        related: relate(
          location,
          "this is the builder's platform, not the image's",
          builder !== null && proves(built, way),
        ),
        fix: `drop \`--platform=$BUILDPLATFORM\` ${onLine(location)}`,
      }
    : {
        related: relate(
          location,
          "this stage runs on the builder's platform and never asks for the target's",
          false,
        ),
        fix: `declare \`ARG TARGETARCH\` in the stage and build for it, or drop \`--platform=$BUILDPLATFORM\` ${onLine(location)}`,
      };
}

/** A stage that mentions the target in any way may well cross-compile. */
function asksForTarget(stage: Stage): boolean {
  const text = lineageOf(stage).flatMap(({ instructions }) =>
    instructions.flatMap(({ original, heredocs }) => [original, ...heredocs.map(({ content }) => content)]),
  );
  return text.some((line) => /TARGET|GOARCH|xx-|--target|--host=|CROSS/.test(line));
}

/** A digest may name one platform's manifest, which the builder then takes for every platform. */
function pinnedBaseCause(built: Built, from: Instruction, image: string): Cause | null {
  const digest = /@sha256:[0-9a-f]{64}$/.exec(image)?.[0];
  if (digest === undefined) return null;
  return {
    related: relate(
      pointAt(built, from.line, from.endLine),
      "this digest may name one platform's manifest, which is then taken for all",
      false,
    ),
    fix: "pin the digest of the base image's index, not of one platform's manifest",
  };
}
