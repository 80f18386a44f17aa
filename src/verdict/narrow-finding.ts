/** One finding can hold for several platforms, and its texts name them: this keeps list and texts together. */
import type { Finding } from './finding.ts';

/** `linux/amd64, linux/arm/v7 and linux/arm64`, as findings name their platforms. */
export function listPlatforms(platforms: readonly string[]): string {
  const last = platforms.at(-1) ?? 'the image';
  const rest = platforms.slice(0, -1);
  return rest.length === 0 ? last : `${rest.join(', ')} and ${last}`;
}

/** The same finding for some of its platforms only. */
export function narrowFinding(finding: Finding, platforms: readonly string[]): Finding {
  const [before, after] = [listPlatforms(finding.platforms), listPlatforms(platforms)];
  const rename = (text: string): string => text.replaceAll(before, () => after);
  return {
    ...finding,
    platforms,
    title: rename(finding.title),
    message: rename(finding.message),
    fix: rename(finding.fix),
  };
}
