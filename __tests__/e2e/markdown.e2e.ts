import { test } from '@jest/globals';
import { checkMarkdown } from '../support/inert-markdown.ts';

test('G06 100,000 strings of images are nothing but text and code in Markdown', () => {
  checkMarkdown(100_000);
}, 600_000);
