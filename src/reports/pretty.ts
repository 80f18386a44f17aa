/** The report for people: a table that a closed log shows whole, then every finding in the open, then one line. */
import { shortDigest } from '../oci/digest.ts';
import type { ImageReport, PlatformReport, Report } from '../verdict/report.ts';
import {
  countOf,
  countsOf,
  headlineOf,
  MARKS,
  placedFailures,
  placeOf,
  type PlacedFailure,
  statsOf,
} from './headline.ts';
import { logText } from './log-text.ts';
import { type Paint, paintOf, VERDICT_STYLE } from './paint.ts';
import { type PlatformRow, rowsOf } from './platform-rows.ts';
import { prettyFinding } from './pretty-finding.ts';
import type { Reporter, RenderOptions } from './reporter.ts';

export const pretty: Reporter = {
  format: 'pretty',
  summary: 'for people: a table, every finding with its line and proof (the default)',
  render: renderPretty,
};

export function renderPretty(report: Report, options: RenderOptions): string {
  const paint = paintOf(options);
  const failures = placedFailures(report).map((failure) => failureLine(failure, paint));
  const blocks = [
    ...report.images.map((image) => imageBlock(report, image, options, paint)),
    ...report.findings.map((finding) => prettyFinding(finding, report, options)),
    ...(failures.length === 0 ? [] : [failures.join('\n')]),
    ...noticeBlock(report, paint),
    verdictLine(report, paint),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function imageBlock(report: Report, image: ImageReport, options: RenderOptions, paint: Paint): string {
  const { name, version } = report.tool;
  const tags = image.tags.length > 1 ? ` · ${countOf(image.tags.length, 'tag')}` : '';
  const named = image.tags.length > 1 ? withoutTag(image.reference) : image.reference;
  const digest = image.digest === null ? '' : ` → ${shortDigest(image.digest)}`;
  const counts = [
    ...(image.attestations > 0 ? [` · ${countOf(image.attestations, 'attestation')}`] : []),
    ...(image.artifacts > 0 ? [` · ${countOf(image.artifacts, 'artifact')}`] : []),
  ];
  const head = `${paint('bold', `${name} ${version}`)} · ${logText(named)}${tags}${digest}${counts.join('')}`;
  const rows = rowsOf(report, image);
  const widths = widthsOf(rows);
  return [head, ...rows.flatMap((row) => rowLines(row, widths, options, paint))].join('\n');
}

/** `ghcr.io/acme/shop` of `ghcr.io/acme/shop:1.4`. */
function withoutTag(reference: string): string {
  return reference.replace(/:[^:/@]+$/, '');
}

type Column = 'platform' | 'starts' | 'found';
const COLUMNS: readonly Column[] = ['platform', 'starts', 'found'];
const CELL_WIDTH = 60;

function widthsOf(rows: readonly PlatformRow[]): Readonly<Record<Column, number>> {
  const width = (column: Column): number =>
    Math.max(...rows.map((row) => logText(row[column], CELL_WIDTH).length), 0);
  return { platform: width('platform'), starts: width('starts'), found: width('found') };
}

function rowLines(
  row: PlatformRow,
  widths: Readonly<Record<Column, number>>,
  options: RenderOptions,
  paint: Paint,
): string[] {
  const mark = paint(VERDICT_STYLE[row.verdict], MARKS[row.verdict]);
  const cells = COLUMNS.map((column) => logText(row[column], CELL_WIDTH).padEnd(widths[column]));
  const title = `${mark} ${cells.join('    ')}      ${logText(row.remark)}`.trimEnd();
  const details = row.of === null ? [] : detailLines(row.of, options);
  if (options.log === 'actions' && details.length > 0)
    return [`::group::${title}`, ...details, '::endgroup::'];
  return [`▸ ${title}`, ...(options.detail === 'full' ? details : [])];
}

/** What was looked at: the chain of the start, what cannot be known, what was passed over on purpose. */
function detailLines(
  { digest, start, leftOut, exemptions, filesExamined }: PlatformReport,
  options: RenderOptions,
): string[] {
  const chain = (start?.chain ?? []).map(({ role, path, resolvedPath, format, layer }) => {
    const link = resolvedPath === null || resolvedPath === path ? '' : ` → ${logText(resolvedPath)}`;
    const from = layer === null || options.detail === 'brief' ? '' : `  (layer ${shortDigest(layer)})`;
    return `  ${role}: ${logText(path)}${link}  ${logText(format ?? 'not found')}${from}`;
  });
  return [
    `  image: ${logText(digest)}`,
    ...chain,
    ...leftOut.map((text) => `  not known: ${logText(text)}`),
    ...(options.detail === 'full' ? exemptions : []).map(
      ({ name, count }) => `  passed over: ${logText(name)} (${countOf(count, 'file')})`,
    ),
    `  files examined: ${filesExamined}`,
  ];
}

/** Everything about one failure in one line: code, image@digest, platform, cause, next step. */
export function failureLine(placed: PlacedFailure, paint: Paint): string {
  const { code, message, hint } = placed.failure;
  const kind = paint(['bold', 'yellow'], `not verified[${code}]`);
  return `${kind}: ${logText(placeOf(placed))}: ${logText(message)}; ${logText(hint)}`;
}

function noticeBlock({ notices, ignored }: Report, paint: Paint): string[] {
  const lines = [
    ...ignored.map(
      ({ finding, entry, reason }) =>
        `ignored by ${logText(entry)}: ${logText(finding.title)}${reason === null ? '' : ` (${logText(reason)})`}`,
    ),
    ...notices.map((notice) => logText(notice)),
  ];
  return lines.length === 0 ? [] : [lines.map((line) => `${paint('cyan', 'notice')}: ${line}`).join('\n')];
}

function verdictLine(report: Report, paint: Paint): string {
  const outcome = paint(VERDICT_STYLE[report.verdict], `${MARKS[report.verdict]} ${headlineOf(report)}`);
  return [outcome, countsOf(report), ...statsOf(report)].join(' · ');
}
