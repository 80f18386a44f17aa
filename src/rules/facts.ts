/** What rules read: everything known about one platform image, and about the index with all of them. */
import type { FailureRecord } from '../base/failure.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ImageConfig } from '../oci/image-config.ts';
import type { Manifest } from '../oci/manifest.ts';
import type { Platform } from '../oci/platform.ts';
import type { StartTrace } from '../start/start-trace.ts';
import type { Survey } from '../survey/survey.ts';

/** One manifest of the index that is an image. */
export interface PlatformImage {
  /** The platform that decides: the descriptor's, else the config's. */
  readonly platform: Platform;
  /** The platform in the index's descriptor, as spelled there; null when there is no index or no platform in it. */
  readonly claimed: Platform | null;
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
}

export interface PlatformFacts {
  readonly image: PlatformImage;
  readonly trace: StartTrace;
  /** The start as some high number and group 0 whatever USER says, where that was asked for. */
  readonly arbitraryTrace?: StartTrace;
  /** null in scope `start`. */
  readonly survey: Survey | null;
  /** The GOARCH name that most binaries are for (in scope `start`: the first one); null when nothing tells. */
  readonly filesArchitecture: string | null;
}

export interface ImageFacts {
  readonly reference: string;
  readonly root: Descriptor;
  /** Whether the reference points at an index or at a single manifest. */
  readonly isIndex: boolean;
  readonly required: readonly Platform[];
  readonly exactPlatforms: 'required-only' | 'any';
  readonly index: 'forbidden' | 'any';
  /** Every entry of the index that stands for an image, readable or not, in order. */
  readonly entries: readonly IndexEntry[];
  /** Build attestations in the index. */
  readonly attestations: number;
  /** Platforms that were examined. */
  readonly platforms: readonly PlatformFacts[];
  /** The digest that was just built, and where each tag points instead. */
  readonly expectedDigest: Digest | null;
  readonly tags: readonly { readonly tag: string; readonly digest: Digest }[];
  /** True when nothing (digest input, metadata, digest in the reference) pins what is inspected. */
  readonly unpinned: boolean;
}

export interface IndexEntry {
  readonly descriptor: Descriptor;
  readonly platform: Platform | null;
  readonly image: PlatformImage | null;
  readonly failure: FailureRecord | null;
}

/** Every way in which the start was followed: as each user, under engines that unpack differently. */
export function tracesIn({ trace, arbitraryTrace }: PlatformFacts): readonly StartTrace[] {
  const asked = arbitraryTrace === undefined ? [trace] : [trace, arbitraryTrace];
  return asked.flatMap((each) => (each.otherwise === undefined ? [each] : [each, each.otherwise.trace]));
}
