/**
 * Damaged programs, libraries and loaders before the kernel and the loaders of glibc and musl, and before the rules:
 * nothing that starts is called broken, and nothing that dies of what reading alone tells is passed over in silence.
 */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { judgedSuite } from './judged-suite.ts';
import { type Mutant, mutants } from './random-mutants.ts';
import { askRules } from './rules-answer.ts';

const { ask, counted } = judgedSuite();

async function differences({ question, isKnowable }: Mutant): Promise<readonly string[]> {
  counted.asked++;
  const kernel = await ask(question);
  const { observations, trace } = await askRules(question);
  const errors = observations.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
  const isSaid = observations.length + trace.unreadable.length + trace.leftOut.length > 0;
  const found: string[] = [];
  if (kernel.starts && errors.length > 0) found.push(`it starts, and the rules say [${errors.join(', ')}]`);
  if (!kernel.starts && isKnowable && !isSaid) found.push('it dies, and the rules say nothing');
  if (found.length === 0) counted.agreed++;
  else found.push(question.name, `kernel: ${kernel.how} ${kernel.output}`);
  return found;
}

/** The same questions in each run; `SEED=n` asks others. */
test.each([
  ['glibc', 150],
  ['musl', 150],
] as const)('%s', async (libc, numRuns) => {
  const property = fc.asyncProperty(mutants(libc), async (mutant) => {
    expect(await differences(mutant)).toEqual([]);
  });
  await fc.assert(property, { numRuns, seed: Number(process.env['SEED'] ?? 1) });
});
