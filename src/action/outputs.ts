/**
 * THE table of outputs. Values are only words of ours, numbers, digests, names of platforms and files that we made:
 * nothing that an image could have written.
 */
import { printable } from '../base/plain-text.ts';
import { countSeverity } from '../reports/headline.ts';
import type { Report } from '../verdict/report.ts';

export interface Output {
  readonly name: string;
  readonly summary: string;
}

/** Set from the report. */
export interface ReportOutput extends Output {
  readonly value: (report: Report) => string;
}

export const REPORT_OUTPUTS: readonly ReportOutput[] = [
  {
    name: 'verdict',
    summary:
      '`pass`, `fail`, `unverified` or `error`. Written as `error` before anything else happens; test for `pass`, because an output can also be empty.',
    value: ({ verdict }) => verdict,
  },
  {
    name: 'errors',
    summary: 'How many errors were found.',
    value: (report) => String(countSeverity(report, 'error')),
  },
  {
    name: 'warnings',
    summary: 'How many warnings were found.',
    value: (report) => String(countSeverity(report, 'warning')),
  },
  {
    name: 'digest',
    summary: 'The digest of the image; one a line when several images were checked.',
    value: ({ images }) => linesOf(images.flatMap(({ digest }) => digest ?? [])),
  },
  {
    name: 'pinned',
    summary: '`name@sha256:…`, the thing to deploy; one a line when several images were checked.',
    value: ({ images }) => linesOf(images.flatMap(({ pinned }) => pinned ?? [])),
  },
  {
    name: 'platforms',
    summary: 'The platforms in the image, as a JSON array.',
    value: ({ images }) =>
      namesOf(images.flatMap((image) => image.platforms.map(({ platform }) => platform))),
  },
  {
    name: 'missing-platforms',
    summary: 'Required platforms that are not in the image, as a JSON array.',
    value: ({ images }) => namesOf(images.flatMap(({ missingPlatforms }) => missingPlatforms)),
  },
  {
    name: 'failed-platforms',
    summary: 'Platforms with findings that fail the run, or that could not be read, as a JSON array.',
    value: ({ images }) =>
      namesOf(
        images.flatMap(({ platforms }) =>
          platforms.filter(({ verdict }) => verdict !== 'pass').map(({ platform }) => platform),
        ),
      ),
  },
];

/** Set to files below RUNNER_TEMP. */
export const FILE_OUTPUTS = {
  report: {
    name: 'report-file',
    summary: 'The JSON report; its schema is `docs/schema/report.schema.json`.',
  },
  sarif: {
    name: 'sarif-file',
    summary: 'The report as SARIF 2.1.0, for `github/codeql-action/upload-sarif`.',
  },
  markdown: {
    name: 'markdown-file',
    summary: 'The text of the comment, for a `workflow_run` job that may comment on pull requests of forks.',
  },
  predicate: {
    name: 'predicate-file',
    summary: 'A predicate for `actions/attest`: digest, platforms, what starts in each, and the verdict.',
  },
} as const satisfies Readonly<Record<string, Output>>;

export const OUTPUTS: readonly Output[] = [...REPORT_OUTPUTS, ...Object.values(FILE_OUTPUTS)];

/** GitHub drops outputs over 1 MiB (as UTF-16) without a word: no list of ours comes near it. */
const LIST_LIMIT = 500;

/** Names and digests that were parsed before; printable all the same, one a line. */
function linesOf(names: readonly string[]): string {
  return names
    .slice(0, LIST_LIMIT)
    .map((name) => printable(name, 500))
    .join('\n');
}

/** Platform names come from the index: what does not look like one is not passed on. */
function namesOf(platforms: readonly string[]): string {
  const names = platforms.map((name) =>
    /^[a-z0-9._-]+\/[a-z0-9._/ ()-]{1,60}$/i.test(name) ? name : 'unknown',
  );
  return JSON.stringify([...new Set(names)].slice(0, LIST_LIMIT));
}
