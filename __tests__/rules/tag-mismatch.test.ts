import { expect, test } from '@jest/globals';
import { tagMismatch } from '../../src/rules/tag-mismatch.ts';
import { digest, imageFacts, says } from '../support/image-facts.ts';

const tags = [
  { tag: 'registry.example/shop:1', digest: digest('a') },
  { tag: 'registry.example/shop:latest', digest: digest('b') },
];

test('the tag that points elsewhere is named', () => {
  expect(says(tagMismatch, imageFacts({ expectedDigest: digest('a'), tags }))).toEqual([
    'error: the tag registry.example/shop:latest does not point at what was built',
  ]);
});

test('without a digest there is nothing to compare with', () => {
  expect(says(tagMismatch, imageFacts({ tags }))).toEqual([]);
});
