import { describe, expect, test } from '@jest/globals';
import type { FailureCode } from '../../src/base/failure.ts';
import { exitStatusOf, judge } from '../../src/verdict/judge.ts';
import { parseIgnoreText } from '../../src/settings/ignore-entry.ts';
import type { FailOn } from '../../src/verdict/policy.ts';
import {
  evidence,
  failing,
  finding,
  imageReport,
  passing,
  platformReport,
  unverified,
} from '../support/reports.ts';

function withPolicy(failOn: FailOn, ...findings: readonly ReturnType<typeof finding>[]) {
  return judge(evidence({ findings, policy: { failOn, ignore: [] } }));
}

function unreadable(code: FailureCode) {
  return imageReport({ platforms: [], failure: { code, message: 'm', hint: 'h' }, reference: 'other' });
}

describe('the verdict', () => {
  test('is pass when everything was read and nothing was found', () => {
    expect(passing().verdict).toBe('pass');
    expect(exitStatusOf(passing())).toBe(0);
  });

  test('is fail for the image and for the platforms that a finding names', () => {
    const { verdict, images } = failing();
    expect(verdict).toBe('fail');
    expect(images[0]?.platforms.map((platform) => platform.verdict)).toEqual(['pass', 'fail']);
  });

  test('is unverified, not fail, when something could not be read beside a finding', () => {
    const report = judge(evidence({ images: [imageReport(), unreadable('E_AUTH')], findings: [finding()] }));
    expect(report.verdict).toBe('unverified');
    expect(report.images.map(({ verdict }) => verdict)).toEqual(['fail', 'unverified']);
  });

  test.each([
    ['no image', evidence({ images: [] })],
    ['an image without platforms', evidence({ images: [imageReport({ platforms: [] })] })],
    [
      'a platform without files',
      evidence({ images: [imageReport({ platforms: [platformReport({ filesExamined: 0 })] })] }),
    ],
    [
      'a platform that was not inspected',
      evidence({ images: [imageReport({ platforms: [platformReport({ inspected: false })] })] }),
    ],
  ])('is never green for %s', (_, nothing) => {
    expect(judge(nothing).verdict).toBe('unverified');
    expect(exitStatusOf(judge(nothing))).toBe(3);
  });

  test('is fail, not unverified, for a platform of which only its fault is known', () => {
    const nothing = imageReport({
      platforms: [platformReport({ platform: 'linux/arm64', filesExamined: 0 })],
    });
    const report = judge(evidence({ images: [nothing], findings: [finding()] }));
    expect([report.verdict, report.images[0]?.platforms[0]?.failure, exitStatusOf(report)]).toEqual([
      'fail',
      null,
      1,
    ]);
  });

  test('is never green for a platform without files whose one fault is ignored or another’s', () => {
    const nothing = imageReport({
      platforms: [platformReport({ platform: 'linux/arm64', filesExamined: 0 })],
    });
    const ignore = [
      parseIgnoreText(
        { text: 'wrong-architecture', where: 'input ignore', code: 'E_USAGE' },
        { rules: ['wrong-architecture'], today: '2026-11-21' },
      ),
    ];
    const ignored = evidence({
      images: [nothing],
      findings: [finding()],
      policy: { failOn: 'error', ignore },
    });
    const others = evidence({ images: [nothing], findings: [finding({ platforms: ['linux/amd64'] })] });
    const verdicts = [ignored, others].map((each) => judge(each).verdict);
    expect(verdicts).toEqual(['unverified', 'unverified']);
  });

  test('is fail with `fail-on: never` too, while the exit status is 0', () => {
    const report = withPolicy('never', finding());
    expect([report.verdict, exitStatusOf(report)]).toEqual(['fail', 0]);
  });

  test.each<[FailOn, 'warning' | 'note', 'pass' | 'fail']>([
    ['error', 'warning', 'pass'],
    ['warning', 'warning', 'fail'],
    ['warning', 'note', 'pass'],
    ['never', 'warning', 'pass'],
  ])('with fail-on %s a %s is a %s', (failOn, severity, verdict) => {
    expect(withPolicy(failOn, finding({ severity })).verdict).toBe(verdict);
  });

  test('puts errors before warnings before notes and keeps their order', () => {
    const severities = ['note', 'error', 'warning', 'error'] as const;
    const report = failing(...severities.map((severity, at) => finding({ severity, rule: `r${at}` })));
    expect(report.findings.map(({ rule }) => rule)).toEqual(['r1', 'r3', 'r2', 'r0']);
  });
});

describe('the exit status', () => {
  test.each<[string, ReturnType<typeof judge>, number]>([
    ['findings', failing(), 1],
    ['an unreadable platform', unverified(), 3],
    [
      'a bad reference beside findings',
      judge(evidence({ images: [imageReport(), unreadable('E_REFERENCE')], findings: [finding()] })),
      2,
    ],
    [
      'a bad reference beside an unreadable image',
      judge(evidence({ images: [unreadable('E_AUTH'), unreadable('E_REFERENCE')] })),
      2,
    ],
    [
      'an unreadable image beside findings',
      judge(evidence({ images: [imageReport(), unreadable('E_AUTH')], findings: [finding()] })),
      3,
    ],
    [
      'an unreadable image with fail-on never',
      judge(evidence({ images: [unreadable('E_AUTH')], policy: { failOn: 'never', ignore: [] } })),
      3,
    ],
  ])('of %s', (_, report, status) => {
    expect(exitStatusOf(report)).toBe(status);
  });
});
