import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { reportOf } from '../../scripts/docs/examples/example.ts';
import { EXAMPLES } from '../../scripts/docs/examples/index.ts';
import { RULES } from '../../src/rules/index.ts';
import { startRegistry, type TestRegistry } from '../support/in-memory-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

test('every rule has an example on its page, and no example is without a rule', () => {
  expect(Object.keys(EXAMPLES).toSorted()).toEqual(RULES.map(({ id }) => id).toSorted());
});

test.each(Object.keys(EXAMPLES))('the example of %s shows the fault, and no other error', async (id) => {
  const example = EXAMPLES[id];
  if (example === undefined) throw new Error('only rules with an example are here');
  const { findings, images } = await reportOf(example, registry);
  expect(findings.map(({ rule }) => rule)).toContain(id);
  expect(images.map(({ failure }) => failure)).toEqual([null]);
  const others = findings.filter(({ rule, severity }) => rule !== id && severity === 'error');
  expect(others.map(({ rule }) => rule)).toEqual(OTHER_ERRORS[id] ?? []);
});

/** A library for another machine is a file for another machine too. */
const OTHER_ERRORS: Readonly<Record<string, readonly string[]>> = {
  'library-mismatch': ['foreign-binary'],
};
