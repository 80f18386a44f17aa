/** Every reporter over every scenario, against what was last found good: see golden.ts. */
import { readdirSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Report } from '../../src/verdict/report.ts';
import { violations } from '../support/json-schema.ts';
import { commandsIn } from '../support/runner-commands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { parseXml } from '../support/xml-elements.ts';
import { GOLDEN, goldenReports, goldenText, isSameText, VIEWS } from './golden.ts';

const folder = temporaryFolder();
let reports: ReadonlyMap<string, Report>;
beforeAll(async () => {
  reports = await goldenReports(folder);
});

function golden(file: string): string {
  return readFileSync(`${GOLDEN}/${file}`, 'utf8');
}

function textsOf(file: string): readonly string[] {
  return golden(file)
    .split(/^######## .*$/m)
    .slice(1);
}

describe('every reporter over every scenario', () => {
  test.each([...VIEWS.keys()])('%s is as it was (npm run golden writes it anew)', (file) => {
    const view = VIEWS.get(file);
    expect(view === undefined ? '' : goldenText(view, reports)).toBe(golden(file));
  });

  test('there is no file for a view that is gone', () => {
    expect(readdirSync(GOLDEN).toSorted()).toEqual([...VIEWS.keys()].toSorted());
  });

  test('summary and comment are one text', () => {
    expect([...reports.values()].filter((report) => !isSameText(report))).toEqual([]);
  });

  test('colour changes no character', () => {
    expect(stripVTControlCharacters(golden('pretty-colour.txt').replaceAll('␛', '\u001b'))).toBe(
      golden('pretty.txt'),
    );
  });

  test('what is JSON keeps its schema, what is XML is well formed', () => {
    const schema = readFileSync('docs/schema/report.schema.json', 'utf8');
    const broken = textsOf('json.txt').flatMap((text) => violations(schema, JSON.parse(text)));
    expect(broken).toEqual([]);
    expect(textsOf('sarif.txt').map((text) => JSON.parse(text).version)).toEqual(
      [...reports].map(() => '2.1.0'),
    );
    expect(textsOf('gitlab.txt').every((text) => Array.isArray(JSON.parse(text)))).toBe(true);
    expect(textsOf('junit.txt').map((text) => parseXml(text.trim()).name)).toEqual(
      [...reports].map(() => expect.any(String)),
    );
  });

  test('no log speaks to the runner but in groups, and every finding stands outside of them', () => {
    const log = golden('pretty-actions.txt');
    expect(new Set(commandsIn(log).map(({ name }) => name))).toEqual(new Set(['group', 'endgroup']));
    const inGroups = log.match(/^::group::[^]*?^::endgroup::$/gm) ?? [];
    expect(inGroups.filter((group) => /^(?:error|warning|note|not verified)\[/m.test(group))).toEqual([]);
    expect(log).toMatch(/^error\[/m);
  });

  test('every headline is the effect in plain words: lower case, no full stop, with its platform', () => {
    const findings = [...reports.values()].flatMap((report) => report.findings);
    const odd = findings.filter(
      ({ title, platforms }) =>
        !/^[a-z]/.test(title) ||
        title.endsWith('.') ||
        !platforms.every((platform) => title.includes(platform)),
    );
    expect(odd.map(({ rule, title }) => `${rule}: ${title}`)).toEqual([]);
  });
});
