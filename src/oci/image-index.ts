import type { Descriptor } from './descriptor.ts';

/** The list of platform images under one reference (image-spec, image-index.md). */
export interface ImageIndex {
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly artifactType?: string;
}
