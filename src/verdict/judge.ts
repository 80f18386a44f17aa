/**
 * Evidence -> verdict. Three answers: `pass` and `fail` need everything to have been read; whatever could not be
 * read, and whatever was empty, is `unverified`. The exit status follows from the report alone.
 */
import { exitStatusOfFailure, type FailureRecord } from '../base/failure.ts';
import type { Severity } from '../rules/rule.ts';
import { type Finding, holdsFor } from './finding.ts';
import { applyPolicy, type FailOn, type Policy } from './policy.ts';
import type { ImageReport, PlatformReport, Report, Stats, Verdict } from './report.ts';
import { TOOL } from './tool.ts';

/** What guard() has gathered. The verdicts in `images` do not matter: they are set here. */
export interface Evidence {
  readonly images: readonly ImageReport[];
  readonly findings: readonly Finding[];
  readonly policy: Policy;
  readonly notices?: readonly string[];
  readonly stats: Stats;
}

export function judge({ images: seen, findings: found, policy, notices = [], stats }: Evidence): Report {
  const isComplete = seen.length > 0 && seen.every((image) => isReadCompletely(markEmpty(image, found)));
  const outcome = applyPolicy(found, policy, isComplete ? 'completely' : 'in-part');
  const findings = outcome.findings.toSorted((one, other) => rankOf(one.severity) - rankOf(other.severity));
  const against = findings.filter(({ severity }) => counts(severity, policy.failOn));
  const images = seen.map((image) => judgeImage(markEmpty(image, against), against));
  return {
    schemaVersion: 1,
    tool: TOOL,
    verdict: worst(images.map(({ verdict }) => verdict)),
    failOn: policy.failOn,
    images,
    findings,
    ignored: outcome.ignored,
    notices: [...notices, ...outcome.notices],
    stats,
  };
}

/** 0 pass, 1 findings, 2 wrong usage, 3 not verified; 70, a defect, never gets this far. Precedence 2 > 3 > 1 > 0. */
export function exitStatusOf(report: Report): 0 | 1 | 2 | 3 {
  const failures = report.images.flatMap(failuresOf);
  if (failures.some(({ code }) => exitStatusOfFailure(code) === 2)) return 2;
  if (report.verdict === 'unverified') return 3;
  return report.verdict === 'fail' && report.failOn !== 'never' ? 1 : 0;
}

export function failuresOf(image: ImageReport): readonly FailureRecord[] {
  return [image.failure, ...image.platforms.map(({ failure }) => failure)].filter(
    (failure) => failure !== null,
  );
}

/**
 * Zero platforms and zero files are never green. A platform that fails all the same (its program is nowhere, its USER
 * is unknown) is not green either, and says more.
 */
function markEmpty(image: ImageReport, findings: readonly Finding[]): ImageReport {
  const own = findings.filter((finding) => finding.image === image.reference);
  const platforms = image.platforms.map((platform) =>
    platform.failure === null && isEmpty(platform, own)
      ? { ...platform, inspected: false, failure: NO_FILE }
      : platform,
  );
  const failure = image.failure ?? (platforms.length === 0 ? NO_PLATFORM : null);
  return { ...image, platforms, failure };
}

function isEmpty(platform: PlatformReport, found: readonly Finding[]): boolean {
  const { inspected, filesExamined } = platform;
  return !inspected || (filesExamined === 0 && !found.some((finding) => holdsFor(finding, platform)));
}

export const NO_FILE: FailureRecord = {
  code: 'E_EMPTY',
  message: 'no file was examined',
  hint: 'an image that holds nothing and starts nothing cannot be judged; check that the build copied its files',
};

const NO_PLATFORM: FailureRecord = {
  code: 'E_EMPTY',
  message: 'no platform was examined',
  hint: 'check that the reference names an image and not only attestations',
};

function isReadCompletely(image: ImageReport): boolean {
  return failuresOf(image).length === 0;
}

function judgeImage(image: ImageReport, against: readonly Finding[]): ImageReport {
  const own = against.filter((finding) => finding.image === image.reference);
  const platforms = image.platforms.map((platform) => judgePlatform(platform, own));
  const verdict = isReadCompletely(image) ? (own.length > 0 ? 'fail' : 'pass') : 'unverified';
  return { ...image, platforms, verdict };
}

function judgePlatform(platform: PlatformReport, against: readonly Finding[]): PlatformReport {
  const isBlamed = against.some((finding) => holdsFor(finding, platform));
  return { ...platform, verdict: platform.failure !== null ? 'unverified' : isBlamed ? 'fail' : 'pass' };
}

/** `fail-on: never` does not turn a fault into a pass: the verdict says `fail`, only the exit status is 0. */
function counts(severity: Severity, failOn: FailOn): boolean {
  return severity === 'error' || (severity === 'warning' && failOn === 'warning');
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

function rankOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0 || verdicts.includes('unverified')) return 'unverified';
  return verdicts.includes('fail') ? 'fail' : 'pass';
}
