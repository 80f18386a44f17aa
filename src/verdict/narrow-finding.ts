/** One finding can hold for several platforms, and its texts name them: this keeps list and texts together. */
import { shortDigest } from '../oci/digest.ts';
import type { EntryName, Finding } from './finding.ts';

/**
 * `linux/amd64, linux/arm/v7 and linux/arm64`, as findings name their platforms; `linux/amd64 (sha256:0b6e92d4…77c1)`
 * for one of several entries.
 */
export function listPlatforms(platforms: readonly string[], entries: readonly EntryName[] = []): string {
  const names = platforms.map((platform) => {
    const digests = entries
      .filter((entry) => entry.platform === platform)
      .map(({ digest }) => shortDigest(digest));
    return digests.length === 0 ? platform : `${platform} (${digests.join(', ')})`;
  });
  const last = names.at(-1) ?? 'the image';
  const rest = names.slice(0, -1);
  return rest.length === 0 ? last : `${rest.join(', ')} and ${last}`;
}

/** The same finding for some of its platforms only. */
export function narrowFinding(finding: Finding, platforms: readonly string[]): Finding {
  const entries = finding.entries?.filter(({ platform }) => platforms.includes(platform)) ?? [];
  const before = listPlatforms(finding.platforms, finding.entries);
  const after = listPlatforms(platforms, entries);
  const rename = (text: string): string => text.replaceAll(before, () => after);
  const { entries: _, ...rest } = finding;
  return {
    ...rest,
    platforms,
    ...(entries.length === 0 ? {} : { entries }),
    title: rename(finding.title),
    message: rename(finding.message),
    fix: rename(finding.fix),
  };
}
