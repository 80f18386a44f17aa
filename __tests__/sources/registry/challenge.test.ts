import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseChallenges } from '../../../src/sources/registry/challenge.ts';

function parse(header: string): readonly unknown[] {
  return parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

describe('parseChallenges', () => {
  test.each([
    [
      'Bearer realm="https://a/token",service="s",scope="repository:a/b:pull,push"',
      [['bearer', { realm: 'https://a/token', service: 's', scope: 'repository:a/b:pull,push' }]],
    ],
    ['Basic realm="x"', [['basic', { realm: 'x' }]]],
    ['Basic', [['basic', {}]]],
    ['bearer REALM=https://a/token , service=s', [['bearer', { realm: 'https://a/token', service: 's' }]]],
    [
      'Negotiate, Basic realm="x"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'Negotiate, Bearer realm="r", Basic realm="b"',
      [
        ['negotiate', {}],
        ['bearer', { realm: 'r' }],
        ['basic', { realm: 'b' }],
      ],
    ],
    ['Bearer realm="a\\"b\\\\c"', [['bearer', { realm: 'a"b\\c' }]]],
    ['Bearer realm="unclosed', [['bearer', { realm: 'unclosed' }]]],
    ['Bearer realm = "a" , service = "b"', [['bearer', { realm: 'a', service: 'b' }]]],
    ['Bearer realm="first",realm="second"', [['bearer', { realm: 'first' }]]],
    [',,, Basic', [['basic', {}]]],
    ['"quoted" realm=', [['quoted', { realm: '' }]]],
    ['', []],
  ])('A16 reads %s', (header, challenges) => {
    expect(parse(header).slice(0, challenges.length)).toEqual(challenges);
  });

  test('A16 any text is read in one walk, without a failure', () => {
    const pieces = fc.array(
      fc.constantFrom('Bearer', 'realm', '=', '"', '\\', ',', ' ', 'a', '\t', 'é', '""', '=='),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          pieces.map((list) => list.join('')),
        ),
        (header) => Array.isArray(parse(header)),
      ),
      { numRuns: 2_000 },
    );
  });

  test.each(['"', '\\', 'a=', ',', ' ', '"\\', 'Bearer ', 'x="'])('A16 64 KiB of %j are read', (piece) => {
    expect(parse(piece.repeat(64 * 1024))).toBeInstanceOf(Array);
  });
});
