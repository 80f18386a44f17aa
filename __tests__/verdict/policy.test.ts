import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../src/verdict/finding.ts';
import { applyPolicy } from '../../src/verdict/policy.ts';
import { parseIgnoreText } from '../../src/settings/ignore-entry.ts';
import { finding } from '../support/reports.ts';

const CONTEXT = { rules: ['wrong-architecture', 'missing-platform'], today: '2026-11-21' };

function entry(text: string) {
  return parseIgnoreText({ text, where: 'input ignore', code: 'E_USAGE' }, CONTEXT);
}

const BOTH = finding({
  platforms: ['linux/386', 'linux/arm64'],
  title: 'linux/386 and linux/arm64 start an x86-64 program',
});

function apply(text: string, ...findings: readonly Finding[]) {
  return applyPolicy(findings, { failOn: 'error', ignore: [entry(text)] }, 'completely');
}

describe('an ignore entry', () => {
  test.each([
    ['wrong-architecture', 0],
    ['missing-platform', 1],
    ['wrong-architecture@linux/arm64', 0],
    ['wrong-architecture@linux/arm64/v8', 0],
    ['wrong-architecture@linux/386', 1],
    ['wrong-architecture:/server', 0],
    ['wrong-architecture:/*', 0],
    ['wrong-architecture:/opt/**', 1],
    ['wrong-architecture@linux/arm64:/ser*', 0],
    ['wrong-architecture@linux/amd64:/ser*', 1],
  ])('%s leaves %i findings', (text, left) => {
    expect(apply(text, finding()).findings).toHaveLength(left);
  });

  test.each<[string, readonly string[], number]>([
    ['each file of a group', ['wrong-architecture:/opt/a', 'wrong-architecture:/opt/b'], 0],
    ['the files with one glob', ['wrong-architecture:/opt/{a,b}'], 0],
    ['their directory', ['wrong-architecture:/opt'], 0],
    ['one file of two', ['wrong-architecture:/opt/a'], 1],
    [
      'one file of two on each platform',
      ['wrong-architecture@linux/arm64:/opt/a', 'wrong-architecture:/opt/b'],
      1,
    ],
  ])('that names %s', (_, texts, left) => {
    const group = finding({ path: '/opt', evidence: { count: 2, paths: ['/opt/a', '/opt/b'] } });
    const policy = { failOn: 'error', ignore: texts.map(entry) } as const;
    const outcome = applyPolicy([group], policy, 'completely');
    expect(outcome.findings).toHaveLength(left);
    expect(outcome.notices).toHaveLength(left === 0 ? 0 : texts.length);
  });

  test('that names some of many files, not all of which are listed, silences nothing', () => {
    const group = finding({ path: '/opt', evidence: { count: 20, paths: ['/opt/a', '/opt/b'] } });
    expect(apply('wrong-architecture:/opt/{a,b}', group).findings).toHaveLength(1);
  });

  test('matches files below hidden directories', () => {
    expect(apply('wrong-architecture:/app/**', finding({ path: '/app/.venv/bin/x' })).findings).toEqual([]);
  });

  test('keeps what it silences, with its text', () => {
    const { ignored } = apply('wrong-architecture', finding());
    expect(ignored).toEqual([{ finding: finding(), entry: 'wrong-architecture', reason: null }]);
  });

  test('for one platform leaves the finding for the others, and the texts name only those', () => {
    const { findings, ignored } = apply('wrong-architecture@linux/386', BOTH);
    expect(findings.map(({ platforms, title }) => [platforms, title])).toEqual([
      [['linux/arm64'], 'linux/arm64 start an x86-64 program'],
    ]);
    expect(ignored.map((one) => one.finding.platforms)).toEqual([['linux/386']]);
  });

  test('with a path does not match a finding without one', () => {
    expect(apply('wrong-architecture:/**', finding({ path: null })).findings).toHaveLength(1);
  });

  test('that matched nothing is reported when everything was read', () => {
    expect(apply('missing-platform', finding()).notices).toEqual([
      'the ignore entry "missing-platform" (input ignore) matched no finding: remove it if the fault is gone',
    ]);
  });

  test('that matched nothing is not reported when something was unreadable', () => {
    const policy = { failOn: 'error', ignore: [entry('missing-platform')] } as const;
    expect(applyPolicy([finding()], policy, 'in-part').notices).toEqual([]);
  });

  test('that has ended silences nothing and says so', () => {
    const ended = { ...entry('wrong-architecture'), until: '2026-11-20', ended: true };
    const { findings, notices } = applyPolicy(
      [finding()],
      { failOn: 'error', ignore: [ended] },
      'completely',
    );
    expect(findings).toHaveLength(1);
    expect(notices).toEqual([
      'the ignore entry "wrong-architecture" (input ignore) ended on 2026-11-20 and silences nothing any more',
    ]);
  });
});
