import { expect, test } from '@jest/globals';
import { startHostileWorld } from '../support/hostile-graph.ts';

test('N9 in 10,000 random worlds of redirects and challenges no log-in leaves its origin', async () => {
  const world = await startHostileWorld();
  for (let seed = 1; seed <= 10_000; seed++) expect([seed, await world.play(seed)]).toEqual([seed, []]);
  await world.close();
});
