import type { Report } from '../verdict/report.ts';
import { markdownReport } from './markdown-report.ts';
import type { RenderOptions } from './reporter.ts';

/** GitHub drops a summary over 1 MiB whole, and the step stays green. */
const SUMMARY_LIMIT = 900 * 1024;

export function jobSummary(report: Report, options: RenderOptions): string {
  return markdownReport(report, options, { limit: SUMMARY_LIMIT, sizeOf: (text) => Buffer.byteLength(text) });
}
