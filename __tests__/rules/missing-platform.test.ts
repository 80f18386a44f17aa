import { expect, test } from '@jest/globals';
import { parsePlatform } from '../../src/oci/platform.ts';
import { missingPlatform } from '../../src/rules/missing-platform.ts';
import { entry, imageFacts, says } from '../support/image-facts.ts';

const CASES: readonly [required: string, present: string, missing: boolean][] = [
  ['linux/arm64', 'linux/arm64', false],
  ['linux/arm64', 'linux/arm64/v8', false],
  ['linux/arm64/v8', 'linux/arm64', false],
  ['linux/arm', 'linux/arm/v7', false],
  ['linux/arm/v7', 'linux/arm', false],
  ['linux/arm/v6', 'linux/arm/v7', true],
  ['linux/amd64', 'linux/amd64/v1', false],
  ['linux/amd64', 'linux/amd64/v3', true],
  ['linux/arm64', 'linux/amd64', true],
  ['windows/amd64', 'linux/amd64', true],
  ['linux/amd64', 'linux/x86_64', false],
];

test.each(CASES)('%s required, %s present: missing is %s', (required, present, missing) => {
  const facts = imageFacts({ required: [parsePlatform(required)], entries: [entry({ index: present })] });
  expect(says(missingPlatform, facts)).toEqual(
    missing ? ['error: {platforms} {is|are} not in the index'] : [],
  );
});

test.each([
  ['linux/amd64', { os: 'Linux', architecture: 'X86_64' }],
  ['linux/arm64', { os: '', architecture: 'aarch64' }],
  ['linux/arm/v7', { os: 'linux', architecture: 'arm', variant: '7' }],
  ['linux/386', { os: 'linux', architecture: 'i386' }],
])('%s is there for Docker and containerd as %j', (required, index) => {
  const facts = imageFacts({ required: [parsePlatform(required)], entries: [entry({ index })] });
  expect(says(missingPlatform, facts)).toEqual([]);
});

test('a tag that points at a single image says so', () => {
  const facts = imageFacts({
    isIndex: false,
    required: [parsePlatform('linux/amd64'), parsePlatform('linux/arm64')],
    entries: [entry({ index: null, config: 'linux/amd64' })],
  });
  expect(says(missingPlatform, facts)).toEqual([
    'error: {platforms} {is|are} missing: the reference points at a single image, not at an index',
  ]);
});

test('a platform whose image could not be read is not missing', () => {
  const broken = { ...entry({ index: 'linux/arm64' }), image: null };
  expect(
    says(missingPlatform, imageFacts({ required: [parsePlatform('linux/arm64')], entries: [broken] })),
  ).toEqual([]);
});
