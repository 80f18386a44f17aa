/** Tells the runner: files and outputs first, then the log, annotations, the summary; the comment is last and apart. */
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { annotationsOf } from '../reports/annotations.ts';
import { jobSummary } from '../reports/job-summary.ts';
import { json } from '../reports/json.ts';
import { commentText } from '../reports/markdown.ts';
import { predicateText } from '../reports/predicate.ts';
import { renderPretty } from '../reports/pretty.ts';
import type { RenderOptions } from '../reports/reporter.ts';
import { sarif } from '../reports/sarif.ts';
import type { When } from '../settings/setting.ts';
import type { Report } from '../verdict/report.ts';
import type { Runner } from './host.ts';
import { FILE_OUTPUTS, REPORT_OUTPUTS } from './outputs.ts';

/** Texts go out through `redact`, which takes secrets away. */
export type Redact = (text: string) => string;

export interface Publication {
  readonly report: Report;
  readonly options: RenderOptions;
  readonly redact: Redact;
  readonly runner: Runner;
}

/** The report in files of a folder of its own, so that several steps of one job do not write over one another. */
export async function writeFiles(
  { report, options, redact, runner }: Publication,
  folder: string,
): Promise<void> {
  const own = join(folder, `exec-format-guard-${randomUUID()}`);
  await mkdir(own, { recursive: true });
  const plain: RenderOptions = { ...options, colour: 'off', log: 'terminal', detail: 'full' };
  const files = [
    [FILE_OUTPUTS.report.name, 'report.json', json.render(report, plain)],
    [FILE_OUTPUTS.sarif.name, 'report.sarif', sarif.render(report, plain)],
    [FILE_OUTPUTS.markdown.name, 'report.md', commentText(report, plain)],
    [FILE_OUTPUTS.predicate.name, 'predicate.json', predicateText(report)],
  ] as const;
  for (const [output, name, text] of files) {
    const file = join(own, name);
    await writeFile(file, redact(text));
    runner.setOutput(output, file);
  }
}

export function setOutputs({ report, runner }: Publication): void {
  for (const { name, value } of REPORT_OUTPUTS) runner.setOutput(name, value(report));
}

export function printLog({ report, options, redact, runner }: Publication): void {
  runner.print(redact(renderPretty(report, options)).trimEnd());
}

export function annotate({ report, options, redact, runner }: Publication): void {
  for (const annotation of annotationsOf(report, options)) {
    runner.annotate({ ...annotation, title: redact(annotation.title), message: redact(annotation.message) });
  }
}

export async function addSummary({ report, options, redact, runner }: Publication): Promise<void> {
  await runner.addSummary(redact(jobSummary(report, options)));
}

/** Whether something is to be published, by how the run ended. */
export function isWanted(when: When, report: Report): boolean {
  return when === 'always' || (when === 'on-failure' && report.verdict !== 'pass');
}
