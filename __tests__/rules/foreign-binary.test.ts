import { expect, test } from '@jest/globals';
import { runRules } from '../../src/inspect/run-rules.ts';
import { foreignBinary } from '../../src/rules/foreign-binary.ts';
import { parseIgnoreText } from '../../src/settings/ignore-entry.ts';
import { applyPolicy } from '../../src/verdict/policy.ts';
import { imageFacts } from '../support/image-facts.ts';
import type { Tree } from '../support/image-builder.ts';
import { program, saysOf, surveyed } from '../support/surveyed.ts';

const AMD64 = program({ machine: 'amd64' });

test.each<[string, Tree, readonly string[]]>([
  [
    'a command',
    { 'usr/local/bin/kubectl': AMD64 },
    ['error: {platforms} has x86-64 code: /usr/local/bin/kubectl'],
  ],
  [
    'several commands of one layer',
    { 'bin/a': AMD64, 'bin/b': AMD64 },
    ['error: {platforms} has x86-64 code: 2 files in /bin'],
  ],
  ['a library', { 'usr/lib/libz.so.1': AMD64 }, ['error: {platforms} has x86-64 code: /usr/lib/libz.so.1']],
  ['a file elsewhere', { 'opt/x': AMD64 }, ['warning: {platforms} has x86-64 code: /opt/x']],
  ['an add-on is for another rule', { 'app/a.node': AMD64 }, []],
  ['a program for the platform', { 'bin/a': program({ machine: 'arm64' }) }, []],
  [
    'a 32-bit ARM program, which few arm64 hosts run',
    { 'bin/a': program({ machine: 'armhf' }) },
    ['error: {platforms} has ARM code: /bin/a'],
  ],
])('%s', async (_, tree, says) => {
  expect(await saysOf(foreignBinary, { layers: [tree] })).toEqual(says);
});

test('the observation names layer, examples and what people will see', async () => {
  const facts = await surveyed({ layers: [{ 'usr/bin/a': AMD64, 'usr/bin/b': AMD64 }] });
  const [seen] = foreignBinary.examine(facts);
  expect(seen).toMatchObject({
    path: '/usr/bin',
    message:
      '2 files in /usr/bin (for example /usr/bin/a, /usr/bin/b) are for x86-64, which no kernel of {platforms} runs.',
    runtimeError: '/usr/bin/a: cannot execute binary file: Exec format error',
    evidence: { count: 2, paths: ['/usr/bin/a', '/usr/bin/b'], machine: 'x86-64', place: 'command' },
  });
  expect(seen?.layer).toMatch(/^sha256:/);
});

test('in scope start there is nothing to say', async () => {
  const facts = await surveyed({ layers: [{ 'usr/bin/a': AMD64 }] });
  expect([...foreignBinary.examine({ ...facts, survey: null })]).toEqual([]);
});

test.each<[string, Tree]>([
  ['one file', { 'usr/bin/a[1]': AMD64 }],
  ['a directory', { 'usr/bin/a': AMD64, 'usr/bin/b': AMD64 }],
  ['the whole image', Object.fromEntries('abcdefgh'.split('').map((letter) => [`${letter}/x`, AMD64]))],
])('the advice how to ignore %s does what it says', async (_, tree) => {
  const facts = await surveyed({ layers: [tree] });
  const findings = runRules([foreignBinary], imageFacts({ platforms: [facts] }));
  const advice = findings.map(({ fix }) => /`(foreign-binary:[^`]*)`/.exec(fix)?.[1] ?? '');
  const ignore = advice.map((text) =>
    parseIgnoreText(
      { text, where: 'ignore', code: 'E_USAGE' },
      { rules: ['foreign-binary'], today: '2026-11-25' },
    ),
  );
  const left = applyPolicy(findings, { failOn: 'error', ignore }, 'completely');
  expect([findings.length, left.findings, left.notices]).toEqual([1, [], []]);
});

test.each([
  ['usr/lib/libz.so.1', 'libz.so.1: cannot open shared object file: No such file or directory'],
  ['opt/x/libz.so', 'libz.so: cannot open shared object file: No such file or directory'],
  [
    'usr/lib/git-core/git-http-push',
    '/usr/lib/git-core/git-http-push: cannot execute binary file: Exec format error',
  ],
])('%s: %s', async (path, runtimeError) => {
  const facts = await surveyed({ layers: [{ [path]: AMD64 }] });
  expect([...foreignBinary.examine(facts)].map((seen) => seen.runtimeError)).toEqual([runtimeError]);
});
