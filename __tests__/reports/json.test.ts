import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { json } from '../../src/reports/json.ts';
import { judge } from '../../src/verdict/judge.ts';
import { evidence, failing, finding, passing, renderOptions, unverified } from '../support/reports.ts';
import { violations } from '../support/json-schema.ts';

const SCHEMA = readFileSync('docs/schema/report.schema.json', 'utf8');

describe('the JSON report', () => {
  test.each([
    ['a pass', passing()],
    ['findings', failing(finding(), finding({ location: null, path: null, layer: null, createdBy: null }))],
    ['a failure', unverified()],
    ['nothing', judge(evidence({ images: [] }))],
  ])('of %s keeps the published schema', (_, report) => {
    const parsed: unknown = JSON.parse(json.render(report, renderOptions()));
    expect(violations(SCHEMA, parsed)).toEqual([]);
    expect(parsed).toEqual(report);
  });

  test('a report without its verdict does not keep the schema', () => {
    expect(violations(SCHEMA, { ...passing(), verdict: 'green' })).not.toEqual([]);
  });
});
