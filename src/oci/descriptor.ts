import type { Digest } from './digest.ts';
import type { Platform } from './platform.ts';

/** Points at content: media type, digest, size in bytes (image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  /** Only in an index; spelled as the index spells it (see parsePlatform for the comparison form). */
  readonly platform?: Platform;
  readonly annotations: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  /** Where a non-distributable layer claims to live. Never fetched. */
  readonly urls?: readonly string[];
  /** Content embedded in the descriptor; must match digest and size like any other bytes. */
  readonly data?: Uint8Array;
}
