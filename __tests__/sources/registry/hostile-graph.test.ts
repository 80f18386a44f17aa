import { expect, test } from '@jest/globals';
import { startHostileWorld } from '../../support/hostile-graph.ts';

test('N9 in 300 random worlds of redirects and challenges no log-in leaves its origin (the end-to-end tests take 10,000)', async () => {
  const world = await startHostileWorld();
  for (let seed = 1; seed <= 300; seed++) expect([seed, await world.play(seed)]).toEqual([seed, []]);
  await world.close();
});
