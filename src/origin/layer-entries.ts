import type { HistoryEntry } from '../oci/image-config.ts';

/** For each layer the index of its history entry (image-spec, config.md#properties, history); null when they do not add up. */
export function layerEntries(history: readonly HistoryEntry[], layers: number): readonly number[] | null {
  const entries = history.flatMap(({ emptyLayer }, index) => (emptyLayer ? [] : [index]));
  return entries.length === layers ? entries : null;
}
