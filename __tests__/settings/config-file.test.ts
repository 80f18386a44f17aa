import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { RULES } from '../../src/rules/index.ts';
import { parseConfigFile } from '../../src/settings/config-file.ts';
import { violations } from '../support/json-schema.ts';

const FILE = '.github/exec-format-guard.yml';
const SCHEMA = readFileSync('docs/schema/config.schema.json', 'utf8');
const CONTEXT = { rules: RULES.map(({ id }) => id), today: '2026-11-21' };

function complaintOf(text: string): unknown {
  try {
    return parseConfigFile(text, FILE, CONTEXT);
  } catch (error) {
    return error;
  }
}

const GOOD = `# one policy
platforms: [linux/amd64, linux/arm64]
fail-on: warning
exact-platforms: true
wait-for-image: 0
ignore:
  - unpinned-reference
  - foreign-binary@linux/arm64:/opt/**
  - rule: foreign-binary
    path: /opt/vendor/**
    platform: linux/arm64
    reason: the vendor's updater is never started on arm64
    until: 2027-01-31
`;

describe('the config file', () => {
  test('gives settings with their lines, and ignore entries with reasons and end dates', () => {
    const { source, ignore } = parseConfigFile(GOOD, FILE, CONTEXT);
    expect(source('platforms')).toEqual({
      text: 'linux/amd64\nlinux/arm64',
      where: `${FILE}:2 platforms`,
      code: 'E_CONFIG',
    });
    expect(source('exact-platforms')?.text).toBe('true');
    expect(source('wait-for-image')?.text).toBe('0');
    expect(source('scope')).toBeNull();
    expect(
      ignore.map(({ text, where, reason, until, ended }) => [text, where, reason, until, ended]),
    ).toEqual([
      ['unpinned-reference', `${FILE}:7`, null, null, false],
      ['foreign-binary@linux/arm64:/opt/**', `${FILE}:8`, null, null, false],
      [
        'foreign-binary@linux/arm64:/opt/vendor/**',
        `${FILE}:9`,
        "the vendor's updater is never started on arm64",
        '2027-01-31',
        false,
      ],
    ]);
  });

  test('keeps its own published schema', () => {
    expect(violations(SCHEMA, parseYaml(GOOD))).toEqual([]);
  });

  test.each(['', '# nothing\n', '---\n', 'null\n'])('may be as good as empty: %j', (text) => {
    expect(parseConfigFile(text, FILE, CONTEXT).ignore).toEqual([]);
  });

  test('counts an entry as ended on the day after its last', () => {
    const text = 'ignore: [{rule: foreign-binary, until: 2026-11-21}]';
    const files = ['2026-11-21', '2026-11-22'].map((today) =>
      parseConfigFile(text, FILE, { ...CONTEXT, today }),
    );
    expect(files.map(({ ignore }) => ignore[0]?.ended)).toEqual([false, true]);
  });

  test.each([
    ['platfroms: linux/amd64', 1, 'unknown key "platfroms"', 'did you mean "platforms"?'],
    ['fail-on: error\nimage: x', 2, 'unknown key "image"', null],
    ['scope: image\ninsecure-registries: evil.test', 2, 'unknown key "insecure-registries"', null],
    ['ignore:\n  - rule: foreign-binary\n    resaon: x', 3, 'unknown key "resaon"', 'did you mean "reason"?'],
    [
      'ignore:\n  - foreign-binaries',
      2,
      'there is no rule "foreign-binaries"',
      'did you mean "foreign-binary"?',
    ],
    ['ignore:\n  - reason: x', 2, 'an ignore entry without a rule', null],
    ['ignore: foreign-binary', 1, 'ignore is not a list', null],
    ['ignore:\n  - rule: foreign-binary\n    until: 2026-02-30', 2, '"2026-02-30" is not a day', null],
    ['ignore:\n  - rule: foreign-binary\n    platform: arm64', 2, '"arm64" is not a platform', null],
    ['ignore:\n  - rule: foreign-binary\n    path: opt/x', 2, 'the path "opt/x" does not begin with /', null],
    ['platforms:\n  - {a: b}', 2, '"platforms" is not a text, number or boolean', null],
    ['fail-on:', 1, '"fail-on" is not a text, number or boolean', null],
    ['a: b: c', 1, 'this is not YAML', null],
    ['fail-on: error\nfail-on: never', 2, 'this is not YAML', null],
    ['- fail-on', 1, 'the file is not a mapping', null],
  ])('refuses %j in line %i: %s', (text, line, problem, hint) => {
    const complaint = complaintOf(text);
    expect(complaint).toMatchObject({ code: 'E_CONFIG', ...(hint === null ? {} : { hint }) });
    expect(String(complaint)).toContain(`${FILE}:${line}: ${problem}`);
  });

  test('is refused when it is larger than any config file, and survives aliases that multiply', () => {
    expect(complaintOf('#'.repeat(300_000))).toMatchObject({ code: 'E_CONFIG' });
    const bomb = [
      'a: &a [x, x]',
      ...'bcdefghij'
        .split('')
        .map((name, at) => `${name}: &${name} [*${'abcdefghi'[at] ?? 'a'}, *${'abcdefghi'[at] ?? 'a'}]`),
    ];
    expect(complaintOf(bomb.join('\n'))).toMatchObject({ code: 'E_CONFIG' });
  });
});
