import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Fields } from '../../src/oci/fields.ts';
import { parseJson, type Json } from '../../src/oci/json.ts';
import { codeOf } from '../support/failure-code.ts';

function parse(text: string | Buffer): Json {
  return parseJson(Buffer.from(text), 'document');
}

/** What JSON.parse would give: maps as objects. */
function plain(value: Json): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

function fields(text: string): Fields {
  return new Fields(parse(text), 'document');
}

describe('parseJson', () => {
  test('whatever JSON.stringify writes is read back the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(plain(parse(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  test('C10 a text that JSON.parse refuses is refused', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        'a',
        '"a"',
        '1',
        '-',
        '.',
        'e',
        'true',
        'nul',
        ' ',
        '\u0001',
        '\\u00',
        '0',
      ),
    );
    fc.assert(
      fc.property(pieces, (list) => {
        const text = list.join('');
        const ours = codeOf(() => parse(text));
        try {
          JSON.parse(text);
          return ours === 'no failure' || ours === 'E_JSON_AMBIGUOUS';
        } catch {
          return ours === 'E_JSON';
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['a byte order mark', '\ufeff{}'],
    ['bytes after the value', '{} {}'],
    ['a NUL after the value', '{}\0'],
    ['an unfinished value', '{"a":['],
    ['a raw newline in a text', '"a\nb"'],
    ['a number with a leading zero', '01'],
    ['nothing', ''],
    ['100,000 open brackets', '['.repeat(100_000)],
    ['4 MiB of open brackets', '['.repeat(4 * 1024 * 1024)],
    ['objects nested 65 deep', '{"a":'.repeat(65) + '1' + '}'.repeat(65)],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
  ])('C10 %s is E_JSON', (_, text) => {
    expect(codeOf(() => parse(text))).toBe('E_JSON');
  });

  test('C10 a key named __proto__ is a key like any other', () => {
    const value = parse('{"__proto__":{"mediaType":"evil"},"a":1}');
    expect(new Fields(value, 'document').text('mediaType')).toBeUndefined();
    expect(new Fields(value, 'document').object('__proto__')?.text('mediaType')).toBe('evil');
  });

  test.each(['{"a":1,"a":1}', '{"x":{"a":1,"\\u0061":2}}', '[{"layers":[],"layers":[]}]'])(
    'C01 the repeated key in %s is E_JSON_AMBIGUOUS',
    (text) => {
      expect(codeOf(() => parse(text))).toBe('E_JSON_AMBIGUOUS');
    },
  );

  test('an unpaired surrogate is read as U+FFFD, as Go does', () => {
    expect(parse('"a\\ud800b"')).toBe('a\ufffdb');
  });
});

describe('Fields', () => {
  test.each([
    ['{"layers":[],"Layers":[]}', 'layers'],
    ['{"LAYERS":[],"Layers":[]}', 'layers'],
    ['{"diff_ids":[],"DIFF_IDS":[]}', 'diff_ids'],
    ['{"manifests":[],"manifestſ":[]}', 'manifests'],
    ['{"created_by":"a","Created_By":"b"}', 'created_by'],
    ['{"kind":1,"\\u212aind":2}', 'kind'],
  ])('C01 %s is ambiguous about %s', (text, name) => {
    expect(codeOf(() => fields(text).value(name))).toBe('E_JSON_AMBIGUOUS');
  });

  test('C01 a single key in other case is the field, because Go programs take it for it', () => {
    expect(fields('{"Entrypoint":["/a"]}').texts('entrypoint')).toEqual(['/a']);
    expect(fields('{"entrypoint":["/a"]}').texts('Entrypoint')).toEqual(['/a']);
  });

  test('keys of labels keep their case and may differ by it', () => {
    expect(
      fields('{"Labels":{"maintainer":"a","MAINTAINER":"b","__proto__":"c"}}').textMap('labels'),
    ).toEqual(Object.assign(Object.create(null), { maintainer: 'a', MAINTAINER: 'b', ['__proto__']: 'c' }));
  });

  test.each([
    ['a text', () => fields('{"a":1}').text('a')],
    ['a list of texts', () => fields('{"a":"/bin/sh"}').texts('a')],
    ['a text in a list', () => fields('{"a":[{}]}').texts('a')],
    ['an object', () => fields('{"a":[]}').object('a')],
    ['a list of objects', () => fields('{"a":[1]}').objects('a')],
    ['a map of texts', () => fields('{"a":{"b":1}}').textMap('a')],
    ['a flag', () => fields('{"a":"true"}').flag('a')],
    ['an object at the top', () => fields('[]')],
  ])('another type where %s must stand is E_JSON', (_, read) => {
    expect(codeOf(read)).toBe('E_JSON');
  });

  test.each(['-1', '1.5', '9223372036854775808', '"12"', '1e300', '-0.5', '[]', 'true'])(
    'C08 a size of %s is E_JSON',
    (size) => {
      expect(codeOf(() => fields(`{"size":${size}}`).integer('size'))).toBe('E_JSON');
    },
  );

  test('null is the same as absent', () => {
    const empty = fields('{"a":null}');
    expect([
      empty.text('a'),
      empty.texts('a'),
      empty.integer('a'),
      empty.object('a'),
      empty.flag('a'),
    ]).toEqual([undefined, null, undefined, undefined, false]);
    expect([empty.objects('a'), empty.has('a')]).toEqual([[], false]);
  });
});
