/**
 * Which instruction brought a layer. Build provenance says it outright (step -> layers, step -> lines); else the
 * Dockerfile of the checkout is laid over the config's history; else nothing is said.
 */
import type { Instruction } from '../dockerfile/instruction.ts';
import type { ResolvedInstruction } from '../dockerfile/resolve-stage.ts';
import { findStage, type Stage } from '../dockerfile/stages.ts';
import type { Digest } from '../oci/digest.ts';
import type { ImageConfig } from '../oci/image-config.ts';
import { automaticArguments, type BuildFile, readBuildFile } from './build-file.ts';
import { type BuiltLines, builtLines } from './built-lines.ts';
import { layerEntries } from './layer-entries.ts';
import { stepOfLayer } from './layer-step.ts';
import { type HistoryMatch, matchHistory } from './match-history.ts';
import type { Provenance, SourceRange } from './provenance.ts';
import { type Repository, repositoryPath } from './repository.ts';

/** Everything about one platform image that origins are read from. */
export interface OriginSources {
  /** The manifest's layers, lowest first. */
  readonly layers: readonly Digest[];
  readonly config: ImageConfig;
  /** Of this platform's image; null when there is none. */
  readonly provenance: Provenance | null;
  readonly repository: Repository;
  /** What inputs or metadata name, relative to the repository; null when they do not. */
  readonly dockerfile: string | null;
  readonly context: string | null;
  readonly target: string | null;
}

/** One Dockerfile that certainly was, or by its history must have been, the one built. */
export interface Built {
  readonly by: 'provenance' | 'history';
  readonly file: BuildFile;
  readonly lines: BuiltLines;
  /** null when the history does not fit. */
  readonly match: HistoryMatch | null;
}

/** What brought a layer: an instruction, or the FROM of a stage whose base image has it. */
export interface Place {
  readonly built: Built;
  readonly resolved: ResolvedInstruction | null;
  readonly stage: Stage;
  /** False for a base image that only the history speaks for: an instruction behind FROM may be gone since. */
  readonly certain: boolean;
  /** True when an ONBUILD instruction of the stage's base image brought the layer. */
  readonly isTrigger: boolean;
}

/** The Dockerfiles behind the image: those in the provenance, else the one of the checkout that the history fits. */
export function findBuilt(sources: OriginSources): readonly (Built | null)[] {
  const attested = (sources.provenance?.dockerfiles ?? []).map(({ name, text }): Built | null => {
    const file = readFile(text, sources);
    const lines = builtLines(text, dockerfilePaths(sources, name), sources.repository);
    if (file === null || lines === null) return null;
    return { by: 'provenance', file, lines, match: fitStage(file, sources) };
  });
  return attested.some((built) => built !== null) ? attested : [builtByHistory(sources)];
}

function builtByHistory(sources: OriginSources): Built | null {
  for (const path of dockerfilePaths(sources, sources.provenance?.dockerfile ?? 'Dockerfile')) {
    const text = sources.repository(path)?.text;
    const file = text === undefined ? null : readFile(text, sources);
    const match = file === null ? null : fitStage(file, sources);
    if (file !== null && match !== null) {
      return { by: 'history', file, lines: { file: path, shift: (line) => line }, match };
    }
  }
  return null;
}

function readFile(text: string, { config, provenance }: OriginSources): BuildFile | null {
  const automatic = automaticArguments(config.platform, provenance?.builderPlatform ?? null);
  const given = provenance?.buildArgs ?? null;
  return readBuildFile(text, { automatic, given }, provenance?.namedContexts);
}

/** The target's stage must fit; when nobody named a target the last one, else the only one that does. */
function fitStage(file: BuildFile, { config, target, provenance }: OriginSources): HistoryMatch | null {
  const fit = (stage: Stage): HistoryMatch | null => matchHistory(config.history, file.resolve(stage), stage);
  const named = target ?? provenance?.target ?? null;
  const stage = named === null ? (file.stages.at(-1) ?? null) : findStage(file.stages, named);
  const match = stage === null ? null : fit(stage);
  if (match !== null || named !== null || file.stages.length > MAX_STAGES) return match;
  const [other, second] = file.stages.filter(makesLayers).flatMap((candidate) => fit(candidate) ?? []);
  return other === undefined || second !== undefined ? null : other;
}

/** Laying the history over every stage of a file takes time by their square. */
const MAX_STAGES = 100;

function makesLayers({ instructions }: Stage): boolean {
  return instructions.some(({ keyword }) => keyword === 'RUN' || keyword === 'COPY' || keyword === 'ADD');
}

/** Best guess first. What the user or the build named comes before what its name alone suggests. */
function dockerfilePaths(sources: OriginSources, name: string): readonly string[] {
  const { dockerfile, context, provenance } = sources;
  const paths = [
    dockerfile === null ? null : repositoryPath(dockerfile),
    repositoryPath(provenance?.dockerfileDirectory ?? '', name),
    repositoryPath(context ?? '', name),
    repositoryPath(name),
  ];
  return [...new Set(paths.filter((path) => path !== null))];
}

/** null when nobody can tell. */
export function placeOfLayer(
  builts: readonly (Built | null)[],
  sources: OriginSources,
  layer: Digest,
): Place | null {
  const index = sources.layers.lastIndexOf(layer);
  if (index === -1) return null;
  const found = builts.map((built) => (built === null ? null : placeByEntry(built, sources, index)));
  return placeByStep(builts, sources, index) ?? found.find((place) => place !== null) ?? null;
}

function placeByStep(
  builts: readonly (Built | null)[],
  { provenance, layers }: OriginSources,
  index: number,
): Place | null {
  const step = provenance === null ? null : stepOfLayer(provenance, layers, index);
  const ranges = new Map((step?.ranges ?? []).map((range) => [`${range.source}:${range.line}`, range]));
  const [range, second] = ranges.values();
  const built = range === undefined || second !== undefined ? null : (builts[range.source] ?? null);
  return range === undefined || built === null ? null : placeAt(built, range, step?.kind !== 'source');
}

/** The instruction that stands at these very lines. */
function placeAt(built: Built, { line, endLine }: SourceRange, isMade: boolean): Place | null {
  const stage = built.file.stages.findLast(({ from }) => from.line <= line);
  if (stage === undefined) return null;
  const stands = (at: Instruction): boolean => at.line === line && at.endLine === endLine;
  if (stands(stage.from)) return { built, stage, resolved: null, certain: true, isTrigger: isMade };
  const resolved = built.file.resolve(stage).find(({ instruction }) => stands(instruction));
  return resolved === undefined ? null : { built, stage, resolved, certain: true, isTrigger: false };
}

function placeByEntry(built: Built, { config, layers }: OriginSources, index: number): Place | null {
  const entry = layerEntries(config.history, layers.length)?.[index];
  if (entry === undefined || built.match === null) return null;
  const resolved = built.match.entries[entry] ?? null;
  if (resolved !== null) return { built, resolved, stage: resolved.stage, certain: true, isTrigger: false };
  const { base } = built.match;
  return base === null ? null : { built, resolved, stage: base, certain: false, isTrigger: false };
}
