/** A command that changes mode or owner writes the whole file into its layer anew: who brought the content lies below. */
import { hasSameContent } from '../rootfs/same-content.ts';
import type { RelatedLocation } from './location.ts';
import { type Built, type OriginSources, type Place, placeOfLayer } from './place.ts';
import { pointAt, relate } from './pointing.ts';
import type { Suspect } from './suspect.ts';

export interface ContentPlace {
  readonly place: Place;
  /** Commands that wrote the same bytes again since. */
  readonly rewrites: readonly RelatedLocation[];
}

/** null when nobody can tell. A lost x bit is the doing of whoever wrote the file last. */
export function placeOfContent(
  builts: readonly (Built | null)[],
  sources: OriginSources,
  { rule, layer, versions }: Suspect,
): ContentPlace | null {
  let place = layer === null ? null : placeOfLayer(builts, sources, layer);
  const rewrites: RelatedLocation[] = [];
  const start = rule === 'not-executable' ? -1 : versions.findIndex((version) => version.layer === layer);
  for (let at = start; place?.resolved?.instruction.keyword === 'RUN'; at++) {
    const [upper, lower] = [versions[at], versions[at + 1]];
    if (upper === undefined || lower === undefined || !hasSameContent(upper.entry, lower.entry)) break;
    const below = lower.layer === null ? null : placeOfLayer(builts, sources, lower.layer);
    if (below === null) break;
    const { line, endLine } = place.resolved.instruction;
    const label = 'this command wrote it again, with the same content';
    rewrites.push(
      ...[relate(pointAt(place.built, line, endLine), label, true)].filter((one) => one !== null),
    );
    place = below;
  }
  return place === null ? null : { place, rewrites };
}
