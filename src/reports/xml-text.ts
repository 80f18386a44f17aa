/** The encoder of XML 1.0: printable text holds no character that XML forbids, and what means something is an entity. */
import { printable } from '../base/plain-text.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
};

/** For attributes and text alike; one line. */
export function xmlText(untrusted: string, limit?: number): string {
  return printable(untrusted, limit)
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/[<>&"']/g, (character) => ENTITIES[character] ?? '');
}
