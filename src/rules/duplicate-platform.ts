import { shortDigest } from '../oci/digest.ts';
import { formatPlatform, samePlatform } from '../oci/platform.ts';
import type { IndexEntry } from './facts.ts';
import { indexRule } from './rule.ts';

export const duplicatePlatform = indexRule({
  id: 'duplicate-platform',
  title: 'A platform is in the index more than once',
  severity: 'warning',
  what: 'Two entries of the index are for the same platform and hold different content. Two entries with the same file system in different compressions (gzip and zstd twins), for different versions of Windows or with different `os.features` are legal and not reported.',
  why: 'Which of the two a host starts is up to its runtime; most take the first. The other is never started, although somebody built it: a job of a matrix was labelled with the platform of another one, or an old build was left in the index. Both are examined, and where one of them cannot start that is an error of its own; hence this is a warning.',
  fix: 'Leave one entry per platform: give `docker buildx imagetools create` each platform once, or make a fresh index instead of appending to the old one.',
  *examine({ entries }) {
    for (const [position, entry] of entries.entries()) {
      const earlier = entries.slice(0, position).find((other) => isDuplicate(other, entry));
      if (earlier === undefined || entry.platform === null) continue;
      const digests = [earlier.descriptor.digest, entry.descriptor.digest] as const;
      const same = earlier.descriptor.digest === entry.descriptor.digest;
      yield {
        platforms: [entry.platform],
        severity: same ? 'note' : 'warning',
        title: same
          ? '{platforms} is listed twice'
          : '{platforms} is in the index twice, with different content',
        message: same
          ? `The index lists ${formatPlatform(entry.platform)} twice with the same digest ${shortDigest(digests[0])}.`
          : `Most runtimes start the first (${shortDigest(digests[0])}) and never the other (${shortDigest(digests[1])}).`,
        evidence: { digests },
      };
    }
  },
});

function isDuplicate(one: IndexEntry, other: IndexEntry): boolean {
  if (one.platform === null || other.platform === null || !samePlatform(one.platform, other.platform))
    return false;
  if (featuresOf(one) !== featuresOf(other)) return false;
  const [a, b] = [one.image?.config.diffIds, other.image?.config.diffIds];
  const twins = a !== undefined && b !== undefined && a.join() === b.join();
  return one.descriptor.digest === other.descriptor.digest || !twins;
}

/** A runtime that lacks one passes the entry over, as for images in nydus' format. */
function featuresOf({ platform }: IndexEntry): string {
  return [...new Set(platform?.osFeatures)].sort().join();
}
