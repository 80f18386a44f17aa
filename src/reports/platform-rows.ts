/** One row a platform: mark, platform, what starts, what it is, and what was expected. Shared by log and Markdown. */
import { machineOf } from '../rules/machine-words.ts';
import { holdsFor } from '../verdict/finding.ts';
import { listPlatforms } from '../verdict/narrow-finding.ts';
import type { ImageReport, PlatformReport, Report, Verdict } from '../verdict/report.ts';
import { WORDS } from './headline.ts';

/** Untrusted strings. */
export interface PlatformRow {
  readonly verdict: Verdict;
  /** With its digest where the image has several of that platform. */
  readonly platform: string;
  /** null for a platform that is missing. */
  readonly of: PlatformReport | null;
  readonly starts: string;
  readonly found: string;
  /** `expected AArch64`, or why it could not be read; empty when all is well. */
  readonly remark: string;
}

export function rowsOf(report: Report, image: ImageReport): readonly PlatformRow[] {
  const rows = image.platforms.map((platform) => rowOf(report, image, platform));
  const present = new Set(image.platforms.map(({ platform }) => platform));
  const absent = image.missingPlatforms.filter((platform) => !present.has(platform));
  const verdict: Verdict = image.failure === null ? 'fail' : 'unverified';
  return [
    ...rows,
    ...absent.map((platform) => ({
      verdict,
      platform,
      of: null,
      starts: '',
      found: 'not in the image',
      remark: '',
    })),
  ];
}

/** `linux/amd64`, or `linux/amd64 (sha256:0b6e92d4…77c1)` where another entry of the image has that name too. */
export function nameIn({ platforms }: ImageReport, { platform, digest }: PlatformReport): string {
  const alike = platforms.filter((other) => other.platform === platform && other.digest !== digest);
  return alike.length === 0 ? platform : listPlatforms([platform], [{ platform, digest }]);
}

function rowOf(report: Report, image: ImageReport, platform: PlatformReport): PlatformRow {
  const [program] = platform.start?.chain ?? [];
  return {
    verdict: platform.verdict,
    platform: nameIn(image, platform),
    of: platform,
    starts: program?.path ?? platform.start?.argv[0] ?? '',
    found: program === undefined ? '' : shortFormat(program.format ?? 'not found'),
    remark: remarkOf(report, image, platform),
  };
}

function remarkOf({ findings }: Report, image: ImageReport, platform: PlatformReport): string {
  if (platform.failure !== null) return `${WORDS.unverified}: ${platform.failure.code}`;
  const own = findings.filter((finding) => finding.image === image.reference && holdsFor(finding, platform));
  const paths = platform.start?.chain.slice(0, 1).flatMap((link) => [link.path, link.resolvedPath]) ?? [];
  const [first] = own;
  const others = own.filter(({ severity }) => severity !== 'note').length - 1;
  if (first === undefined) return '';
  const wrong = own.find(({ rule, path }) => rule === 'wrong-architecture' && paths.includes(path));
  const expected = machineOf(platform.platform.split('/')[1] ?? '');
  if (wrong !== undefined && expected !== null && others === 0) return `expected ${expected}`;
  return others < 1 ? first.rule : `${first.rule} and ${others} more`;
}

/** `ELF x86-64, static` of `ELF 64-bit little-endian x86-64, static`. */
export function shortFormat(format: string): string {
  return format.replace(/^ELF (?:32|64)-bit (?:little|big)-endian /, 'ELF ');
}
