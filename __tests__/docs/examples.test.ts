import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { placeOfFinding } from '../../src/reports/finding-facts.ts';
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
  expect(others.map(({ rule }) => rule)).toEqual([]);
});

test.each(Object.keys(EXAMPLES))('the example of %s shows the line to blame, where a file is', async (id) => {
  const example = EXAMPLES[id];
  if (example === undefined) throw new Error('only rules with an example are here');
  const { findings } = await reportOf(example, registry);
  const found = findings.find(({ rule }) => rule === id);
  const place = found === undefined ? null : (placeOfFinding(found)?.location ?? null);
  expect(place === null ? null : `${place.file}:${place.line}`).toBe(LINES[id] ?? null);
});

/** The others are about what the index or the tags say, which stands in no file. */
const LINES: Readonly<Record<string, string>> = {
  'compat-32-bit': 'Dockerfile:2',
  'crlf-script': 'entrypoint.sh:1',
  'exec-stack': 'Dockerfile:2',
  'foreign-add-on': 'Dockerfile:7',
  'foreign-binary': 'Dockerfile:3',
  'foreign-userland': 'Dockerfile:1',
  'healthcheck-broken': 'Dockerfile:3',
  'interpreter-loop': 'entrypoint.sh:1',
  'interpreter-not-found': 'entrypoint.sh:1',
  'isa-level': 'Dockerfile:2',
  'library-mismatch': 'Dockerfile:2',
  'library-not-found': 'Dockerfile:6',
  'loader-mismatch': 'Dockerfile:2',
  'loader-not-found': 'Dockerfile:5',
  'malformed-command': 'Dockerfile:3',
  'malformed-elf': 'Dockerfile:5',
  'malformed-script': 'Dockerfile:2',
  'malformed-shebang': 'entrypoint.sh:1',
  'missing-platform': '.github/workflows/ci.yml:8',
  'no-shebang': 'entrypoint.sh:1',
  'no-start-command': 'Dockerfile:5',
  'not-executable': 'Dockerfile:2',
  'page-size': 'Dockerfile:2',
  'program-not-found': 'Dockerfile:3',
  'same-content': 'Dockerfile:2',
  'symbol-not-found': 'Dockerfile:2',
  'symbol-version-not-found': 'Dockerfile:6',
  'unexpected-platform': '.github/workflows/ci.yml:8',
  'unknown-format': 'Dockerfile:5',
  'user-not-found': 'Dockerfile:6',
  'wrong-abi': 'Dockerfile:6',
  'wrong-architecture': 'Dockerfile:8',
};
