/**
 * What every reporter says of every scenario, one file a reporter, to be read by people: golden/pretty.txt and so on.
 * `npm run golden` writes them; the test compares. Left out: the BuildKit fixtures, which have one fault in thirty
 * Dockerfiles and would say it thirty times (their lines are in __tests__/origin/buildkit-expected.ts), and the real
 * stories, which are about what is found and not about words (their findings are in the tests of the stories).
 */
import { guard } from '../../src/guard.ts';
import { REPORTERS } from '../../src/reports/index.ts';
import { jobSummary } from '../../src/reports/job-summary.ts';
import { predicateText } from '../../src/reports/predicate.ts';
import { PLAIN, type RenderOptions } from '../../src/reports/reporter.ts';
import type { Report } from '../../src/verdict/report.ts';
import { checkout } from '../support/checkout.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { check, SCENARIOS } from './scenarios.ts';

export const GOLDEN = '__tests__/scenarios/golden';
const FIXTURES = '__tests__/fixtures/buildx';

const BUILDX: Readonly<Record<string, readonly string[]>> = {
  'good-provenance-max': ['linux/amd64', 'linux/arm64', 'linux/arm/v7'],
  'good-docker-mediatypes': ['linux/amd64', 'linux/arm64', 'linux/arm/v7'],
  'wrong-arch-hidden-default': ['linux/amd64', 'linux/arm64', 'linux/arm/v7'],
  'wrong-arch-and-crlf': ['linux/amd64', 'linux/arm64'],
  'single-arch': ['linux/amd64', 'linux/arm64'],
  'single-arch-provenance': ['linux/amd64', 'linux/arm64'],
  'bake-tool': ['linux/amd64', 'linux/arm64'],
  'merged-legs': ['linux/amd64', 'linux/arm64'],
};

/** Links as a run in Actions has them. */
const LINKED: RenderOptions = {
  ...PLAIN,
  docsBase: 'https://github.com/OWNER/exec-format-guard/blob/v1/',
  sourceBase: 'https://github.com/acme/shop/blob/0123456789abcdef0123456789abcdef01234567/',
};

type Render = (report: Report) => string;

const ENDINGS: Readonly<Record<string, string>> = {
  json: 'json.txt',
  sarif: 'sarif.txt',
  gitlab: 'gitlab.txt',
  junit: 'junit.txt',
  markdown: 'markdown.md',
};

/** File -> what it shows of a report. The job summary and the comment are the same text, unless one is cut. */
export const VIEWS: ReadonlyMap<string, Render> = new Map<string, Render>([
  ...REPORTERS.map((reporter): [string, Render] => [
    ENDINGS[reporter.format] ?? `${reporter.format}.txt`,
    (report) => reporter.render(report, LINKED),
  ]),
  ['pretty-colour.txt', (report) => visible(pretty(report, { ...LINKED, colour: 'on' }))],
  ['pretty-actions.txt', (report) => pretty(report, { ...LINKED, log: 'actions' })],
  ['pretty-verbose.txt', (report) => pretty(report, { ...PLAIN, detail: 'full' })],
  ['predicate.txt', predicateText],
]);

function pretty(report: Report, options: RenderOptions): string {
  return REPORTERS.find(({ format }) => format === 'pretty')?.render(report, options) ?? '';
}

/** The escape character as the sign for it, so that a file can be read and compared anywhere. */
function visible(text: string): string {
  return text.replaceAll('\u001b', '␛');
}

export async function goldenReports(folder: string): Promise<ReadonlyMap<string, Report>> {
  const reports = new Map<string, Report>();
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    const report = await check(folder, name, scenario);
    const named: Report = JSON.parse(JSON.stringify(report).replaceAll(folder, 'layouts'));
    reports.set(name, named);
  }
  for (const [name, platforms] of Object.entries(BUILDX)) {
    const request = guardRequest([`oci-archive:${FIXTURES}/${name}.oci.tar`], platforms);
    reports.set(name, await guard(request, guardHost({ repository: checkout({}, FIXTURES) })));
  }
  return reports;
}

export function goldenText(view: Render, reports: ReadonlyMap<string, Report>): string {
  return [...reports].map(([name, report]) => `######## ${name}\n\n${view(report)}`).join('\n');
}

export function isSameText(report: Report): boolean {
  const comment = REPORTERS.find(({ format }) => format === 'markdown')?.render(report, LINKED);
  return comment === jobSummary(report, LINKED);
}
