/**
 * The encoder of Markdown as GitHub renders it: untrusted text becomes text or code, never a link, an image, a
 * mention, a reference, an HTML tag or a new block, in a paragraph as in the cell of a table.
 */
import { printable } from '../base/plain-text.ts';

const ZERO_WIDTH_SPACE = '\u200b';

/** Prose of ours with untrusted names in it; `…` between backticks becomes code. */
export function mdProse(untrusted: string, limit = 1_000): string {
  const parts = printable(untrusted, limit).split('`');
  const unpaired = parts.length % 2 === 0 ? `\`${parts.pop() ?? ''}` : '';
  const paired = parts.map((part, at) => (at % 2 === 1 ? codeSpan(part) : encodeText(part)));
  return paired.join('') + encodeText(unpaired);
}

/** A name, path or command as code. */
export function mdCode(untrusted: string, limit = 300): string {
  return codeSpan(printable(untrusted, limit));
}

/** Lines as a block of code; the fence is longer than any run of backticks in it. */
export function mdBlock(lines: readonly string[], language: string): string {
  const text = lines.map((line) => printable(line, 300));
  const fence = '`'.repeat(Math.max(3, longestRun(text.join('\n')) + 1));
  return [fence + language, ...text, fence].join('\n');
}

/** A link to a place that we put together; the text is untrusted. */
export function mdLink(text: string, address: string): string {
  const safe = encodeURI(address).replaceAll('(', '%28').replaceAll(')', '%29');
  return `[${mdCode(text)}](${safe})`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '|': '&#124;',
  $: '&#36;',
};

/** What would become a mention, a reference, an address, an emoji or a commit; it is broken after this part. */
const LINKED = /@|#|:(?=\/\/|[\w+-]+:)|www(?=\.)|\bGH(?=-)|[0-9a-f]{6}(?=[0-9a-f])/gi;

const DIGEST = /(sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128}))/;

/** Digests become code, so that they can be copied whole. */
function encodeText(text: string): string {
  return text
    .split(DIGEST)
    .map((part, at) => (at % 2 === 1 ? codeSpan(part) : encodeWords(part)))
    .join('');
}

function encodeWords(words: string): string {
  return words
    .replace(LINKED, `$&${ZERO_WIDTH_SPACE}`)
    .replace(/[<>&|$]/g, (character) => ENTITIES[character] ?? '')
    .replace(/[\\`*_[\]~]/g, '\\$&');
}

/** A pipe would end the cell of a table even in code. */
function codeSpan(text: string): string {
  // Nothing to show, but what stands before and after must not grow together into a commit or a mention.
  if (text.trim() === '') return ZERO_WIDTH_SPACE;
  const shown = text.replaceAll('|', '\\x7c');
  const fence = '`'.repeat(longestRun(shown) + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') || /^ .* $/.test(shown) ? ' ' : '';
  return fence + pad + shown + pad + fence;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
