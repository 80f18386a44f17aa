import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

test('F09 500,000 files and a library of 2 GB are surveyed in less than 400 MB', () => {
  const output = execFileSync('node', ['--disable-warning=ExperimentalWarning', 'bench/survey-memory.ts']);
  expect(Number(output.toString())).toBeLessThan(400);
});
