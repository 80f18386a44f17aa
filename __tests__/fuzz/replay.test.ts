/** Inputs that once showed something new: each is still read or refused as a Failure. `npm run fuzz` finds more. */
import { describe, expect, test } from '@jest/globals';
import { readCorpus } from './corpus.ts';
import { outcomeOf } from './fuzz-target.ts';
import { mutate, randomFrom } from './mutate.ts';
import { TARGETS } from './targets.ts';

const FRESH = 100;

describe('what strangers send', () => {
  test('N1 N3 a dozen borders and more, with thousands of inputs', () => {
    expect(TARGETS.length).toBeGreaterThanOrEqual(12);
    expect(new Set(TARGETS.map(({ name }) => name)).size).toBe(TARGETS.length);
    const inputs = TARGETS.map(({ name }) => readCorpus(name).length);
    expect(inputs.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(2_000);
  });

  test.each(TARGETS.map((target) => [target.name, target] as const))(
    'F12 N3 %s: the corpus, and fresh mutants, are read or refused',
    async (name, target) => {
      const corpus = [...readCorpus(name), ...target.seeds().map((seed) => Buffer.from(seed))];
      const random = randomFrom(20_261_124);
      const fresh = Array.from({ length: FRESH }, () =>
        mutate(corpus[random(corpus.length)] ?? Buffer.alloc(0), corpus, random),
      );
      for (const bytes of [Buffer.alloc(0), ...corpus, ...fresh]) {
        const outcome = outcomeOf(target, bytes).catch((fault: unknown) => fault);
        expect([bytes.toString('base64'), await outcome]).toEqual([expect.anything(), expect.any(String)]);
      }
    },
  );
});
