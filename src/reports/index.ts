/** Every report format. Adding one: its file, its test, one line here and its name in `Format`. */
import { concise } from './concise.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { pretty } from './pretty.ts';
import { sarif } from './sarif.ts';
import type { Format, Reporter } from './reporter.ts';

export const REPORTERS: readonly Reporter[] = [pretty, concise, json, sarif, github, gitlab, junit, markdown];

export function reporterOf(format: Format): Reporter {
  return REPORTERS.find((reporter) => reporter.format === format) ?? pretty;
}
