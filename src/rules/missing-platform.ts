import { formatPlatform, samePlatform } from '../oci/platform.ts';
import { indexRule } from './rule.ts';

export const missingPlatform = indexRule({
  id: 'missing-platform',
  title: 'A required platform is not in the image',
  severity: 'error',
  what: 'A platform that you require has no image under this tag or digest.',
  why: 'Hosts of that platform cannot pull the image: `no matching manifest for linux/arm64 in the manifest list entries`. When the tag points at a single image instead of an index, they may pull it anyway and die with `exec format error`. The usual cause is a later push of a single-platform build to the same tag: the last push wins.',
  fix: 'Build and push all platforms in one `docker buildx build --platform …`, or join per-platform digests with `docker buildx imagetools create`. Make sure that no other job or laptop pushes the same tag.',
  *examine({ required, entries, isIndex }) {
    const present = entries.flatMap(({ platform }) => (platform === null ? [] : [platform]));
    const names = present.map(formatPlatform);
    for (const platform of required) {
      if (present.some((other) => samePlatform(platform, other))) continue;
      const wanted = formatPlatform(platform);
      const inIndex = names.length === 0 ? 'no image at all' : names.join(', ');
      yield {
        platforms: [platform],
        title: isIndex
          ? '{platforms} {is|are} not in the index'
          : `{platforms} {is|are} missing: the reference points at a single image, not at an index`,
        message: isIndex
          ? `${wanted} is required, the index has ${inIndex}.`
          : `${wanted} is required, but the reference points at one ${inIndex} image. Probably a single-platform build was pushed over the multi-platform one.`,
        runtimeError: isIndex
          ? `no matching manifest for ${wanted} in the manifest list entries`
          : `exec format error`,
        evidence: { required: wanted, present: names, index: isIndex },
      };
    }
  },
});
