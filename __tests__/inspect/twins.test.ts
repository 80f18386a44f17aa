import { expect, test } from '@jest/globals';
import { withTwins } from '../../src/inspect/twins.ts';
import type { Finding } from '../../src/verdict/finding.ts';
import { finding } from '../support/reports.ts';

const twin = finding({
  rule: 'same-content',
  severity: 'note',
  platforms: ['linux/arm64'],
  path: '/app',
  message: '/app is byte for byte what linux/amd64 has.',
  evidence: { path: '/app', sha256: 'a', twin: 'linux/amd64' },
});
const wrong = finding({ path: '/app', platforms: ['linux/arm64'], message: 'm.', evidence: { sha256: 'a' } });
const foreign = finding({ ...wrong, rule: 'foreign-binary', evidence: { count: 1, paths: ['/app'] } });
const folder = finding({ ...foreign, path: '/opt', evidence: { count: 2, paths: ['/opt/a', '/app'] } });
const PROOF = 'm. It is byte for byte the file in linux/amd64.';

type Case = readonly [name: string, others: readonly Finding[], messages: readonly string[]];
const CASES: readonly Case[] = [
  ['the error about the same file has the proof', [wrong], [PROOF]],
  ['an error that knows the path alone', [foreign], [PROOF]],
  ['an error about several files has the words of the twin', [folder], [`m. ${twin.message}`]],
  [
    'an error about more files than it lists',
    [
      finding({
        ...folder,
        path: '/',
        rule: 'foreign-userland',
        evidence: { count: 40, paths: ['/bin/sh'] },
      }),
    ],
    [`m. ${twin.message}`],
  ],
  ['another content', [finding({ ...wrong, evidence: { sha256: 'b' } })], ['m.', twin.message]],
  [
    'another file',
    [finding({ ...foreign, path: '/b', evidence: { count: 1, paths: ['/b'] } })],
    ['m.', twin.message],
  ],
  ['another platform', [finding({ ...wrong, platforms: ['linux/arm/v7'] })], ['m.', twin.message]],
  ['a warning is no error', [finding({ ...wrong, severity: 'warning' })], [PROOF, twin.message]],
  [
    'another kind of fault of the file',
    [finding({ ...foreign, rule: 'not-executable', evidence: {} })],
    ['m.', twin.message],
  ],
  ['no other finding', [], [twin.message]],
];

test.each(CASES)('%s', (_, others, messages) => {
  expect(withTwins([...others, twin]).map(({ message }) => message)).toEqual(messages);
});

const rules = (...findings: readonly Finding[]) => withTwins(findings).map(({ rule }) => rule);

test('a twin of two platforms goes when each of them has its error', () => {
  const both = finding({ ...twin, platforms: ['linux/arm64', 'linux/arm/v7'] });
  const other = finding({ ...wrong, platforms: ['linux/arm/v7'] });
  expect(rules(wrong, other, both)).toEqual([wrong.rule, wrong.rule]);
  expect(rules(wrong, both)).toEqual([wrong.rule, 'same-content']);
});
