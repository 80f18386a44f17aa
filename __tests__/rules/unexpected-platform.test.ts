import { expect, test } from '@jest/globals';
import { parsePlatform } from '../../src/oci/platform.ts';
import { unexpectedPlatform } from '../../src/rules/unexpected-platform.ts';
import { entry, imageFacts, says } from '../support/image-facts.ts';

const entries = [entry({ index: 'linux/amd64' }), entry({ index: 'linux/arm64/v8', letter: 'd' })];

test('an extra platform is said when exactly the required ones are wanted', () => {
  const facts = imageFacts({
    entries,
    required: [parsePlatform('linux/amd64')],
    exactPlatforms: 'required-only',
  });
  expect(says(unexpectedPlatform, facts)).toEqual([
    'error: {platforms} is in the image but was not asked for',
  ]);
});

test('an extra platform is nobody’s business otherwise', () => {
  expect(says(unexpectedPlatform, imageFacts({ entries, required: [parsePlatform('linux/amd64')] }))).toEqual(
    [],
  );
});

test('linux/arm64/v8 is what linux/arm64 asked for', () => {
  const required = [parsePlatform('linux/amd64'), parsePlatform('linux/arm64')];
  expect(
    says(unexpectedPlatform, imageFacts({ entries, required, exactPlatforms: 'required-only' })),
  ).toEqual([]);
});
