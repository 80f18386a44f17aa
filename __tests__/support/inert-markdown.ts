/** The property that every string of an image keeps in our Markdown; how many strings is for the caller to choose. */
import { expect } from '@jest/globals';
import * as fc from 'fast-check';
import { mdCode, mdProse } from '../../src/reports/markdown-text.ts';
import { hostileTexts } from './hostile-text.ts';
import { linkedLater, parseMarkdown, typesOf } from './rendered-markdown.ts';

const BATCH = 500;
const EXPECTED = ['inlineCode', 'paragraph', 'root', 'table', 'tableCell', 'tableRow', 'text'];

export function checkMarkdown(strings: number): void {
  fc.assert(
    fc.property(hostileTexts(BATCH), (batch) => {
      const root = parseMarkdown(documentOf(batch));
      expect([...typesOf(root)].filter((type) => !EXPECTED.includes(type))).toEqual([]);
      expect(linkedLater(root)).toEqual([]);
    }),
    { numRuns: Math.ceil(strings / BATCH) },
  );
}

function documentOf(batch: readonly string[]): string {
  const lines = batch.map((text) => `a ${mdProse(text)} and ${mdCode(text)}`);
  const rows = batch.map((text) => `| ${mdCode(text)} | ${mdProse(text)} | x |`);
  return [...lines, '', '| a | b | c |', '| --- | --- | --- |', ...rows].join('\n');
}
