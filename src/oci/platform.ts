import { Failure } from '../base/failure.ts';

/**
 * os/architecture[/variant] as the image-spec writes it (image-index.md#image-index-property-descriptions,
 * GOOS and GOARCH values). A value keeps the spelling it was found in; compare with {@link samePlatform}.
 */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  /** `os.version`; only Windows images have it. */
  readonly osVersion?: string;
  /** `os.features`. */
  readonly osFeatures?: readonly string[];
}

/** Spellings of uname(1) and of habit, as containerd's platforms package takes them. */
const ARCHITECTURE_ALIASES: ReadonlyMap<string, Pick<Platform, 'architecture' | 'variant'>> = new Map([
  ['x86_64', { architecture: 'amd64' }],
  ['x86-64', { architecture: 'amd64' }],
  ['aarch64', { architecture: 'arm64' }],
  ['i386', { architecture: '386' }],
  ['armhf', { architecture: 'arm', variant: 'v7' }],
  ['armel', { architecture: 'arm', variant: 'v6' }],
]);

/** Variants without their letter. */
const VARIANT_ALIASES: ReadonlyMap<string, RegExp> = new Map([
  ['arm', /^[5-8]$/],
  ['arm64', /^[89](?:\.0)?$/],
]);

/** The variant that an unwritten one stands for: `linux/arm` is `linux/arm/v7`. */
const DEFAULT_VARIANTS: ReadonlyMap<string, string> = new Map([
  ['arm', 'v7'],
  ['arm64', 'v8'],
  ['amd64', 'v1'],
]);

/** `linux/arm64[/v8]` as people write it. @throws {Failure} E_USAGE */
export function parsePlatform(text: string): Platform {
  const parts = text.trim().toLowerCase().split('/');
  const [os = '', architecture = '', variant] = parts;
  const wellFormed =
    parts.length >= 2 && parts.length <= 3 && parts.every((part) => /^[a-z0-9._-]+$/.test(part));
  if (!wellFormed) {
    throw new Failure(
      'E_USAGE',
      `"${text.slice(0, 80)}" is not a platform`,
      'write it as os/architecture[/variant], for example linux/amd64 or linux/arm/v7',
    );
  }
  return canonicalPlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) });
}

/**
 * What Docker, containerd and BuildKit take the words for (`Normalize` of github.com/containerd/platforms): letters of
 * any case, the names of uname(1), the host's system where none is named. Podman and CRI-O compare words as they are.
 */
export function canonicalPlatform(platform: Platform): Platform {
  const { variant: _, ...rest } = platform;
  const os = platform.os.toLowerCase();
  const name = platform.architecture.toLowerCase();
  const { architecture, variant } = ARCHITECTURE_ALIASES.get(name) ?? { architecture: name };
  const written = platform.variant?.toLowerCase() ?? '';
  const spelled = VARIANT_ALIASES.get(architecture)?.test(written) === true ? `v${written}` : written;
  const chosen = variant ?? (name === 'i386' ? '' : spelled.replace(/^(v[89])\.0$/, '$1'));
  return {
    ...rest,
    os: SYSTEM_ALIASES.get(os) ?? os,
    architecture,
    ...(chosen === '' ? {} : { variant: chosen }),
  };
}

const SYSTEM_ALIASES: ReadonlyMap<string, string> = new Map([
  ['', 'linux'],
  ['macos', 'darwin'],
]);

/** Without what goes without saying: `linux/arm64/v8` is `linux/arm64`, `linux/arm` is `linux/arm/v7`. */
export function normalizePlatform(platform: Platform): Platform {
  const { variant: _, ...rest } = platform;
  const variant = platform.variant ?? DEFAULT_VARIANTS.get(platform.architecture);
  const unsaid = platform.architecture !== 'arm' && variant === DEFAULT_VARIANTS.get(platform.architecture);
  return variant === undefined || variant === '' || unsaid ? rest : { ...rest, variant };
}

/** The one spelling we print: normalised, with the Windows version where there is one. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant, osVersion } = normalizePlatform(platform);
  const name = variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
  return osVersion === undefined ? name : `${name} (${osVersion})`;
}

/** The same {@link canonicalPlatform}. Windows versions are compared where both have one. */
export function samePlatform(one: Platform, other: Platform): boolean {
  const versionsAgree =
    one.osVersion === undefined || other.osVersion === undefined || one.osVersion === other.osVersion;
  return versionsAgree && nameOf(one) === nameOf(other);
}

function nameOf(platform: Platform): string {
  const { os, architecture, variant = '' } = normalizePlatform(canonicalPlatform(platform));
  return `${os}/${architecture}/${variant}`;
}
