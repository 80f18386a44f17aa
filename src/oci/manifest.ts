import type { Descriptor } from './descriptor.ts';

/** One platform image: config and layers, lowest layer first (image-spec, manifest.md). */
export interface Manifest {
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  readonly subject?: Descriptor;
}
