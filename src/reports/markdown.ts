import type { Report } from '../verdict/report.ts';
import { markdownReport } from './markdown-report.ts';
import type { Reporter, RenderOptions } from './reporter.ts';

/** GitHub refuses comments over 65,536 characters. */
const COMMENT_LIMIT = 60_000;

export const markdown: Reporter = {
  format: 'markdown',
  summary: 'Markdown as GitHub and GitLab render it: the text of the comment',
  render: commentText,
};

export function commentText(report: Report, options: RenderOptions): string {
  return markdownReport(report, options, { limit: COMMENT_LIMIT, sizeOf: (text) => text.length });
}
