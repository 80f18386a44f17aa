/** What the setting `binaries` named and nobody looked at: a misspelt glob must not pass for files that are fine. */
import type { InspectOptions } from './inspect-platform.ts';
import { type PlatformOutcome, platformNameOf } from './platform-report.ts';

/** One platform, as far as its files were looked at. */
export interface WalkedPlatform {
  readonly name: string;
  readonly isRead: boolean;
  /** Globs that fit nothing in it; null where files are not walked: on Windows and others. */
  readonly unmatched: readonly string[] | null;
}

export function walkedOf({ entry, facts }: PlatformOutcome): WalkedPlatform {
  return {
    name: platformNameOf(entry),
    isRead: facts !== null,
    unmatched: facts?.survey?.unmatched ?? null,
  };
}

/** `images`: the platforms of each; null for one that could not be read. Nothing is missed unless everything was read. */
export function binariesNotices(
  { binaries, scope }: Pick<InspectOptions, 'binaries' | 'scope'>,
  images: readonly (readonly WalkedPlatform[] | null)[],
): readonly string[] {
  if (binaries.length === 0) return [];
  if (scope === 'start') return ['binaries is not looked at in scope "start": set scope to "image"'];
  const platforms = images.flatMap((image) => image ?? []);
  if (images.includes(null) || platforms.some(({ isRead }) => !isRead)) return [];
  const walked = platforms.flatMap(({ name, unmatched }) => (unmatched === null ? [] : { name, unmatched }));
  if (walked.length === 0) return ['binaries is looked at in images of Linux alone'];
  return [...new Set(binaries)].flatMap((glob) => {
    const without = walked.filter(({ unmatched }) => unmatched.includes(glob));
    if (without.length === 0) return [];
    const where =
      without.length === walked.length
        ? ''
        : ` of ${[...new Set(without.map(({ name }) => name))].join(', ')}`;
    return [`binaries: "${glob}" matches no file${where}: paths begin with /, and ** stands for any folders`];
  });
}
