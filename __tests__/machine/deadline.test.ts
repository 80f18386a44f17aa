import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { startDeadline } from '../../src/machine/deadline.ts';

describe('B21 the deadline of a run', () => {
  test('aborts with a failure that says how long it was and what to set', async () => {
    const deadline = startDeadline(20);
    await new Promise((resolve) => {
      deadline.signal.addEventListener('abort', resolve);
    });
    expect(deadline.signal.reason).toMatchObject({
      code: 'E_TIMEOUT',
      message: 'not finished within 0.02 s',
      hint: expect.stringContaining('timeout'),
    });
  });

  test.each([
    ['none is set', 0, 'left alone'],
    ['the run has ended', 20, 'ended'],
    ['it is longer than a timer can be', 9e12, 'ended'],
  ])('does not come when %s', async (_, milliseconds, how) => {
    const deadline = startDeadline(milliseconds);
    if (how === 'ended') {
      await sleep(1);
      deadline.end();
    }
    await sleep(60);
    expect(deadline.signal.aborted).toBe(false);
  });
});
