import { expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { unexpectedIndex } from '../../src/rules/unexpected-index.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { entry, imageFacts } from '../support/image-facts.ts';

const one = [entry({ index: 'linux/amd64' })];
const two = [...one, entry({ index: 'linux/arm64', letter: 'd' })];

test.each([
  ['an image', { isIndex: false }, null],
  ['an index of two images', { entries: two }, /tag of its own/],
  ['an index of two images and their attestations', { entries: two, attestations: 2 }, /tag of its own/],
  ['an image and its attestation', { entries: one, attestations: 1 }, /provenance: false/],
  ['an index of one image', { entries: one }, null],
] as const)('%s, where a single image was asked for', (_, facts, help) => {
  const [seen, ...others] = unexpectedIndex.examine(imageFacts({ ...facts, index: 'forbidden' }));
  expect(others).toEqual([]);
  expect(seen === undefined).toBe('isIndex' in facts);
  if (help !== null) expect(seen?.fix).toMatch(help);
});

test('an index is nobody’s business otherwise', () => {
  expect([...unexpectedIndex.examine(imageFacts({ entries: two, attestations: 2 }))]).toEqual([]);
});

test.each([
  ['single-arch', 'pass', []],
  ['single-arch-provenance', 'fail', ['unexpected-index']],
  ['good-provenance-max', 'fail', ['unexpected-index']],
])('what buildx wrote: %s', async (name, verdict, rules) => {
  const image = `oci-archive:__tests__/fixtures/buildx/${name}.oci.tar`;
  const report = await guard(guardRequest([image], [], { index: 'forbidden' }), guardHost());
  expect([report.verdict, report.findings.map(({ rule }) => rule)]).toEqual([verdict, rules]);
});
