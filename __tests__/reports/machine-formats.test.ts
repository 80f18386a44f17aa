import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { REPORTERS } from '../../src/reports/index.ts';
import { gitlab } from '../../src/reports/gitlab.ts';
import { junit } from '../../src/reports/junit.ts';
import { judge } from '../../src/verdict/judge.ts';
import type { Report } from '../../src/verdict/report.ts';
import { hostileText } from '../support/hostile-text.ts';
import { commandsIn } from '../support/runner-commands.ts';
import {
  evidence,
  failing,
  finding,
  imageReport,
  passing,
  platformReport,
  renderOptions,
  unverified,
} from '../support/reports.ts';
import { parseXml, type XmlElement } from '../support/xml-elements.ts';

const PLAIN = renderOptions();

function suiteOf(report: Report): XmlElement | undefined {
  return parseXml(junit.render(report, PLAIN)).children[0]?.children[0];
}

describe('JUnit', () => {
  test('has a suite an image and a case a platform, with failures where they belong', () => {
    const suite = suiteOf(failing());
    expect(suite?.attributes).toMatchObject({ tests: '3', failures: '1', errors: '0' });
    expect(
      suite?.children.map(({ attributes, children }) => [
        attributes['name'],
        children.map(({ name }) => name),
      ]),
    ).toEqual([
      ['index', []],
      ['linux/amd64', []],
      ['linux/arm64', ['failure']],
    ]);
  });

  test('puts a missing platform on the index', () => {
    const fault = finding({ rule: 'missing-platform', platforms: ['linux/s390x'] });
    expect(suiteOf(failing(fault))?.children[0]?.children[0]?.attributes['type']).toBe('missing-platform');
  });

  test('says what could not be read as an error, and leaves warnings out unless they fail the run', () => {
    expect(suiteOf(unverified())?.attributes).toMatchObject({ failures: '0', errors: '1' });
    expect(suiteOf(failing(finding({ severity: 'warning' })))?.attributes['failures']).toBe('0');
    const strict = judge(
      evidence({ findings: [finding({ severity: 'warning' })], policy: { failOn: 'warning', ignore: [] } }),
    );
    expect(suiteOf(strict)?.attributes['failures']).toBe('1');
  });
});

function printsOf(report: Report): string[] {
  const entries: { fingerprint: string }[] = JSON.parse(gitlab.render(report, PLAIN));
  return entries.map(({ fingerprint }) => fingerprint);
}

describe('GitLab code quality', () => {
  test('names rule, severity, file and line', () => {
    expect(JSON.parse(gitlab.render(failing(), PLAIN))).toMatchObject([
      {
        check_name: 'wrong-architecture',
        severity: 'critical',
        location: { path: 'Dockerfile', lines: { begin: 19, end: 19 } },
      },
    ]);
  });

  test('gives no two faults one fingerprint, and the first of its kind the one it had alone', () => {
    const twice = [finding(), finding({ message: 'another' }), finding({ image: 'ghcr.io/acme/shop:2' })];
    const prints = printsOf(failing(...twice));
    expect(new Set(prints).size).toBe(3);
    expect(prints[0]).toBe(printsOf(failing())[0]);
    expect(prints).toEqual(printsOf(failing(...twice)));
  });

  test('is an empty list for a pass and a blocker for what could not be read', () => {
    expect(JSON.parse(gitlab.render(passing(), PLAIN))).toEqual([]);
    expect(JSON.parse(gitlab.render(unverified(), PLAIN))).toMatchObject([
      { check_name: 'E_DIGEST', severity: 'blocker' },
    ]);
  });
});

/** A report in which every string that can come from outside is hostile. */
function hostileReport(text: string): Report {
  const platform = platformReport({
    platform: text,
    start: {
      argv: [text],
      entrypoint: [text],
      user: text,
      workingDir: text,
      chain: [{ role: 'program', path: text, resolvedPath: `${text}x`, format: text, layer: null }],
    },
    leftOut: [text],
    exemptions: [{ name: text, count: 1 }],
  });
  const broken = platformReport({
    platform: `b${text}`,
    failure: { code: 'E_TAR', message: text, hint: text },
  });
  const image = imageReport({
    reference: text,
    tags: [text, text],
    pinned: text,
    missingPlatforms: [text],
    platforms: [platform, broken],
  });
  const place = { file: text, line: 3, endLine: 3, snippet: text, by: 'history' } as const;
  const fault = finding({
    image: text,
    platforms: [text],
    path: text,
    title: text,
    message: text,
    fix: text,
    runtimeError: text,
    notes: [text],
    createdBy: text,
    evidence: { [text]: text, expected: text },
    location: place,
    related: [{ ...place, label: text, proven: true }],
  });
  const bare = { ...fault, rule: 'library-not-found', location: null, related: [] };
  return judge(evidence({ images: [image], findings: [fault, bare], notices: [text] }));
}

describe.each(REPORTERS.map((reporter) => [reporter.format, reporter] as const))(
  'the format %s',
  (format, reporter) => {
    test.each(['terminal', 'actions'] as const)(
      'G01 G02 gives the runner no command of the image, printed for %s',
      (log) => {
        const own = format === 'github' ? /^(?:error|warning|notice)$/ : /^(?:group|endgroup)$/;
        fc.assert(
          fc.property(hostileText, (text) => {
            const commands = commandsIn(
              reporter.render(hostileReport(text), renderOptions({ log, detail: 'full', colour: 'on' })),
            );
            expect(commands.filter(({ name }) => !own.test(name))).toEqual([]);
            expect(commands.length).toBeLessThanOrEqual(8);
          }),
          { numRuns: 300 },
        );
      },
    );

    test('says the same thing twice', () => {
      expect(reporter.render(failing(), PLAIN)).toBe(reporter.render(failing(), PLAIN));
    });
  },
);
