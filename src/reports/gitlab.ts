/** GitLab's code quality report (the subset of Code Climate's that GitLab documents): one array, one entry a fault. */
import { printable } from '../base/plain-text.ts';
import type { Severity } from '../rules/rule.ts';
import type { Finding } from '../verdict/finding.ts';
import type { Report } from '../verdict/report.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { placedFailures, placeOf, type PlacedFailure } from './headline.ts';
import { placeOfFinding } from './finding-facts.ts';
import { encodeJson } from './json.ts';
import type { Reporter } from './reporter.ts';

export const gitlab: Reporter = {
  format: 'gitlab',
  summary: "GitLab's code quality report",
  render: renderGitlab,
};

function renderGitlab(report: Report): string {
  const fingerprints = fingerprintsOf(report.findings);
  const findings = report.findings.map((finding, at) => findingEntry(finding, fingerprints[at] ?? ''));
  return encodeJson([...placedFailures(report).map(failureEntry), ...findings]);
}

const SEVERITIES: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', note: 'info' };

/** GitLab wants a path: without a line to blame it is the image, never a file that is not to blame. */
function findingEntry(finding: Finding, fingerprint: string): object {
  const { rule, severity, title, message, image } = finding;
  const location = placeOfFinding(finding)?.location;
  return {
    description: `${printable(title)}: ${printable(message)}`,
    check_name: rule,
    fingerprint,
    severity: SEVERITIES[severity],
    location: {
      path: printable(location?.file ?? image).replace(/^(?:\.\/)+/, ''),
      lines: { begin: location?.line ?? 1, end: location?.endLine ?? 1 },
    },
  };
}

function failureEntry(placed: PlacedFailure): object {
  const { code, message } = placed.failure;
  const place = printable(placeOf(placed));
  return {
    description: `not verified: ${place}: ${printable(message)}`,
    check_name: code,
    fingerprint: `${code} ${place}`,
    severity: 'blocker',
    location: { path: printable(placed.image.reference), lines: { begin: 1, end: 1 } },
  };
}
