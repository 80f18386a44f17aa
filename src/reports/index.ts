/** Every report format. Adding one: its file, its test, one line here and its name in `Format`. */
import { concise } from './concise.ts';
import { json } from './json.ts';
import { pretty } from './pretty.ts';
import type { Reporter } from './reporter.ts';

export const REPORTERS: readonly Reporter[] = [pretty, concise, json];
