import { describe, expect, test } from '@jest/globals';
import { tooOld } from '../../src/machine/node-version.ts';

describe('G19 the version of Node.js', () => {
  test.each(['16.20.2', '18.20.8', '20.19.5', '22.21.0', '23.11.1', '0.12.18', 'nonsense'])(
    '%s is told that it is too old, in one line',
    (version) => {
      const problem = tooOld(version);
      expect(problem).toContain(`needs Node.js 24 or later, and this is ${version}`);
      expect(problem).not.toContain('\n');
    },
  );

  test.each(['24.9.0', '24.21.0', '25.0.0', '100.1.0'])('%s will do', (version) => {
    expect(tooOld(version)).toBeNull();
  });
});
