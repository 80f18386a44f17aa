/** The report itself, for programs. The JSON Schema is docs/schema/report.schema.json. */
import type { Report } from '../verdict/report.ts';
import type { Reporter } from './reporter.ts';

export const json: Reporter = {
  format: 'json',
  summary: 'the whole report for programs (JSON Schema in docs/schema/)',
  render: (report: Report) => encodeJson(report),
};

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * JSON that is safe to print into a log: everything invisible and the runner's `##[` are written as \u escapes,
 * which mean the same to every JSON reader.
 */
export function encodeJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2)
    .replace(INVISIBLE, (character) => (character === '\n' ? character : escapeUnits(character)))
    .replaceAll('##[', '#\\u0023[');
  return `${text}\n`;
}

function escapeUnits(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');
}
