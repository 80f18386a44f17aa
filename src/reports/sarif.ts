/**
 * SARIF 2.1.0 (OASIS), within what GitHub's code scanning takes: every result has a rule and a place, at most 5,000
 * results, worst first, and fingerprints that stay the same when lines move.
 */
import type { Location as SarifLocation, Log, Notification, ReportingDescriptor, Result } from 'sarif';
import { printable } from '../base/plain-text.ts';
import { RULES } from '../rules/index.ts';
import type { Severity } from '../rules/rule.ts';
import type { Finding, Location } from '../verdict/finding.ts';
import type { Report } from '../verdict/report.ts';
import { factsOf, placeOfFinding } from './finding-facts.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { placedFailures, placeOf, type PlacedFailure } from './headline.ts';
import { encodeJson } from './json.ts';
import { docsAddressOf, type Reporter, type RenderOptions } from './reporter.ts';

export const sarif: Reporter = {
  format: 'sarif',
  summary: 'SARIF 2.1.0 for code scanning',
  render: renderSarif,
};

/** GitHub shows 5,000 results of a run. */
const RESULTS = 5_000;
const LEVELS: Readonly<Record<Severity, Result.level>> = { error: 'error', warning: 'warning', note: 'note' };

function renderSarif(report: Report, options: RenderOptions): string {
  const findings = report.findings.slice(0, RESULTS);
  const ids = [...new Set(findings.map(({ rule }) => rule))];
  const fingerprints = fingerprintsOf(findings);
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: report.tool.name,
            version: report.tool.version,
            semanticVersion: report.tool.version,
            rules: ids.map((id) => descriptorOf(id, options)),
          },
        },
        invocations: [
          {
            executionSuccessful: report.verdict !== 'unverified',
            toolExecutionNotifications: placedFailures(report).map(notificationOf),
          },
        ],
        results: findings.map((finding, at) =>
          resultOf(finding, ids.indexOf(finding.rule), fingerprints[at] ?? ''),
        ),
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
  return encodeJson(log);
}

function descriptorOf(id: string, options: RenderOptions): ReportingDescriptor {
  const rule = RULES.find((one) => one.id === id);
  const helpUri = docsAddressOf(id, options);
  const text = [rule?.what, rule?.why, rule?.fix].filter((part) => part !== undefined).join('\n\n');
  return {
    id,
    name: id,
    shortDescription: { text: rule?.title ?? id },
    fullDescription: { text: rule?.what ?? id },
    help: { text: text === '' ? id : text, markdown: text === '' ? id : text },
    ...(helpUri === null ? {} : { helpUri }),
    defaultConfiguration: { level: LEVELS[rule?.severity ?? 'error'] },
    properties: { tags: ['container', 'multi-platform'] },
  };
}

function resultOf(finding: Finding, ruleIndex: number, fingerprint: string): Result {
  const facts = factsOf(finding).map(({ name, text }) => `${name}: ${text}`);
  const place = placeOfFinding(finding);
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: messageText([`${finding.title} (${finding.image})`, ...facts].join('\n')) },
    locations: [place === null ? imageLocation(finding) : fileLocation(place.location)],
    relatedLocations: finding.related.map((related, id) => ({
      id,
      ...fileLocation(related),
      message: { text: messageText(related.label) },
    })),
    partialFingerprints: { 'execFormatGuard/v1': fingerprint },
    properties: { platforms: finding.platforms.map((name) => printable(name)), path: finding.path },
  };
}

function fileLocation({ file, line, endLine, snippet }: Location): SarifLocation {
  return {
    physicalLocation: {
      artifactLocation: { uri: addressOf(file), uriBaseId: '%SRCROOT%' },
      region: { startLine: line, endLine: Math.max(line, endLine), snippet: { text: snippet } },
    },
  };
}

/** Code scanning wants a place in a file; an image is named instead, never a file that is not to blame. */
function imageLocation({ image, path }: Finding): SarifLocation {
  return {
    physicalLocation: { artifactLocation: { uri: addressOf(image) }, region: { startLine: 1 } },
    ...(path === null
      ? {}
      : { logicalLocations: [{ fullyQualifiedName: printable(path), kind: 'resource' }] }),
  };
}

function addressOf(file: string): string {
  return printable(file.replace(/^(?:\.\/)+/, ''))
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

function notificationOf(placed: PlacedFailure): Notification {
  const { code, message, hint } = placed.failure;
  return {
    level: 'error',
    descriptor: { id: code },
    message: { text: messageText(`${placeOf(placed)}: ${message}; ${hint}`) },
  };
}

/** Line by line printable; brackets and braces are escaped, since SARIF reads links and placeholders in them. */
function messageText(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      printable(line, 2_000)
        .replace(/[\\[\]]/g, '\\$&')
        .replace(/[{}]/g, '$&$&'),
    )
    .join('\n');
}
