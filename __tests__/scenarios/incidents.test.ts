/** Every class of incident that an image shows, through the whole guard. */
import { describe, expect, test } from '@jest/globals';
import { INCIDENT_CLASSES } from '../../scripts/docs/incident-classes.ts';
import type { Report } from '../../src/verdict/report.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { check, SCENARIOS } from './scenarios.ts';

const folder = temporaryFolder();

/** Seen only by a registry that asks for a log-in: tested with the sources. */
const ELSEWHERE: ReadonlySet<string> = new Set(['REGISTRY_ACCESS']);

function caught({ findings, images }: Report): string[] {
  const failures = images.flatMap(({ failure, platforms }) => [
    failure,
    ...platforms.map((each) => each.failure),
  ]);
  return [...findings.map(({ rule }) => rule), ...failures.flatMap((failure) => failure?.code ?? [])];
}

describe.each(INCIDENT_CLASSES.filter(({ name }) => SCENARIOS[name] !== undefined))('$name', (each) => {
  const scenario = SCENARIOS[each.name];
  test(`${each.example}: ${each.what}`, async () => {
    if (scenario === undefined) throw new Error('only classes with a scenario are here');
    const report = await check(folder, each.name, scenario);
    expect(caught(report)).toContain(scenario.expected);
    expect(each.caughtBy).toContain(scenario.expected);
  });
});

test('every class that an image shows by itself has a scenario, or a reason', () => {
  const without = INCIDENT_CLASSES.filter(
    ({ name, visible, caughtBy }) => visible[0] > 0 && caughtBy.length > 0 && SCENARIOS[name] === undefined,
  );
  expect(without.map(({ name }) => name)).toEqual([...ELSEWHERE]);
  const unknown = INCIDENT_CLASSES.filter(
    ({ caughtBy, unseen, name }) => caughtBy.length === 0 && unseen === '' && name !== 'FALSE_ALARM',
  );
  expect(unknown.map(({ name }) => name)).toEqual([]);
});
