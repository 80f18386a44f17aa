/** One line a fault, for grep and for logs that are already full. */
import type { Finding } from '../verdict/finding.ts';
import type { Report } from '../verdict/report.ts';
import { lineOf, placeOfFinding } from './finding-facts.ts';
import { countsOf, headlineOf, MARKS, placedFailures } from './headline.ts';
import { logText } from './log-text.ts';
import { type Paint, paintOf, SEVERITY_STYLE, VERDICT_STYLE } from './paint.ts';
import { failureLine } from './pretty.ts';
import type { Reporter, RenderOptions } from './reporter.ts';

export const concise: Reporter = {
  format: 'concise',
  summary: 'one line a fault',
  render: renderConcise,
};

function renderConcise(report: Report, options: RenderOptions): string {
  const paint = paintOf(options);
  const verdict = paint(VERDICT_STYLE[report.verdict], `${MARKS[report.verdict]} ${headlineOf(report)}`);
  const lines = [
    ...report.findings.map((finding) => findingLine(finding, paint)),
    ...placedFailures(report).map((failure) => failureLine(failure, paint)),
    `${verdict} · ${countsOf(report)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function findingLine(finding: Finding, paint: Paint): string {
  const { rule, severity, title, path, image } = finding;
  const place = placeOfFinding(finding);
  const parts = [
    `${paint(SEVERITY_STYLE[severity], `${severity}[${rule}]`)} ${logText(title)}`,
    ...(path === null ? [] : [logText(path)]),
    ...(place === null ? [] : [logText(lineOf(place.location))]),
    logText(image),
  ];
  return parts.join(' · ');
}
