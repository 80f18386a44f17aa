/**
 * Which line of the user's files is to blame for a finding: layer -> build step -> instruction -> file and line. Pure
 * functions over the image's config, its build provenance and the checkout. A wrong line is worse than none, so
 * whatever does not fit exactly gives no location; causes are named from proof, or marked as likely. Left out on
 * purpose: what RUN commands do inside (which file a `make install` writes).
 */
import type { Digest } from '../oci/digest.ts';
import type { Entry } from '../rootfs/entry.ts';
import { layerEntries } from './layer-entries.ts';
import type { Location, RelatedLocation } from './location.ts';
import { type Built, findBuilt, type OriginSources, type Place, placeOfLayer } from './place.ts';

/** What origins need to know of a finding. */
export interface Suspect {
  readonly rule: string;
  /** The file, and the layer that brought it; null where no file is to blame. */
  readonly path: string | null;
  readonly layer: Digest | null;
  readonly entry: Entry | null;
}

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
  return (suspect) => locate(suspect, sources, builts);
}

function locate({ layer }: Suspect, sources: OriginSources, builts: readonly (Built | null)[]): Origin {
  const place = layer === null ? null : placeOfLayer(builts, sources, layer);
  const location = place === null || !place.certain ? null : locationOf(place);
  return { createdBy: createdBy(layer, sources), location, related: [], fix: null };
}

function createdBy(layer: Digest | null, { config, layers }: OriginSources): string | null {
  const index = layer === null ? -1 : layers.lastIndexOf(layer);
  const entry = layerEntries(config.history, layers.length)?.[index];
  return entry === undefined ? null : (config.history[entry]?.createdBy ?? null);
}

function locationOf({ built, resolved, stage }: Place): Location | null {
  const { line, endLine } = resolved?.instruction ?? stage.from;
  return linesOf(built, line, endLine);
}

/** null when the repository's copy changed there since. */
function linesOf({ by, file, lines }: Built, line: number, endLine: number): Location | null {
  const shifted = lines.shift(line, endLine);
  const snippet = file.dockerfile.lines.slice(line - 1, endLine).join('\n');
  return shifted === null
    ? null
    : { file: lines.file, line: shifted, endLine: shifted + endLine - line, snippet, by };
}
