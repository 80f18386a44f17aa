/** What the runtime decides, asked of the real runc: whether it agrees with the tables, and the tables' own judge with it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectedOf } from './agreement.ts';
import { containerCases } from './cases/containers.ts';
import { findingCases } from './cases/finding.ts';
import { mountCases } from './cases/mounts.ts';
import { pathCases } from './cases/paths.ts';
import { permissionCases } from './cases/permissions.ts';
import type { KernelCase } from './kernel-case.ts';
import { askRules } from './rules-answer.ts';
import { RuncJudge } from './runc-judge.ts';

let judge: RuncJudge;
beforeAll(() => {
  judge = new RuncJudge();
});
afterAll(() => judge.close());

/** The engine, not runc, decides that there is no command; whiteouts are the engine's too. */
function isForRunc({ layers, config }: KernelCase): boolean {
  return layers.length === 1 && (config?.entrypoint ?? config?.cmd ?? []).join('') !== '';
}

const TABLES = {
  containers: containerCases,
  'finding the program': findingCases,
  mounts: mountCases,
  paths: pathCases,
  permissions: permissionCases,
};

describe.each(Object.entries(TABLES))('%s', (_, cases) => {
  const asked = cases.filter(isForRunc);
  test.each(asked.map((question) => [question.name, question] as const))('%s', async (__, question) => {
    const { starts, output } = await judge.ask(question);
    expect({ starts, output }).toEqual({
      starts: expectedOf(question).starts && question.engine !== 'refuses',
      output,
    });
    const unusable = starts ? [] : await workingDirErrors(question);
    for (const error of unusable) expect(output).toContain(error);
  });
});

/** What is said of a WORKDIR that cannot be entered. */
async function workingDirErrors(question: KernelCase): Promise<readonly string[]> {
  const { trace } = await askRules(question);
  return trace.refusals.flatMap((refusal) =>
    refusal.kind === 'unusable-working-dir' ? [refusal.error] : [],
  );
}
