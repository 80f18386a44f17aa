/** What the report says about one image, apart from its findings. The judge sets the verdicts. */
import type { FailureRecord } from '../base/failure.ts';
import { type Descriptor, distinctBlobs } from '../oci/descriptor.ts';
import { formatPlatform, type Platform, samePlatform } from '../oci/platform.ts';
import type { ImageReport, Stats } from '../verdict/report.ts';
import type { ImageAnswer } from './inspect-image.ts';
import { platformReportOf } from './platform-report.ts';

/** What is known of an image before anything is read. */
export interface ImageIdentity {
  /** As the user wrote it; further references to the same image are `tags`. */
  readonly reference: string;
  readonly tags: readonly string[];
  readonly root: Descriptor | null;
  readonly pinned: string | null;
  readonly required: readonly Platform[];
}

export function imageReportOf(identity: ImageIdentity, answer: ImageAnswer): ImageReport {
  const present = answer.outcomes.flatMap(({ entry }) => entry.platform ?? []);
  const missing = identity.required.filter(
    (platform) => !present.some((other) => samePlatform(platform, other)),
  );
  return {
    ...headOf(identity),
    missingPlatforms: missing.map(formatPlatform),
    platforms: answer.outcomes.map(platformReportOf),
    attestations: answer.attestations.length,
    artifacts: answer.artifacts.length,
    failure: null,
  };
}

export function failedImageReport(identity: ImageIdentity, failure: FailureRecord): ImageReport {
  return { ...headOf(identity), missingPlatforms: [], platforms: [], attestations: 0, artifacts: 0, failure };
}

function headOf({ reference, tags, root, pinned, required }: ImageIdentity) {
  return {
    reference,
    tags,
    digest: root?.digest ?? null,
    mediaType: root?.mediaType ?? null,
    pinned,
    verdict: 'unverified',
    requiredPlatforms: required.map(formatPlatform),
  } as const;
}

/** Everything that belongs to the image, each blob once: how much there is, whatever was read of it. */
export function sizeOf(
  { outcomes, attestations, artifacts, nested }: ImageAnswer,
  root: Descriptor,
): Pick<Stats, 'bytesTotal' | 'layersTotal'> {
  const images = outcomes.flatMap(({ entry }) => entry.image ?? []);
  const layers = images.flatMap(({ manifest }) => manifest.layers);
  const blobs = [
    root,
    ...nested,
    ...artifacts,
    ...layers,
    ...outcomes.map(({ entry }) => entry.descriptor),
    ...images.map(({ manifest }) => manifest.config),
    ...attestations.flatMap(({ descriptor, manifest }) => [descriptor, manifest.config, ...manifest.layers]),
  ];
  return { bytesTotal: distinctBlobs(blobs).bytes, layersTotal: distinctBlobs(layers).count };
}
