/**
 * Every case of a program before the loader that it asks for, which is told to start it (`ld.so PROGRAM`): it opens
 * the program as it opens a library, and comes to the same libraries, versions and symbols.
 */
import { expect, test } from '@jest/globals';
import { TABLES } from './cases/index.ts';
import { judgedSuite } from './judged-suite.ts';
import type { KernelCase } from './kernel-case.ts';
import { GLIBC_PATH, MUSL_PATH } from './loading.ts';
import { askRules } from './rules-answer.ts';

const { ask, counted } = judgedSuite();

/** Null where the case is about something else. */
function toldToStart(question: KernelCase): KernelCase | null {
  const { config, layers, platform, decidedBy, runs } = question;
  const names = new Set(layers.flat().map(({ name }) => `/${String(name)}`));
  const loader = [GLIBC_PATH, MUSL_PATH].find((path) => names.has(path));
  const isPlain = platform === undefined && decidedBy === undefined && runs === undefined;
  const isProgram = config?.entrypoint?.join(' ') === '/app';
  return loader !== undefined && isPlain && isProgram
    ? { ...question, config: { ...config, entrypoint: [loader, '/app'] } }
    : null;
}

const QUESTIONS = Object.entries(TABLES).flatMap(([table, cases]) =>
  cases.flatMap((question) => {
    const told = toldToStart(question);
    return told === null ? [] : [[table, told.name, told] as const];
  }),
);

test.each(QUESTIONS)('%s: %s', async (_, __, question) => {
  counted.asked++;
  const [kernel, { trace, observations }] = await Promise.all([ask(question), askRules(question)]);
  const errors = observations.filter(({ severity }) => severity === 'error');
  const said = [...observations, ...trace.leftOut, ...trace.unreadable];
  const isRight = kernel.starts ? errors.length === 0 : said.length > 0;
  expect({ isRight, kernel, said }).toMatchObject({ isRight: true });
  counted.agreed++;
});
