/**
 * Which platform a misspelled one means, so that an image under `linux/armv8` is examined as the arm64 image that it
 * is. It changes how files are judged and nothing else: `malformed-platform` is an error all the same. Names that
 * could mean several things are left out: nothing is examined as what it only may be.
 */
import { canonicalPlatform, type Platform } from '../oci/platform.ts';

const MEANT: ReadonlyMap<string, Pick<Platform, 'architecture' | 'variant'>> = new Map([
  ['armv8', { architecture: 'arm64' }],
  ['arm64v8', { architecture: 'arm64' }],
  ['armv7', { architecture: 'arm', variant: 'v7' }],
  ['armv7l', { architecture: 'arm', variant: 'v7' }],
  ['arm32v7', { architecture: 'arm', variant: 'v7' }],
  ['armv6', { architecture: 'arm', variant: 'v6' }],
  ['armv6l', { architecture: 'arm', variant: 'v6' }],
  ['arm32v6', { architecture: 'arm', variant: 'v6' }],
  ['x64', { architecture: 'amd64' }],
  ['i686', { architecture: '386' }],
  ['ppc64el', { architecture: 'ppc64le' }],
]);

/** Where the index has no architecture at all, the config's own is meant. */
export function meantPlatform(platform: Platform, ofConfig: Platform): Platform {
  const isSaid = platform.architecture !== '' || ofConfig.os !== platform.os;
  const canonical = canonicalPlatform(isSaid ? platform : ofConfig);
  const meant = MEANT.get(canonical.architecture);
  if (meant === undefined) return canonical;
  const { variant: _, ...rest } = canonical;
  return { ...rest, ...meant };
}
