import { HOLE } from '../dockerfile/expand-word.ts';
import type { Dockerfile, Instruction } from '../dockerfile/instruction.ts';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import {
  type BuildArguments,
  globalVariables,
  type ResolvedInstruction,
  resolveStage,
} from '../dockerfile/resolve-stage.ts';
import { findStage, globalsOf, type Stage, stagesOf } from '../dockerfile/stages.ts';
import { formatPlatform, normalizePlatform, type Platform } from '../oci/platform.ts';

/** One Dockerfile as it was built for one platform. */
export interface BuildFile {
  readonly dockerfile: Dockerfile;
  readonly stages: readonly Stage[];
  /** ARGs before the first FROM. */
  readonly globals: readonly Instruction[];
  readonly build: BuildArguments;
  /** Names that `--build-context` gave another meaning. */
  readonly contexts: ReadonlySet<string>;
  /** The stage's instructions, those of the stages that it continues first. */
  readonly resolve: (stage: Stage) => readonly ResolvedInstruction[];
}

/** null when the text is no Dockerfile with a stage. */
export function readBuildFile(
  text: string,
  build: BuildArguments,
  contexts: ReadonlySet<string> = new Set(),
): BuildFile | null {
  const dockerfile = parseDockerfile(text);
  if (dockerfile === null) return null;
  const { escape } = dockerfile;
  const globals = globalsOf(dockerfile);
  const variables = globalVariables(globals, escape, build);
  const stages = stagesOf(dockerfile, variables, contexts);
  if (stages.length === 0) return null;
  const resolve = (stage: Stage): readonly ResolvedInstruction[] =>
    resolveStage(stage, escape, variables, build);
  return { dockerfile, stages, globals, build, contexts, resolve };
}

/** The stage that a `--from` names; null when it is none of the file's, or when the build put a context in its place. */
export function stageOf({ stages, contexts }: BuildFile, name: string): Stage | null {
  return contexts.has(name.toLowerCase()) ? null : findStage(stages, name);
}

/** docs.docker.com, "Automatic platform ARGs in the global scope"; the builder's side is a HOLE when nobody told it. */
export function automaticArguments(target: Platform, builder: string | null): ReadonlyMap<string, string> {
  const [os = HOLE, architecture = HOLE, variant = builder === null ? HOLE : ''] = builder?.split('/') ?? [];
  return new Map([
    ['TARGETPLATFORM', target.osVersion === undefined ? formatPlatform(target) : HOLE],
    ['TARGETOS', target.os],
    ['TARGETARCH', target.architecture],
    ['TARGETVARIANT', normalizePlatform(target).variant ?? ''],
    ['BUILDPLATFORM', builder ?? HOLE],
    ['BUILDOS', os],
    ['BUILDARCH', architecture],
    ['BUILDVARIANT', variant],
  ]);
}
