/**
 * What loaders ask the processor of the host, and an image cannot know: the active glibc-hwcaps sub-directories and
 * the value of `$PLATFORM` (glibc's sysdeps/<cpu>/dl-hwcaps-subdirs.c, cpu_features.c and AT_PLATFORM of the kernel).
 * A platform has a few such hosts; what works on all of them works, what fails on all of them fails.
 */
import type { Platform } from '../../oci/platform.ts';

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
  switch (platform.architecture) {
    case 'amd64':
      return x86Profiles(platform.variant);
    case '386':
      return [
        profile('processors without SSE2', [], 'i686', []),
        profile('processors with SSE2', [], 'i686', ['sse2']),
      ];
    case 'arm':
      return armProfiles(platform.variant);
    case 'arm64':
      return [
        profile('ARMv8.0 processors', [], 'aarch64', []),
        profile('processors with LSE', [], 'aarch64', ['atomics']),
      ];
    case 'ppc64le':
      return levels('POWER', POWER);
    case 's390x':
      return levels('IBM', Z);
    case 'mips64':
    case 'mips64le':
      return first(MIPS64.map((word) => profile(`${word} processors`, [], word, [])));
    default:
      return [profile('all processors', [], platform.architecture === 'loong64' ? 'loongarch' : null, [])];
  }
}

/** A processor of a family in which each has all that those before it have, and glibc-hwcaps from the second on. */
interface Level {
  readonly word: string;
  /** HWCAP_IMPORTANT, the highest bit first. */
  readonly legacy: readonly string[];
}

const VMX = ['altivec', 'dfp'];
const POWER: readonly Level[] = ['power8', 'power9', 'power10', 'power11'].map((word) => ({
  word,
  legacy: VMX,
}));

const ESA = ['dfp', 'eimm', 'ldisp', 'zarch'];
const Z: readonly Level[] = [
  { word: 'zEC12', legacy: ESA },
  { word: 'z13', legacy: ['vx', ...ESA] },
  ...['z14', 'z15', 'z16', 'z17'].map((word) => ({ word, legacy: ['vxe', 'vx', ...ESA] })),
];

/** Of no order: set_elf_platform in arch/mips/kernel/cpu-probe.c, `mips` where it knows nothing better. */
const MIPS64 = ['mips', 'loongson3a', 'octeon', 'octeon2', 'octeon3'];

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
        profile(`x86-64-v${level} processors`, X86_LEVELS.slice(0, level - 1).toReversed(), word, [
          // Of Intel alone, as haswell is (`init_cpu_features` of sysdeps/x86/cpu-features.c).
          ...(level === 4 && word === 'haswell' ? ['avx512_1'] : []),
          'x86_64',
        ]),
      ),
    );
  return first(profiles);
}

/** AT_PLATFORM is the architecture's version (proc-v*.S of the kernel), also of a 64-bit one in its 32-bit mode. */
function armProfiles(variant: string | undefined): readonly [HostProfile, ...HostProfile[]] {
  const lowest = Number(/^v([5-8])$/.exec(variant ?? '')?.[1] ?? 7);
  const versions: readonly (readonly [version: number, name: string, legacy: readonly string[]])[] = [
    [5, 'ARMv5 processors', []],
    [6, 'ARMv6 processors', ['vfp']],
    [7, 'ARMv7 processors without NEON', ['vfp']],
    [7, 'ARMv7 processors with NEON', ['neon', 'vfp']],
    [8, 'ARMv8 processors', ['neon', 'vfp']],
  ];
  return first(
    versions
      .filter(([version]) => version >= lowest)
      .map(([version, name, legacy]) => profile(name, [], `v${version}l`, legacy)),
  );
}

function levels(vendor: string, family: readonly Level[]): readonly [HostProfile, ...HostProfile[]] {
  const names = family.slice(1).map(({ word }) => word);
  return first(
    family.map(({ word, legacy }, level) =>
      profile(`${vendor} ${word} processors`, names.slice(0, level).toReversed(), word, legacy),
    ),
  );
}

function first(profiles: readonly HostProfile[]): readonly [HostProfile, ...HostProfile[]] {
  const [lowest, ...better] = profiles;
  return [lowest ?? profile('all processors', [], null, []), ...better];
}
