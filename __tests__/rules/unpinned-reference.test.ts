import { expect, test } from '@jest/globals';
import { unpinnedReference } from '../../src/rules/unpinned-reference.ts';
import { imageFacts, says } from '../support/image-facts.ts';

test.each([
  [true, ['note: the image was looked up by tag only']],
  [false, []],
])('unpinned %s', (unpinned, said) => {
  expect(says(unpinnedReference, imageFacts({ unpinned }))).toEqual(said);
});
