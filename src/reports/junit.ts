/** JUnit XML as GitLab, Jenkins and Azure read it: an image is a suite, a platform is a case. */
import { type Finding, holdsFor } from '../verdict/finding.ts';
import type { ImageReport, PlatformReport, Report } from '../verdict/report.ts';
import { factsOf, lineOf, placeOfFinding } from './finding-facts.ts';
import { nameIn } from './platform-rows.ts';
import type { Reporter } from './reporter.ts';
import { xmlText } from './xml-text.ts';

export const junit: Reporter = {
  format: 'junit',
  summary: 'JUnit XML: an image is a suite, a platform a test case',
  render: renderJunit,
};

/** `failures` are findings that fail the run, `errors` are what could not be read: JUnit has the same two words. */
interface Case {
  readonly name: string;
  readonly failures: readonly string[];
  readonly errors: readonly string[];
}

function renderJunit(report: Report): string {
  const suites = report.images.map((image) => suiteOf(report, image));
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join(
    '\n',
  );
}

function suiteOf(report: Report, image: ImageReport): string {
  const name = xmlText(image.reference);
  const cases = [
    imageCase(report, image),
    ...image.platforms.map((platform) => platformCase(report, image, platform)),
  ];
  const count = (kind: 'failures' | 'errors'): number => cases.filter((one) => one[kind].length > 0).length;
  return [
    `  <testsuite name="${name}" tests="${cases.length}" failures="${count('failures')}" errors="${count('errors')}" time="${report.stats.seconds.toFixed(3)}">`,
    ...cases.map((one) => caseText(one, name)),
    '  </testsuite>',
  ].join('\n');
}

/** What concerns the index, or platforms that are not in it. */
function imageCase(report: Report, image: ImageReport): Case {
  const present = new Set(image.platforms.map(({ platform }) => platform));
  const findings = failing(report, image).filter(
    ({ platforms }) => !platforms.some((name) => present.has(name)),
  );
  return {
    name: 'index',
    failures: findings.map(failureText),
    errors: image.failure === null ? [] : [errorText(image.failure)],
  };
}

function platformCase(report: Report, image: ImageReport, entry: PlatformReport): Case {
  const { failure } = entry;
  const findings = failing(report, image).filter((finding) => holdsFor(finding, entry));
  return {
    name: nameIn(image, entry),
    failures: findings.map(failureText),
    errors: failure === null ? [] : [errorText(failure)],
  };
}

function failing({ findings, failOn }: Report, { reference }: ImageReport): readonly Finding[] {
  return findings.filter(
    ({ image, severity }) =>
      image === reference && (severity === 'error' || (severity === 'warning' && failOn === 'warning')),
  );
}

function failureText(finding: Finding): string {
  const found = placeOfFinding(finding);
  const place = found === null ? [] : [`at ${lineOf(found.location)}: ${found.role}`];
  const lines = [...place, ...factsOf(finding).map(({ name, text }) => `${name}: ${text}`)].map((line) =>
    xmlText(line),
  );
  return `      <failure type="${xmlText(finding.rule)}" message="${xmlText(finding.title)}">${lines.join('\n')}</failure>`;
}

function errorText({ code, message, hint }: NonNullable<PlatformReport['failure']>): string {
  return `      <error type="${code}" message="${xmlText(message)}">help: ${xmlText(hint)}</error>`;
}

function caseText({ name, failures, errors }: Case, suite: string): string {
  const body = [...failures, ...errors];
  const head = `    <testcase classname="${suite}" name="${xmlText(name)}"`;
  return body.length === 0 ? `${head}/>` : [`${head}>`, ...body, '    </testcase>'].join('\n');
}
