import { test } from '@jest/globals';
import { checkMarkdown } from '../support/inert-markdown.ts';

test('G06 200,000 strings of images are nothing but text and code in Markdown', () => {
  checkMarkdown(200_000);
}, 600_000);
