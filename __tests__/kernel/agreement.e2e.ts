/** Every case before this machine's kernel and before guard(). Needs root, gcc and the cross compilers. */
import { describe, expect, test } from '@jest/globals';
import { disagreements } from './agreement.ts';
import { TABLES } from './cases/index.ts';
import { askGuard } from './guard-answer.ts';
import { judgedSuite } from './judged-suite.ts';

const { ask, counted } = judgedSuite();

describe.each(Object.entries(TABLES))('%s', (_, cases) => {
  test.each(cases.map((question) => [question.name, question] as const))('%s', async (__, question) => {
    counted.asked++;
    const [kernel, guards] = await Promise.all([
      question.decidedBy === 'runtime' ? null : ask(question),
      askGuard(question),
    ]);
    expect(await disagreements(question, kernel, guards)).toEqual([]);
    counted.agreed++;
  });
});
