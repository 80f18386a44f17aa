import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { actionYml } from '../../scripts/docs/action-yml.ts';

test('action.yml is made from the tables of inputs and outputs', () => {
  const text = readFileSync('action.yml', 'utf8');
  const description = /^description: (.*)$/m.exec(text)?.[1] ?? '""';
  expect(text).toBe(actionYml(String(JSON.parse(description))));
});
