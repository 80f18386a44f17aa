/**
 * The report in Markdown: one renderer for the job summary, the comment and the file. It fills up to a limit, most
 * important first, and says what it left out.
 */
import { shortDigest } from '../oci/digest.ts';
import type { Finding } from '../verdict/finding.ts';
import type { ImageReport, Report } from '../verdict/report.ts';
import { factsOf, lineOf, placeOfFinding } from './finding-facts.ts';
import { countOf, countsOf, headlineOf, MARKS, placedFailures, placeOf, statsOf, WORDS } from './headline.ts';
import { mdBlock, mdCode, mdLink, mdProse } from './markdown-text.ts';
import { type PlatformRow, rowsOf } from './platform-rows.ts';
import { proofOf } from './proof.ts';
import { docsAddressOf, type RenderOptions } from './reporter.ts';

/** Measures a text against a limit: GitHub counts the bytes of a summary and the characters of a comment. */
export interface Budget {
  readonly limit: number;
  readonly sizeOf: (text: string) => number;
}

const ROWS = 60;

export function markdownReport(report: Report, options: RenderOptions, budget: Budget): string {
  const page = new Page(budget);
  page.add(`## ${MARKS[report.verdict]} ${report.tool.name}: ${headlineOf(report)}`);
  page.add(`${countsOf(report)} · ${statsOf(report).join(' · ')}`);
  const blocks = [
    ...report.images.map((image) => () => imageBlock(report, image)),
    ...placedFailures(report).map((failure) => () => failureItem(failure)),
    ...report.findings.map((finding) => () => findingBlock(finding, report, options)),
    ...noticeItems(report).map((item) => () => item),
  ];
  const shown = blocks.findIndex((block) => !page.add(block()));
  if (shown >= 0)
    page.end(`**${blocks.length - shown} more** did not fit here; the JSON report has everything.`);
  return page.text();
}

/** Keeps room for the sentence that says what is missing. */
class Page {
  readonly #budget: Budget;
  readonly #blocks: string[] = [];
  #size = 0;

  constructor(budget: Budget) {
    this.#budget = { ...budget, limit: budget.limit - 200 };
  }

  /** Whether the block fitted. */
  add(block: string): boolean {
    const size = this.#budget.sizeOf(`${block}\n\n`);
    if (this.#size + size > this.#budget.limit) return false;
    this.end(block);
    return true;
  }

  end(block: string): void {
    this.#blocks.push(block);
    this.#size += this.#budget.sizeOf(`${block}\n\n`);
  }

  text(): string {
    return `${this.#blocks.join('\n\n')}\n`;
  }
}

function imageBlock(report: Report, image: ImageReport): string {
  const digest = image.digest === null ? '' : ` → ${mdCode(shortDigest(image.digest))}`;
  const tags = image.tags.length > 1 ? ` · ${countOf(image.tags.length, 'tag')}` : '';
  const head = `${mdCode(image.reference)}${tags}${digest}`;
  const rows = foldedRows(rowsOf(report, image));
  if (rows.length === 0) return head;
  const shown = rows.slice(0, ROWS).map(tableRow);
  const more = rows.length > ROWS ? [`\n${rows.length - ROWS} more rows are in the JSON report.`] : [];
  return [
    head,
    '',
    '| Platform | Starts | Found | Verdict |',
    '| --- | --- | --- | --- |',
    ...shown,
    ...more,
  ].join('\n');
}

/** Platforms that share everything else share a row. */
interface FoldedRow extends PlatformRow {
  readonly platforms: readonly string[];
}

function foldedRows(rows: readonly PlatformRow[]): readonly FoldedRow[] {
  const folded = new Map<string, FoldedRow>();
  for (const row of rows) {
    const key = JSON.stringify([row.verdict, row.starts, row.found, row.remark]);
    const same = folded.get(key);
    folded.set(key, { ...row, platforms: [...(same?.platforms ?? []), row.platform] });
  }
  return [...folded.values()];
}

function tableRow({ platforms, starts, found, remark, verdict }: FoldedRow): string {
  const details = [found, remark].filter((text) => text !== '').map((text) => mdProse(text, 200));
  const cells = [
    platforms
      .slice(0, 20)
      .map((platform) => mdCode(platform, 60))
      .join(' '),
    mdCode(starts, 120),
    details.join(' · '),
    `${MARKS[verdict]} ${WORDS[verdict]}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function failureItem(placed: ReturnType<typeof placedFailures>[number]): string {
  const { code, message, hint } = placed.failure;
  return `- **not verified** (${code}) ${mdCode(placeOf(placed))}: ${mdProse(message)}; ${mdProse(hint)}`;
}

function findingBlock(finding: Finding, report: Report, options: RenderOptions): string {
  const { severity, title, rule } = finding;
  const mark = severity === 'error' ? MARKS.fail : severity === 'warning' ? MARKS.unverified : 'ℹ';
  return [
    `### ${mark} ${severity}: ${mdProse(title, 300)}`,
    ...placeBlock(finding, options),
    factsOf(finding)
      .map(({ name, text }) => `- **${name}**: ${mdProse(text, 600)}`)
      .join('\n'),
    `<details><summary>Proof and how to check it yourself</summary>\n\n${proofBlock(finding, report)}\n\n</details>`,
    `Rule: ${ruleLink(rule, options)}`,
  ].join('\n\n');
}

function ruleLink(rule: string, options: RenderOptions): string {
  const address = docsAddressOf(rule, options);
  return address === null ? mdCode(rule) : mdLink(rule, address);
}

function placeBlock(finding: Finding, options: RenderOptions): string[] {
  const { createdBy, related } = finding;
  const found = placeOfFinding(finding);
  if (found === null) return createdBy === null ? [] : [`Built by ${mdCode(createdBy)}`];
  const { location, role } = found;
  const inFile = [...new Set([location, ...related.filter(({ file }) => file === location.file)])]
    .toSorted((one, other) => one.line - other.line)
    .flatMap(({ line, snippet }) =>
      snippet.split('\n').map((code, offset) => `${String(line + offset).padStart(4)} | ${code}`),
    );
  const address = addressOf(location, options);
  const place = address === null ? mdCode(lineOf(location)) : mdLink(lineOf(location), address);
  return [`${place}: ${mdProse(role)}`, mdBlock(inFile, 'dockerfile')];
}

/** A permalink; null for files that cannot be in the repository. */
function addressOf(
  { file, line, endLine }: NonNullable<Finding['location']>,
  { sourceBase }: RenderOptions,
): string | null {
  const parts = file.replace(/^\.\//, '').split('/');
  if (sourceBase === null || parts.some((part) => part === '' || part === '..' || part === '.')) return null;
  const lines = endLine > line ? `#L${line}-L${endLine}` : `#L${line}`;
  return `${sourceBase}${parts.map(encodeURIComponent).join('/')}${lines}`;
}

function proofBlock(finding: Finding, report: Report): string {
  const { facts, commands } = proofOf(finding, report);
  return [mdBlock(facts, 'text'), mdBlock(commands, 'sh')].join('\n\n');
}

function noticeItems({ notices, ignored }: Report): string[] {
  return [
    ...ignored.map(({ finding, entry, reason }) => {
      const because = reason === null ? '' : ` (${mdProse(reason, 300)})`;
      return `- ignored by ${mdCode(entry)}: ${mdProse(finding.title, 300)}${because}`;
    }),
    ...notices.map((notice) => `- ${mdProse(notice)}`),
  ];
}
