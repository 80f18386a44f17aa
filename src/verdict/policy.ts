/**
 * What the user has decided about findings: how bad one must be to fail the run, and which are known and accepted.
 * An accepted finding is kept apart with its reason, never lost; an entry that silences nothing is reported.
 */
import picomatch from 'picomatch';
import { formatPlatform, type Platform } from '../oci/platform.ts';
import type { Finding } from './finding.ts';
import { narrowFinding } from './narrow-finding.ts';

export type FailOn = 'error' | 'warning' | 'never';

export interface Policy {
  readonly failOn: FailOn;
  readonly ignore: readonly IgnoreEntry[];
}

export const DEFAULT_POLICY: Policy = { failOn: 'error', ignore: [] };

export interface IgnoreEntry {
  /** `rule@platform:/glob`, as far as written. */
  readonly text: string;
  /** `input ignore`, `.github/exec-format-guard.yml:12`. */
  readonly where: string;
  readonly rule: string;
  /** null: all platforms, all paths. */
  readonly platform: Platform | null;
  readonly path: string | null;
  readonly reason: string | null;
  /** The last day (YYYY-MM-DD, UTC) on which it silences; null: for ever. */
  readonly until: string | null;
  /** Whether that day was over when the entry was read. */
  readonly ended: boolean;
}

export interface IgnoredFinding {
  readonly finding: Finding;
  readonly entry: string;
  readonly reason: string | null;
}

export interface PolicyOutcome {
  readonly findings: readonly Finding[];
  readonly ignored: readonly IgnoredFinding[];
  /** Entries that have ended, and entries that matched nothing. */
  readonly notices: readonly string[];
}

/** `read` says whether everything was readable: only then does an entry without a match deserve a notice. */
export function applyPolicy(
  found: readonly Finding[],
  policy: Policy,
  read: 'completely' | 'in-part',
): PolicyOutcome {
  const findings: Finding[] = [];
  const ignored: IgnoredFinding[] = [];
  const used = new Set<IgnoreEntry>();
  const alive = policy.ignore.filter(({ ended }) => !ended);
  for (const finding of found) {
    let left: Finding | null = finding;
    for (const entry of alive) {
      const covered: CoveredPart | null = left && coveredBy(entry, left, alive);
      if (covered === null) continue;
      used.add(entry);
      ignored.push({ finding: covered.part, entry: entry.text, reason: entry.reason });
      left = covered.rest;
    }
    if (left !== null) findings.push(left);
  }
  const stale =
    read === 'completely'
      ? alive.filter(
          (entry) => !used.has(entry) && !ignored.some(({ finding }) => namesFileOf(entry, finding)),
        )
      : [];
  return {
    findings,
    ignored,
    notices: [...policy.ignore.filter(({ ended }) => ended), ...stale].map(noticeOf),
  };
}

interface CoveredPart {
  readonly part: Finding;
  readonly rest: Finding | null;
}

/** The part of the finding that the entry silences, and what is left of it; null when it silences nothing. */
function coveredBy(entry: IgnoreEntry, finding: Finding, all: readonly IgnoreEntry[]): CoveredPart | null {
  if (entry.rule !== finding.rule) return null;
  if (!isAboutPath(entry, finding.path) && !isAboutFiles(entry, finding, all)) return null;
  if (entry.platform === null) return { part: finding, rest: null };
  const name = formatPlatform(entry.platform);
  if (!finding.platforms.includes(name)) return null;
  const others = finding.platforms.filter((platform) => platform !== name);
  return {
    part: narrowFinding(finding, [name]),
    rest: others.length === 0 ? null : narrowFinding(finding, others),
  };
}

function isAboutPath({ path: glob }: IgnoreEntry, path: string | null): boolean {
  return glob === null || (path !== null && matchesGlob(path, glob));
}

/** A finding about several files is silenced where entries name each of them; one entry alone may name some. */
function isAboutFiles(
  entry: IgnoreEntry,
  { rule, evidence: { paths, count } }: Finding,
  all: readonly IgnoreEntry[],
): boolean {
  if (!Array.isArray(paths) || count !== paths.length) return false;
  const alike = all.filter((one) => one.rule === rule && one.platform === entry.platform);
  const files = paths.map(String);
  return (
    files.some((path) => isAboutPath(entry, path)) &&
    files.every((path) => alike.some((one) => isAboutPath(one, path)))
  );
}

/** Another entry silenced the whole finding, with the help of this one. */
function namesFileOf(entry: IgnoreEntry, { rule, evidence: { paths } }: Finding): boolean {
  if (entry.path === null || entry.rule !== rule || !Array.isArray(paths)) return false;
  return paths.map(String).some((path) => isAboutPath(entry, path));
}

function matchesGlob(path: string, glob: string): boolean {
  return path === glob || picomatch.isMatch(path, glob, { dot: true });
}

function noticeOf({ text, where, until, ended }: IgnoreEntry): string {
  return ended
    ? `the ignore entry "${text}" (${where}) ended on ${until ?? ''} and silences nothing any more`
    : `the ignore entry "${text}" (${where}) matched no finding: remove it if the fault is gone`;
}
