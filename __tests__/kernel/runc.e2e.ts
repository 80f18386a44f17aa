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
    const said = starts ? [] : await errorsOf(question);
    expect(said.filter((error) => !isSaid(error, output)).map((error) => ({ error, output }))).toEqual([]);
  });
});

/** What is said of a start that is refused. */
async function errorsOf(question: KernelCase): Promise<readonly string[]> {
  const { trace, observations } = await askRules(question);
  // What docker mounts itself and the names that it looks up are its own to tell of.
  const isDockers = trace.refusals.some(({ kind }) => OF_DOCKER.has(kind));
  const errors = observations.filter(({ severity }) => severity === 'error');
  return isDockers ? [] : errors.flatMap(({ observation: { runtimeError } }) => runtimeError ?? []);
}

const OF_DOCKER: ReadonlySet<string> = new Set([
  'unusable-mount-point',
  'unusable-volume',
  'unknown-user',
  'unknown-group',
]);

/** Debian's runc is built with Go 1.19, whose LookPath tells neither directories nor other users' x bits apart. */
function isSaid(error: string, output: string): boolean {
  const told = Buffer.from(output, 'latin1')
    .toString()
    .replaceAll(/\\(["\\])/g, '$1');
  const older = error.replace(/: is a directory$/, ': permission denied');
  const executed = /^exec: "([^"]*)": permission denied$/.exec(error)?.[1];
  if (error.endsWith('executable file not found in $PATH') && / exec \S+: permission denied/.test(told))
    return true;
  return [error, older, `exec ${executed}: permission denied`].some((words) => told.includes(words));
}
