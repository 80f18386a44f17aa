import { describe, expect, test } from '@jest/globals';
import { inputSource } from '../../src/action/inputs.ts';

describe('inputs', () => {
  test('are read as the runner writes them, and an empty one is not set', () => {
    const source = inputSource({ 'INPUT_FAIL-ON': 'warning', INPUT_DIGEST: '', PATH: '/bin' });
    expect(source('fail-on')).toEqual({ text: 'warning', where: 'input fail-on', code: 'E_USAGE' });
    expect(source('digest')).toBeNull();
    expect(source('scope')).toBeNull();
  });

  test('of blank lines are not set, but for digests, where each is a job that left nothing', () => {
    const source = inputSource({ INPUT_PLATFORMS: '\n\n', INPUT_DIGESTS: '\n\n' });
    expect(source('platforms')).toBeNull();
    expect(source('digests')).toMatchObject({ text: '\n\n' });
    expect(inputSource({ INPUT_DIGESTS: '' })('digests')).toBeNull();
  });

  test('that there are not are wrong usage', () => {
    expect(() => inputSource({ INPUT_PLATFROMS: 'x' })).toThrow(
      expect.objectContaining({
        code: 'E_USAGE',
        message: 'unknown input "platfroms"',
        hint: 'did you mean "platforms"?',
      }),
    );
  });
});
