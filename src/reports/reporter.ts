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
  /**
   * What stands before `docs/rules/<id>.md`: an address that ends in a slash, or nothing where the reader has the
   * folder; null where the reader has no pages at hand.
   */
  readonly docsBase: string | null;
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

/** Where to read on: a page, or the command that prints it offline. */
export function docsOf(rule: string, { docsBase }: RenderOptions): string {
  return docsBase === null ? `exec-format-guard explain ${rule}` : `${docsBase}docs/rules/${rule}.md`;
}

/** The address of the rule's page; null when there is none that works everywhere. */
export function docsAddressOf(rule: string, options: RenderOptions): string | null {
  return options.docsBase === null || options.docsBase === '' ? null : docsOf(rule, options);
}
