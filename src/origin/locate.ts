/**
 * Which line of the user's files is to blame for a finding: layer -> build step -> instruction -> file and line. Pure
 * functions over the image's config, its build provenance and the checkout. A wrong line is worse than none, so
 * whatever does not fit exactly gives no location; causes are named from proof, or marked as likely. Left out on
 * purpose: what RUN commands do inside (which file a `make install` writes).
 */
import type { ResolvedInstruction } from '../dockerfile/resolve-stage.ts';
import type { Digest } from '../oci/digest.ts';
import type { Entry } from '../rootfs/entry.ts';
import { architectureOf } from './architecture-names.ts';
import { locateInConfig } from './config-instruction.ts';
import { followContext } from './follow-context.ts';
import { followFile, type Maker, type Makers } from './follow-file.ts';
import { foreignCauses } from './foreign-causes.ts';
import { layerEntries } from './layer-entries.ts';
import type { Location, RelatedLocation } from './location.ts';
import type { Mismatch } from './mismatch.ts';
import { imageCause } from './image-cause.ts';
import { placeOfContent } from './place-of-content.ts';
import { type Built, findBuilt, type OriginSources, type Place } from './place.ts';
import { type Cause, pointAt, relate } from './pointing.ts';
import { type ContextPlaces, findSourceFile, type SourceFile } from './repository-file.ts';
import { locateInSource, lostExecuteBit, sourceCause } from './source-causes.ts';
import type { Suspect } from './suspect.ts';

export interface Origin {
  /** The history line of the layer; null when the history does not tell. */
  readonly createdBy: string | null;
  readonly location: Location | null;
  readonly related: readonly RelatedLocation[];
  /** One thing to do, where the cause tells more than the rule knows. */
  readonly fix: string | null;
}

/** Ready to be asked about every finding of one platform image. */
export function originsOf(sources: OriginSources): (suspect: Suspect) => Origin {
  const builts = findBuilt(sources);
  return (suspect) => {
    const content = placeOfContent(builts, sources, suspect);
    const createdBy = historyLine(suspect.layer, sources);
    if (content !== null) {
      const { related, ...origin } = originAt(content.place, suspect, sources);
      return { createdBy, ...origin, related: distinct([...related, ...content.rewrites]) };
    }
    const location =
      suspect.layer === null ? locateInConfig(suspect.rule, sources.config.process, builts) : null;
    return { createdBy, location, related: [], fix: null };
  };
}

function historyLine(layer: Digest | null, { config, layers }: OriginSources): string | null {
  const index = layer === null ? -1 : layers.lastIndexOf(layer);
  const entry = layerEntries(config.history, layers.length)?.[index];
  return entry === undefined ? null : (config.history[entry]?.createdBy ?? null);
}

function originAt(place: Place, suspect: Suspect, sources: OriginSources): Omit<Origin, 'createdBy'> {
  return place.resolved === null
    ? originInBase(place, suspect, sources)
    : originInFile(place.built, makersOf(place.built, place.resolved, suspect.path ?? ''), suspect, sources);
}

/** Over `/bin -> usr/bin` a file is found under another path than the one that the instruction wrote. */
function makersOf({ by, file }: Built, resolved: ResolvedInstruction, path: string): Makers {
  const unmerged = path.replace(/^\/usr(?=\/(?:bin|sbin|lib|lib32|lib64)\/)/, '');
  const asFound = followFile(file, resolved, path);
  const isTold = asFound.length > 1 || asFound[0].context.length > 0;
  const [first, ...others] = isTold ? asFound : followFile(file, resolved, unmerged);
  // The history speaks for the last stage only: the others may have changed since.
  return [first, ...others.map((maker) => ({ ...maker, certain: maker.certain && by === 'provenance' }))];
}

/** A file of the base image. FROM is to blame when the build said so, or when its own `--platform` explains the file. */
function originInBase(place: Place, { entry }: Suspect, sources: OriginSources): Omit<Origin, 'createdBy'> {
  const { built, stage, certain } = place;
  const { cause, platformSaysIt } = imageCause(place, mismatchOf(entry, sources));
  const from = pointAt(built, stage.from.line, stage.from.endLine);
  const known = certain || platformSaysIt;
  const guess = known ? null : relate(from, 'the file comes with this base image', false);
  return {
    location: known ? from : null,
    related: [cause.related ?? guess].filter((related) => related !== null),
    fix: cause.fix,
  };
}

/** A file that an instruction brought; the first maker is that instruction. */
function originInFile(
  built: Built,
  followed: Makers,
  { rule, entry }: Suspect,
  sources: OriginSources,
): Omit<Origin, 'createdBy'> {
  const [first] = followed;
  const copies = followContext(built.file, first.resolved, first.path);
  const source =
    entry === null ? null : findSourceFile(entry, copies, contextsOf(sources), sources.repository);
  const makers = withCopy(built, followed, source);
  const last = makers.at(-1) ?? first;
  const mismatch = mismatchOf(entry, sources);
  const causes: Cause[] = [];
  if (mismatch !== null) causes.push(...foreignCauses(built, makers, mismatch));
  if (rule === 'not-executable' && entry !== null)
    causes.push(
      ...[lostExecuteBit(built, followed.at(-1) ?? first, entry, source)].filter((cause) => cause !== null),
    );
  if (source !== null) causes.push(sourceCause(rule, source));
  const { line, endLine } = first.resolved.instruction;
  const copied = pointAt(built, line, endLine);
  const inSource = locateInSource(rule, source);
  const related = [
    inSource === null ? null : relate(copied, 'this line puts the file into the image', true),
    ...causes.map((cause) => cause.related),
    makers.length === 1 ? null : madeBy(built, last),
  ];
  return {
    location: inSource ?? copied,
    related: distinct(related.filter((place) => place !== null)),
    fix: causes.find(({ fix }) => fix !== null)?.fix ?? null,
  };
}

function madeBy(built: Built, { resolved, certain }: Maker): RelatedLocation | null {
  const { line, endLine, keyword } = resolved.instruction;
  const { known, guessed } = keyword === 'RUN' ? MADE : COPIED;
  return relate(pointAt(built, line, endLine), certain ? known : guessed, certain);
}

/** To be read alone, and behind "likely cause:". */
const MADE = { known: 'this command makes the file', guessed: 'this command, which makes the file' } as const;
const COPIED = {
  known: 'the file comes from here',
  guessed: 'this line, which brings the file',
} as const;

/** Where the way was lost, equal content may still prove which copy from the build context it began with. */
function withCopy(built: Built, makers: Makers, source: SourceFile | null): Makers {
  const [first, ...others] = makers;
  if (source?.same !== 'bytes') return makers;
  const { instruction } = source.copy.resolved;
  if (makers.some(({ resolved }) => resolved.instruction === instruction)) return makers;
  return [first, ...others, { ...source.copy, certain: built.by === 'provenance' }];
}

/** One remark a place: the first says most. */
function distinct(related: readonly RelatedLocation[]): readonly RelatedLocation[] {
  const seen = new Map<string, RelatedLocation>();
  for (const place of related) {
    const key = `${place.file}:${place.line}`;
    if (!seen.has(key)) seen.set(key, place);
  }
  return [...seen.values()];
}

function mismatchOf(entry: Entry | null, { config, provenance }: OriginSources): Mismatch | null {
  const found = entry?.content?.kind === 'elf' ? architectureOf(entry.content) : null;
  const wanted = config.platform.architecture;
  if (found === null || found === wanted) return null;
  return { found, wanted, builderPlatform: provenance?.builderPlatform ?? null };
}

/** Where the build context lies in the repository: what inputs and build say, else what its Dockerfile suggests. */
function contextsOf({ context, provenance, dockerfile }: OriginSources): ContextPlaces {
  const told = [context, provenance?.contextDirectory ?? null].filter((directory) => directory !== null);
  const name = dockerfile ?? provenance?.dockerfile ?? '';
  const parents = name.split('/').map((_, index, parts) => parts.slice(0, index).join('/'));
  return { told: [...new Set(told)], guessed: [...new Set(['', ...parents])] };
}
