import { describe, expect, test } from '@jest/globals';
import { formatPlatform } from '../../src/oci/platform.ts';
import {
  parseBoolean,
  parseChoice,
  parseDigests,
  parseDigestText,
  parseDuration,
  parseList,
  type Parse,
  parsePlatforms,
} from '../../src/settings/parsers.ts';
import { closest, type Written } from '../../src/settings/written.ts';

function written(text: string): Written {
  return { text, where: 'input x', code: 'E_USAGE' };
}

function complaintOf(parse: Parse<unknown>, text: string): unknown {
  try {
    return parse(written(text));
  } catch (error) {
    return error;
  }
}

describe('a list', () => {
  test.each<[string, readonly string[]]>([
    ['', []],
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    ['a\nb\r\nc', ['a', 'b', 'c']],
    [' a , b \n\n , c,', ['a', 'b', 'c']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""x""" , b', ['say "x"', 'b']],
    [
      'ghcr.io/acme/shop:1.4\nghcr.io/acme/shop:latest',
      ['ghcr.io/acme/shop:1.4', 'ghcr.io/acme/shop:latest'],
    ],
  ])('%j is %j', (text, items) => {
    expect(parseList(written(text))).toEqual(items);
  });
});

describe('the digests of a matrix', () => {
  test.each<[string, readonly string[]]>([
    ['a', ['a']],
    ['a\nb\n', ['a', 'b']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['  a,\n  b\n  ', ['a', 'b']],
    ['a, b', ['a', 'b']],
  ])('%j is %j', (text, items) => {
    expect(parseDigests(written(text))).toEqual(items);
  });

  test.each<[string, number, number]>([
    ['a,', 2, 2],
    [',a', 1, 2],
    [',', 1, 2],
    ['a, ,b', 2, 3],
    ['a\n\n', 2, 2],
    ['\na\n', 1, 2],
    ['a\n  \nb\n', 2, 3],
    ['a\r\n\r\nb\r\n', 2, 3],
    ['a,"",b', 2, 3],
    ['\n\n', 1, 2],
  ])('%j lacks one: a job left none', (text, at, of) => {
    expect(complaintOf(parseDigests, text)).toMatchObject({
      code: 'E_USAGE',
      message: `input x: element ${at} of ${of} is empty: a job of the matrix left no digest`,
    });
  });
});

describe('other values', () => {
  test.each<[Parse<unknown>, string, unknown]>([
    [parseBoolean, 'true', true],
    [parseBoolean, 'False', false],
    [parseDuration, '20s', 20_000],
    [parseDuration, '1m30s', 90_000],
    [parseDuration, '1.5s', 1_500],
    [parseDuration, '250ms', 250],
    [parseDuration, '0', 0],
    [parseChoice(['start', 'image']), ' start ', 'start'],
    [parseDigestText, `sha256:${'0'.repeat(64)}`, `sha256:${'0'.repeat(64)}`],
  ])('%p reads %j as %p', (parse, text, value) => {
    expect(parse(written(text))).toEqual(value);
  });

  test.each<[Parse<unknown>, string, string]>([
    [parseBoolean, 'yes', 'write true or false'],
    [parseDuration, '20', 'write a number with ms, s, m or h: 20s'],
    [parseDuration, '-1s', 'write a number with ms, s, m or h: 20s'],
    [parseDuration, '1s x', 'write a number with ms, s, m or h: 20s'],
    [parseChoice(['error', 'warning', 'never']), 'warnings', 'did you mean "warning"?'],
    [parseChoice(['error', 'warning', 'never']), 'zzz', 'known are error, warning, never'],
    [
      parseDigestText,
      'sha256:xyz',
      'write it as sha256: and 64 hexadecimal digits; an empty value means that the digest is not known',
    ],
    [
      parsePlatforms,
      'amd64',
      'write it as os/architecture[/variant], for example linux/amd64 or linux/arm/v7',
    ],
  ])('%p refuses %j and says how to write it', (parse, text, hint) => {
    expect(complaintOf(parse, text)).toMatchObject({ code: 'E_USAGE', hint });
  });

  test('a complaint begins with the place', () => {
    expect(complaintOf(parseBoolean, 'yes')).toMatchObject({
      message: 'input x: "yes" is neither true nor false',
    });
  });

  test('platforms are read in every spelling', () => {
    expect(parsePlatforms(written('linux/amd64,linux/aarch64\nlinux/arm')).map(formatPlatform)).toEqual([
      'linux/amd64',
      'linux/arm64',
      'linux/arm/v7',
    ]);
  });
});

describe('a suggestion', () => {
  test.each([
    ['platfroms', 'platforms'],
    ['Fail-On', 'fail-on'],
    ['ignroe', 'ignore'],
    ['completely-else', null],
  ])('for %s is %s', (text, name) => {
    expect(closest(text, ['platforms', 'fail-on', 'ignore', 'scope'])).toBe(name);
  });
});
