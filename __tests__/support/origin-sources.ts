import { type HistoryEntry, type ImageConfig, NO_PROCESS } from '../../src/oci/image-config.ts';
import { parsePlatform } from '../../src/oci/platform.ts';
import type { OriginSources } from '../../src/origin/place.ts';
import { checkout } from './checkout.ts';

/** A config that says nothing but its platform and history. */
export function configWith(history: readonly HistoryEntry[], platform = 'linux/arm64'): ImageConfig {
  const process = { ...NO_PROCESS, workingDir: '/' };
  return { platform: parsePlatform(platform), diffIds: [], history, process, labels: {} };
}

/** An image of which nothing is known but what is given. */
export function originSources(changes: Partial<OriginSources>): OriginSources {
  return {
    layers: [],
    config: configWith([]),
    provenance: null,
    repository: checkout({}),
    dockerfile: null,
    context: null,
    target: null,
    ...changes,
  };
}
