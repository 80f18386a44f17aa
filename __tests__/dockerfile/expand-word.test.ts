import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { expandWord, fitsPattern, HOLE } from '../../src/dockerfile/expand-word.ts';

const VALUES: Readonly<Record<string, string>> = { a: 'A', empty: '', unknown: `x${HOLE}` };
const expand = (word: string, escape = '\\'): string | null =>
  expandWord(word, escape, (name) => VALUES[name] ?? null);

describe('variables, quotes and escapes in a word', () => {
  test.each([
    ['plain', 'plain'],
    ['$a-$unset-${a}b', 'A--Ab'],
    ['"a b"$a\'$a\'', 'a bA$a'],
    ['\\$a \\"', '$a "'],
    ['"\\$a \\x \\\\"', '$a \\x \\'],
    ['${unset:-d}${unset-e}', 'de'],
    ['${empty:-d}${empty-e}', 'd'],
    ['${a:+y}${a+z}${unset:+n}${empty:+n}${empty+m}', 'yzm'],
    ['${a:?no}${unset:-${a}}', 'AA'],
    ['${unset:-"a } b"}', 'a } b'],
    ['$', '$'],
    ['$.', '$.'],
    ['$1a', 'a'],
    ['trailing\\', 'trailing'],
  ])('%s', (word, expected) => {
    expect(expand(word)).toBe(expected);
  });

  test('another escape character', () => {
    expect(expand('C:\\dir`$a', '`')).toBe('C:\\dir$a');
  });

  test.each(['"open', "'open", '${a', '${', '${}', '${:x}', '${a:-', '${unset:?no}'])(
    '%s is refused, as the builder refuses it',
    (word) => {
      expect(expand(word)).toBeNull();
    },
  );

  test.each(['$unknown', '${unknown:-d}', '${unknown+x}', '${a#A}', '${a%A}', '${a/A/B}'])(
    '%s is not known',
    (word) => {
      expect(expand(word)).toContain(HOLE);
    },
  );

  test('values that double each other end in a refusal, not in a full memory', () => {
    let value = 'x'.repeat(1_000);
    for (let round = 0; round < 40; round++) value = expandWord('$v$v$v', '\\', () => value) ?? 'refused';
    expect(value.length).toBeLessThan(1_000_000);
  });
});

describe('a pattern with holes', () => {
  test.each([
    ['app', 'app', true],
    ['app', 'apps', false],
    [`app-${HOLE}`, 'app-1.2', true],
    [`app-${HOLE}`, 'app-', true],
    [`${HOLE}/b/${HOLE}`, '/a/b/c', true],
    [`${HOLE}/b/${HOLE}`, '/b', false],
    [`a${HOLE}a`, 'a', false],
    [`${HOLE}${HOLE}`, '', true],
  ])('%j and %s: %s', (pattern, text, expected) => {
    expect(fitsPattern(pattern, text)).toBe(expected);
  });

  test('fits exactly what fills its holes', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 4 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), part, (parts, filling) => {
        expect(fitsPattern(parts.join(HOLE), parts.join(filling))).toBe(true);
        const regex = new RegExp(`^${parts.join('[^]*')}$`);
        expect(fitsPattern(parts.join(HOLE), filling)).toBe(regex.test(filling));
      }),
    );
  });
});
