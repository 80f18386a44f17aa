/** The outcome of a run in one line, in words that every text format shares. */
import type { FailureRecord } from '../base/failure.ts';
import { shortDigest } from '../oci/digest.ts';
import type { Severity } from '../rules/rule.ts';
import { holdsFor } from '../verdict/finding.ts';
import type { ImageReport, PlatformReport, Report, Verdict } from '../verdict/report.ts';
import { stopsTheStart } from './effect.ts';

export const MARKS: Readonly<Record<Verdict, string>> = { pass: '✔', fail: '✖', unverified: '⚠' };
export const WORDS: Readonly<Record<Verdict, string>> = {
  pass: 'pass',
  fail: 'fail',
  unverified: 'not verified',
};

/** `1 of 2 platforms cannot start`, `2 platforms pass`. */
export function headlineOf(report: Report): string {
  const platforms = report.images.flatMap((image) => image.platforms);
  const all = countOf(platforms.length, 'platform');
  if (report.verdict === 'pass') return `${all} ${platforms.length === 1 ? 'passes' : 'pass'}`;
  if (report.verdict === 'unverified') {
    const unread = platforms.filter(({ verdict }) => verdict === 'unverified').length;
    if (unread === 0) return 'not verified';
    const which = platforms.length === 1 ? 'the only platform' : `${unread} of ${all}`;
    return `not verified: ${which} could not be read`;
  }
  const missing = new Set(report.images.flatMap((image) => image.missingPlatforms)).size;
  const failing = platforms.filter(({ verdict }) => verdict === 'fail').length;
  const stopped = report.images.flatMap((image) =>
    image.platforms.filter((platform) => cannotStart(report, image, platform)),
  ).length;
  const absent = missing === 0 ? '' : `, ${missing} missing`;
  const isOnly = platforms.length === 1;
  if (stopped === 1 && isOnly) return `the only platform cannot start${absent}`;
  if (stopped > 0) return `${stopped} of ${all} cannot start${absent}`;
  if (missing > 0) return `${countOf(missing, 'required platform')} missing`;
  if (failing === 0) return 'the image fails the check';
  return isOnly ? 'the only platform fails' : `${failing} of ${all} fail`;
}

function cannotStart({ findings }: Report, image: ImageReport, platform: PlatformReport): boolean {
  return findings.some(
    (finding) => finding.image === image.reference && holdsFor(finding, platform) && stopsTheStart(finding),
  );
}

/** `1 error, 0 warnings`, with notes when there are some. */
export function countsOf(report: Report): string {
  const notes = countSeverity(report, 'note');
  return [
    countOf(countSeverity(report, 'error'), 'error'),
    countOf(countSeverity(report, 'warning'), 'warning'),
    ...(notes === 0 ? [] : [countOf(notes, 'note')]),
    ...(report.ignored.length === 0 ? [] : [`${report.ignored.length} ignored`]),
  ].join(', ');
}

export function countSeverity({ findings }: Report, severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A failure with the place it happened. */
export interface PlacedFailure {
  readonly failure: FailureRecord;
  readonly image: ImageReport;
  /** null when the image as a whole could not be read. */
  readonly platform: PlatformReport | null;
}

export function placedFailures({ images }: Report): readonly PlacedFailure[] {
  return images.flatMap((image) => [
    ...(image.failure === null ? [] : [{ failure: said(image.failure, image), image, platform: null }]),
    ...image.platforms.flatMap((platform) =>
      platform.failure === null ? [] : [{ failure: said(platform.failure, image), image, platform }],
    ),
  ]);
}

/** Beside its place, which names the image, a message need not name it again. */
function said(failure: FailureRecord, { reference }: ImageReport): FailureRecord {
  const { message } = failure;
  const isNamed = message.startsWith(reference);
  const rest = isNamed ? message.slice(reference.length) : '';
  if (rest.startsWith(': ')) return { ...failure, message: rest.slice(2) };
  return /^ (?:is|has|holds) /.test(rest) ? { ...failure, message: `it${rest}` } : failure;
}

/** `ghcr.io/acme/shop:1.4 linux/arm64 (sha256:5c19b7aa…d20f)`; untrusted. */
export function placeOf({ image, platform }: PlacedFailure): string {
  const digest = platform?.digest ?? image.digest;
  const at = digest === null || image.reference.includes('@') ? '' : `@${shortDigest(digest)}`;
  return platform === null ? `${image.reference}${at}` : `${image.reference}${at} ${platform.platform}`;
}

/** What is known of the reach of a run: `1.7 s`, `read 12 of 61 MiB`. */
export function statsOf({ stats }: Report): readonly string[] {
  const { seconds, bytesFetched, bytesTotal } = stats;
  const unit = bytesTotal < MIB ? KIB : MIB;
  const size = (bytes: number): string => inUnits(bytes / unit);
  return [
    `${seconds.toFixed(1)} s`,
    `read ${size(bytesFetched)} of ${size(bytesTotal)} ${unit === KIB ? 'KiB' : 'MiB'}`,
  ];
}

const KIB = 1024;
const MIB = 1024 * KIB;

function inUnits(value: number): string {
  return value > 0 && value < 10 ? value.toFixed(1) : String(Math.round(value));
}
