import { expect, test } from '@jest/globals';
import { runRules } from '../../src/inspect/run-rules.ts';
import { parsePlatform } from '../../src/oci/platform.ts';
import { indexRule, type Observation } from '../../src/rules/rule.ts';
import { imageFacts } from '../support/image-facts.ts';

function ruleThatSays(...observations: readonly Observation[]) {
  return indexRule({
    id: 'some-rule',
    title: 'T',
    severity: 'warning',
    what: '',
    why: '',
    fix: 'change {platforms}',
    examine: () => observations,
  });
}

const arm64 = {
  title: '{platforms} {is|are} odd',
  message: 'm',
  evidence: {},
  platforms: [parsePlatform('linux/arm64')],
};
const amd64 = { ...arm64, platforms: [parsePlatform('linux/amd64')] };

test('what is said of two platforms is one finding that names both', () => {
  expect(runRules([ruleThatSays(arm64, amd64)], imageFacts())).toMatchObject([
    {
      rule: 'some-rule',
      severity: 'warning',
      platforms: ['linux/arm64', 'linux/amd64'],
      title: 'linux/arm64 and linux/amd64 are odd',
      fix: 'change linux/arm64 and linux/amd64',
    },
  ]);
});

test('observations that differ in what people read stay apart', () => {
  expect(runRules([ruleThatSays(arm64, { ...amd64, message: 'n' })], imageFacts())).toHaveLength(2);
});

test('the worst comes first', () => {
  const all = [{ ...arm64, severity: 'note' } as const, arm64, { ...arm64, severity: 'error' } as const];
  const severities = runRules([ruleThatSays(...all)], imageFacts()).map(({ severity }) => severity);
  expect(severities).toEqual(['error', 'warning', 'note']);
});

test('a platform name cannot smuggle a replacement pattern into a text', () => {
  const odd = { ...arm64, platforms: [{ os: '$&', architecture: '$1' }] };
  expect(runRules([ruleThatSays(odd)], imageFacts())[0]?.title).toBe('$&/$1 is odd');
});
