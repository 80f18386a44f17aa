import { canonicalPlatform, formatPlatform, type Platform } from '../oci/platform.ts';
import { OPERATING_SYSTEMS } from '../start/system.ts';
import { indexRule } from './rule.ts';

/** GOOS/GOARCH pairs are what image-spec allows; the variants are those that containerd's platforms package knows. */
const VARIANTS: ReadonlyMap<string, RegExp> = new Map([
  ['386', /^(sse2|softfloat)$/],
  ['amd64', /^v[1-4]$/],
  ['arm', /^v[5-7]$/],
  ['arm64', /^v[89](\.\d)?$/],
  ['loong64', /^$/],
  ['mips', /^(hardfloat|softfloat)$/],
  ['mipsle', /^(hardfloat|softfloat)$/],
  ['mips64', /^(hardfloat|softfloat)$/],
  ['mips64le', /^(hardfloat|softfloat)$/],
  ['ppc64', /^power(8|9|10)$/],
  ['ppc64le', /^power(8|9|10)$/],
  ['riscv64', /^rva\d\du64$/],
  ['s390x', /^$/],
  ['wasm', /^$/],
]);
/** Names of processors that look right to people and match no host. */
const LOOKALIKE = /^(arm|aarch|x86|x64|amd|i\d86|ppc|power|mips|riscv|s390|loong)/;

interface Fault {
  readonly severity: 'error' | 'warning';
  readonly title: string;
  readonly text: string;
}

export const malformedPlatform = indexRule({
  id: 'malformed-platform',
  title: 'A platform in the index is spelled so that not every host matches it',
  severity: 'error',
  what: 'An entry of the index has an empty or impossible platform: no architecture, an architecture that does not exist (`armv8`), or a variant of another architecture (`linux/arm/v8`). It is a warning where Docker and containerd know what is meant (`linux/x86_64`, `Linux/AMD64`, `linux/arm/7`, no operating system) and Podman and CRI-O do not.',
  why: 'Runtimes compare these words with their own. Nothing matches a misspelled platform: `no matching manifest for linux/arm64`, although an image for it seems to be there. Podman and CRI-O compare the words as they are: `no image found in image index for architecture "amd64"`.',
  fix: 'Use the names of Go: `linux/amd64`, `linux/arm64`, `linux/arm/v7`, `linux/arm/v6`, `linux/386`, `linux/ppc64le`, `linux/s390x`, `linux/riscv64`. In `docker manifest annotate`, `--arch arm64` needs no `--variant`.',
  *examine({ entries }) {
    for (const { descriptor, image } of entries) {
      const platform = descriptor.platform ?? image?.config.platform;
      if (platform === undefined) continue;
      const by = descriptor.platform === undefined ? 'config' : 'index';
      const fault = faultOf(platform) ?? aliasOf(platform, by);
      if (fault === null) continue;
      const spelled = spellingOf(platform);
      yield {
        platforms: [platform],
        manifest: descriptor.digest,
        severity: fault.severity,
        title: `${fault.title} "${spelled}"`,
        message: `The ${by} says "${spelled}": ${fault.text}.`,
        evidence: { os: platform.os, architecture: platform.architecture, variant: platform.variant ?? null },
      };
    }
  },
});

function spellingOf({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter((part) => part !== undefined).join('/');
}

/** What is wrong for every runtime, however it reads the words. */
function faultOf(platform: Platform): Fault | null {
  if (platform.os === 'unknown' && platform.architecture === 'unknown') return null;
  const { os, architecture, variant } = canonicalPlatform(platform);
  const known = VARIANTS.get(architecture);
  if (architecture === '') return noHost('error', 'the architecture is empty');
  if (known === undefined) {
    return LOOKALIKE.test(architecture)
      ? noHost('error', `"${platform.architecture}" is not an architecture name that runtimes use`)
      : noHost('warning', `"${platform.architecture}" is not an architecture that we know`);
  }
  if (!OPERATING_SYSTEMS.has(os))
    return noHost('warning', `"${platform.os}" is not an operating system that we know`);
  if (variant === undefined || known.test(variant)) return null;
  if (architecture === 'arm' && variant === 'v8') return ARM_V8;
  return noHost('error', `"${platform.variant ?? ''}" is not a variant of ${architecture}`);
}

function noHost(severity: Fault['severity'], text: string): Fault {
  return { severity, title: 'no host matches the platform', text };
}

/** containerd offers it to arm64 hosts behind everything for arm64 (platformVector), Podman to nobody. */
const ARM_V8: Fault = {
  severity: 'error',
  title: 'no host has the platform',
  text: '"v8" is not a variant of 32-bit arm: 32-bit hosts do not match it, and Docker and containerd take it on arm64 hosts only where there is no image for arm64',
};

/** Right for runtimes that read the words as {@link canonicalPlatform}. */
function aliasOf(platform: Platform, by: 'index' | 'config'): Fault | null {
  const canonical = canonicalPlatform(platform);
  const { architecture, variant = '' } = platform;
  const isKnown = variant === '' || VARIANTS.get(architecture)?.test(variant) === true;
  if (platform.os === canonical.os && architecture === canonical.architecture && isKnown) return null;
  const literal = by === 'index' ? 'find no image for it' : 'warn that it is another platform than theirs';
  return {
    severity: 'warning',
    title: 'only some runtimes match the platform',
    text: `Docker and containerd take it for ${formatPlatform(canonical)}; Podman and CRI-O compare the words as they are and ${literal}`,
  };
}
