import { canonicalPlatform, formatPlatform, normalizePlatform, type Platform } from '../oci/platform.ts';
import { indexRule } from './rule.ts';

export const platformMismatch = indexRule({
  id: 'platform-mismatch',
  title: 'Index and config name different platforms',
  severity: 'error',
  what: 'The index says one platform, the config of that very image says another. What the files are for settles which of the two lies.',
  why: 'Runtimes choose by the index and some check the config afterwards: `image with reference … was found but does not match the specified platform`. Kubernetes, Lambda and scanners trust one or the other, and copies of the image lose the index.',
  fix: 'Build each platform with `docker buildx build --platform`, which writes both. Hand-made indexes get their platforms from `docker manifest annotate` or `imagetools create`; configs get theirs from the build: change the one that is wrong.',
  *examine({ entries, platforms }) {
    for (const { image } of entries) {
      if (image === null || image.claimed === null) continue;
      const [claimed, config] = [wordsOf(image.claimed), wordsOf(image.config.platform)];
      if (sameWords(claimed, config)) continue;
      const onlyVariant = claimed.os === config.os && claimed.architecture === config.architecture;
      const files = platforms.find((facts) => facts.image === image)?.filesArchitecture ?? null;
      const liar = liarOf(claimed, config, files);
      yield {
        platforms: [image.claimed],
        manifest: image.descriptor.digest,
        severity: onlyVariant && image.config.platform.variant === undefined ? 'warning' : 'error',
        title: `the index says {platforms}, the config ${saidBy(image.config.platform)}`,
        message: `${files === null ? 'No program tells which is right' : `The files are for ${files}`}${liar === null ? '' : `: ${liar === 'both' ? 'both are' : `${liar} is`} wrong`}.`,
        evidence: {
          index: formatPlatform(image.claimed),
          config: formatPlatform(image.config.platform),
          files,
          wrong: liar,
        },
      };
    }
  },
});

/** As runtimes read them; how they are spelled is another matter. */
function wordsOf(platform: Platform): Platform {
  return normalizePlatform(canonicalPlatform(platform));
}

function saidBy(platform: Platform): string {
  return platform.architecture === '' ? 'names no architecture' : `says ${formatPlatform(platform)}`;
}

function sameWords(one: Platform, other: Platform): boolean {
  return one.os === other.os && one.architecture === other.architecture && one.variant === other.variant;
}

function liarOf(claimed: Platform, config: Platform, files: string | null): string | null {
  if (files === null || claimed.architecture === config.architecture) return null;
  if (files === claimed.architecture) return 'the config';
  return files === config.architecture ? 'the index' : 'both';
}
