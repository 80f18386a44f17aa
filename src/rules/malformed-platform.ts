import type { Platform } from '../oci/platform.ts';
import { OPERATING_SYSTEMS } from '../start/system.ts';
import { indexRule } from './rule.ts';

/** GOOS/GOARCH pairs are what image-spec allows; the variants are those that containerd's platforms package knows. */
const VARIANTS: Readonly<Record<string, RegExp>> = {
  '386': /^(sse2|softfloat)$/,
  amd64: /^v[1-4]$/,
  arm: /^v[5-7]$/,
  arm64: /^v[89](\.\d)?$/,
  loong64: /^$/,
  mips: /^(hardfloat|softfloat)$/,
  mipsle: /^(hardfloat|softfloat)$/,
  mips64: /^(hardfloat|softfloat)$/,
  mips64le: /^(hardfloat|softfloat)$/,
  ppc64: /^power(8|9|10)$/,
  ppc64le: /^power(8|9|10)$/,
  riscv64: /^rva\d\du64$/,
  s390x: /^$/,
  wasm: /^$/,
};
/** Names of processors that look right to people and match no host. */
const LOOKALIKE = /^(arm|aarch|x86|x64|amd|i\d86|ppc|power|mips|riscv|s390|loong)/i;

export const malformedPlatform = indexRule({
  id: 'malformed-platform',
  title: 'A platform in the index is spelled so that no host matches it',
  severity: 'error',
  what: 'An entry of the index has an empty or impossible platform: no architecture, an architecture that does not exist (`armv8`), or a variant of another architecture (`linux/arm/v8`).',
  why: 'Runtimes compare these words with their own. Nothing matches a misspelled platform: `no matching manifest for linux/arm64`, although an image for it seems to be there.',
  fix: 'Use the names of Go: `linux/amd64`, `linux/arm64`, `linux/arm/v7`, `linux/arm/v6`, `linux/386`, `linux/ppc64le`, `linux/s390x`, `linux/riscv64`. In `docker manifest annotate`, `--arch arm64` needs no `--variant`.',
  *examine({ entries }) {
    for (const { descriptor, image } of entries) {
      const platform = descriptor.platform ?? image?.config.platform;
      if (platform === undefined) continue;
      const fault = faultOf(platform);
      if (fault === null) continue;
      const spelled = [platform.os, platform.architecture, platform.variant]
        .filter((part) => part !== undefined)
        .join('/');
      yield {
        platforms: [platform],
        severity: fault.severity,
        title: `no host matches the platform "${spelled}"`,
        message: `${descriptor.platform === undefined ? 'The config' : 'The index'} says "${spelled}": ${fault.text}.`,
        evidence: { os: platform.os, architecture: platform.architecture, variant: platform.variant ?? null },
      };
    }
  },
});

function faultOf({
  os,
  architecture,
  variant,
}: Platform): { severity: 'error' | 'warning'; text: string } | null {
  if (os === 'unknown' && architecture === 'unknown') return null;
  if (os === '') return { severity: 'error', text: 'the operating system is empty' };
  if (architecture === '') return { severity: 'error', text: 'the architecture is empty' };
  const known = VARIANTS[architecture];
  if (known === undefined) {
    return LOOKALIKE.test(architecture)
      ? { severity: 'error', text: `"${architecture}" is not an architecture name that runtimes use` }
      : { severity: 'warning', text: `"${architecture}" is not an architecture that we know` };
  }
  if (!OPERATING_SYSTEMS.has(os))
    return { severity: 'warning', text: `"${os}" is not an operating system that we know` };
  if (variant === undefined || known.test(variant)) return null;
  return { severity: 'error', text: `"${variant}" is not a variant of ${architecture}` };
}
