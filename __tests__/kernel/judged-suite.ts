/** What the suites before this machine's kernel share: a judge for as long as they run, and the count at their end. */
import { afterAll, beforeAll } from '@jest/globals';
import { Judge } from './judge.ts';

export interface JudgedSuite {
  readonly ask: Judge['ask'];
  readonly counted: { asked: number; agreed: number };
}

export function judgedSuite(): JudgedSuite {
  let judge: Judge;
  const counted = { asked: 0, agreed: 0 };
  beforeAll(() => {
    judge = new Judge();
  });
  afterAll(() => {
    judge.close();
    process.stdout.write(`kernel agreement: ${counted.agreed} of ${counted.asked}\n`);
  });
  return { ask: (...question) => judge.ask(...question), counted };
}
