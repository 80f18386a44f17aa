/**
 * What loaders ask the processor of the host, and an image cannot know: the active glibc-hwcaps sub-directories and
 * the value of `$PLATFORM` (glibc's sysdeps/<cpu>/dl-hwcaps-subdirs.c, cpu_features.c and AT_PLATFORM of the kernel).
 * A platform has a few such hosts; what works on all of them works, what fails on all of them fails.
 */
import type { Platform } from '../oci/platform.ts';

export interface HostProfile {
  /** For people: `x86-64-v3 processors`. */
  readonly name: string;
  /** Active glibc-hwcaps names. */
  readonly hwcaps: readonly string[];
  /** `$PLATFORM`; null where the kernel gives none: directories with the token are then left out. */
  readonly platform: string | null;
  /** Sub-directories of before glibc 2.37, as the words that all their combinations are made of. */
  readonly legacy: readonly string[];
}

const X86_LEVELS = ['x86-64-v2', 'x86-64-v3', 'x86-64-v4'] as const;

/** The oldest host first. */
export function hostProfilesOf(platform: Platform): readonly [HostProfile, ...HostProfile[]] {
  const word = AT_PLATFORM.get(platform.architecture) ?? null;
  switch (platform.architecture) {
    case 'amd64':
      return x86Profiles(platform.variant);
    case 'ppc64le':
      return levels('POWER', 'power8', ['power9', 'power10']);
    case 's390x':
      return levels('IBM', 'zEC12', ['z13', 'z14', 'z15', 'z16']);
    case 'arm64':
      return [
        profile('ARMv8.0 processors', [], word, []),
        profile('processors with LSE', [], word, ['atomics']),
      ];
    default:
      return [profile('all processors', [], word, [])];
  }
}

const AT_PLATFORM: ReadonlyMap<string, string> = new Map([
  ['386', 'i686'],
  ['arm', 'v7l'],
  ['arm64', 'aarch64'],
  ['loong64', 'loongarch'],
]);

function profile(
  name: string,
  hwcaps: readonly string[],
  platform: string | null,
  capabilities: readonly string[],
): HostProfile {
  const words = ['tls', ...(platform === null ? [] : [platform]), ...capabilities];
  return { name, hwcaps, platform, legacy: words };
}

/** From the variant's level up, with every `$PLATFORM` that glibc gives to such a processor. */
function x86Profiles(variant: string | undefined): readonly [HostProfile, ...HostProfile[]] {
  const lowest = Math.min(Math.max(Number(/^v([1-4])$/.exec(variant ?? '')?.[1] ?? 1), 1), 4);
  const profiles = [1, 2, 3, 4]
    .filter((level) => level >= lowest)
    .flatMap((level) =>
      ['x86_64', ...(level >= 3 ? ['haswell'] : []), ...(level === 4 ? ['xeon_phi'] : [])].map((word) =>
        profile(`x86-64-v${level} processors`, X86_LEVELS.slice(0, level - 1).toReversed(), word, ['x86_64']),
      ),
    );
  return first(profiles);
}

function levels(
  vendor: string,
  oldest: string,
  names: readonly string[],
): readonly [HostProfile, ...HostProfile[]] {
  return first(
    [oldest, ...names].map((word, level) =>
      profile(`${vendor} ${word} processors`, names.slice(0, level).toReversed(), word, []),
    ),
  );
}

function first(profiles: readonly HostProfile[]): readonly [HostProfile, ...HostProfile[]] {
  const [lowest, ...better] = profiles;
  return [lowest ?? profile('all processors', [], null, []), ...better];
}
