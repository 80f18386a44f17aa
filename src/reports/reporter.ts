/**
 * A reporter turns the plain-data report into text, and does nothing else: no I/O, no exit status, no clock.
 * Strings in a report come from images and registries; each sink (log, runner command, Markdown, XML, JSON, SARIF)
 * has one encoder, and nothing untrusted reaches a text around it.
 */
import type { Report } from '../verdict/report.ts';

export interface Reporter {
  readonly format: Format;
  /** One line for `--help`. */
  readonly summary: string;
  render(report: Report, options: RenderOptions): string;
}

export type Format = 'pretty' | 'concise' | 'json' | 'sarif' | 'github' | 'gitlab' | 'junit' | 'markdown';

export interface RenderOptions {
  readonly colour: 'on' | 'off';
  /** Who reads a log: a person at a terminal, or the runner of GitHub Actions with its foldable groups. */
  readonly log: 'terminal' | 'actions';
  readonly detail: 'brief' | 'full';
  /** What stands before `docs/rules/<id>.md`: empty, or an address that ends in a slash. */
  readonly docsBase: string;
  /** What stands before `Dockerfile#L19`: the address of the files at the commit, ending in a slash; null: no links. */
  readonly sourceBase: string | null;
}

export const PLAIN: RenderOptions = {
  colour: 'off',
  log: 'terminal',
  detail: 'brief',
  docsBase: '',
  sourceBase: null,
};

export function docsOf(rule: string, { docsBase }: RenderOptions): string {
  return `${docsBase}docs/rules/${rule}.md`;
}
