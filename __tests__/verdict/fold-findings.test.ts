import { expect, test } from '@jest/globals';
import { foldFindings } from '../../src/verdict/fold-findings.ts';
import type { Finding } from '../../src/verdict/finding.ts';
import { finding } from '../support/reports.ts';

const many = (count: number, more: Partial<Finding> = {}): Finding[] =>
  Array.from({ length: count }, (_, at) => finding({ path: `/bin/f${at}`, ...more }));

test('up to twenty-six of a kind are told one by one', () => {
  expect(foldFindings(many(26))).toEqual(many(26));
});

test('of more the first are, and the rest are one without a path that an ignore entry could name', () => {
  const all = foldFindings(many(3_000, { evidence: { stage: 'later' } }));
  expect(all.slice(0, -1)).toEqual(many(25, { evidence: { stage: 'later' } }));
  const last = all.at(-1);
  expect(last).toMatchObject({
    path: null,
    layer: null,
    runtimeError: null,
    evidence: { stage: 'later', count: 2_975 },
  });
  expect(last?.title).toBe(`${last?.platforms.join() ?? ''}: 2975 more are like those before`);
  expect(last?.message).toMatch(/^The same holds for \/bin\/f25, .*, \/bin\/f32 and 2967 more\.$/);
});

test('severities, rules, platforms, and what is about no file stay apart', () => {
  const kinds: Partial<Finding>[] = [
    {},
    { severity: 'note' },
    { rule: 'page-size' },
    { platforms: ['linux/386'] },
    { image: 'registry.example/another:1' },
  ];
  const apart = kinds.flatMap((kind) => many(20, kind));
  expect(foldFindings(apart)).toEqual(apart);
  expect(foldFindings(many(40, { path: null }))).toHaveLength(40);
});
