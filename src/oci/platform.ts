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
const ARCHITECTURE_ALIASES: Readonly<Record<string, { architecture: string; variant?: string }>> = {
  x86_64: { architecture: 'amd64' },
  'x86-64': { architecture: 'amd64' },
  aarch64: { architecture: 'arm64' },
  i386: { architecture: '386' },
  armhf: { architecture: 'arm', variant: 'v7' },
  armel: { architecture: 'arm', variant: 'v6' },
};

/** The variant that an unwritten one stands for: `linux/arm` is `linux/arm/v7`. */
const DEFAULT_VARIANTS: Readonly<Record<string, string>> = { arm: 'v7', arm64: 'v8', amd64: 'v1' };

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
  const alias = ARCHITECTURE_ALIASES[architecture];
  const known = alias ?? { architecture };
  const chosen = variant ?? known.variant;
  return { os, architecture: known.architecture, ...(chosen === undefined ? {} : { variant: chosen }) };
}

/** Without what goes without saying: `linux/arm64/v8` is `linux/arm64`, `linux/arm` is `linux/arm/v7`. */
export function normalizePlatform(platform: Platform): Platform {
  const { variant: _, ...rest } = platform;
  const variant = platform.variant ?? DEFAULT_VARIANTS[platform.architecture];
  const unsaid = platform.architecture !== 'arm' && variant === DEFAULT_VARIANTS[platform.architecture];
  return variant === undefined || variant === '' || unsaid ? rest : { ...rest, variant };
}

/** The one spelling we print: normalised, with the Windows version where there is one. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant, osVersion } = normalizePlatform(platform);
  const name = variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
  return osVersion === undefined ? name : `${name} (${osVersion})`;
}

/** Same os, architecture and variant after normalisation. Windows versions are compared where both have one. */
export function samePlatform(one: Platform, other: Platform): boolean {
  const [a, b] = [normalizePlatform(one), normalizePlatform(other)];
  const versionsAgree = a.osVersion === undefined || b.osVersion === undefined || a.osVersion === b.osVersion;
  return a.os === b.os && a.architecture === b.architecture && a.variant === b.variant && versionsAgree;
}
