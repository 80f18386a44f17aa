import { expect, test } from '@jest/globals';
import { spareMemory } from '../../src/machine/spare-memory.ts';

/** What the heap has while much is held that nobody needs afterwards. */
function heapUsedForMuch(): number {
  const held = Array.from({ length: 1_500_000 }, (_, at) => ({ at, text: `entry ${at}` }));
  return held.length > 0 ? process.memoryUsage().heapUsed : 0;
}

test('what nothing holds any more is given up at once, where it is much', () => {
  const before = heapUsedForMuch();
  spareMemory();
  expect(before - process.memoryUsage().heapUsed).toBeGreaterThan(50 * 1024 * 1024);
});
