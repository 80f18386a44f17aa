import { formatPlatform, samePlatform } from '../oci/platform.ts';
import { indexRule } from './rule.ts';

export const unexpectedPlatform = indexRule({
  id: 'unexpected-platform',
  title: 'The image has a platform that was not asked for',
  severity: 'error',
  what: 'The index holds an image for a platform that is not among the required ones, and `exact-platforms` is on.',
  why: 'A platform that nobody builds on purpose is a platform that nobody tests: hosts that match it will run it all the same.',
  fix: 'Take the platform out of the build, add it to `platforms`, or switch `exact-platforms` off.',
  *examine({ required, entries, exactPlatforms }) {
    if (exactPlatforms === 'any') return;
    for (const { platform } of entries) {
      if (platform === null || required.some((wanted) => samePlatform(wanted, platform))) continue;
      yield {
        platforms: [platform],
        title: '{platforms} is in the image but was not asked for',
        message: `Required are exactly ${required.map(formatPlatform).join(', ')}; the index also has ${formatPlatform(platform)}.`,
        evidence: { required: required.map(formatPlatform), found: formatPlatform(platform) },
      };
    }
  },
});
