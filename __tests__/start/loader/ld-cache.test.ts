import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { compareNames, parseLdCache } from '../../../src/start/loader/ld-cache.ts';
import { amd64Line, buildLdCache } from '../../support/ld-cache-builder.ts';

const isAmd64 = (flags: number) => flags === 0x303;

describe('ld.so.cache', () => {
  test.each(['new', 'old', 'both'] as const)('the %s format gives the path of each name', (format) => {
    const names = ['libc.so.6', 'libm.so.6', 'libstdc++.so.6', 'libfoo.so.2', 'libfoo.so.10', 'libz.so.1'];
    const cache = parseLdCache(
      buildLdCache(
        names.map((name) => amd64Line(name, `/opt/${name}`)),
        format,
      ),
      'little',
    );
    for (const name of names) {
      expect(cache?.find(name, isAmd64)).toMatchObject([
        { path: `/opt/${name}`, level: { kind: 'baseline' } },
      ]);
    }
    expect(cache?.find('libnone.so.1', isAmd64)).toEqual([]);
  });

  test('only entries of the loader’s own kind are given', () => {
    const lines = [
      { name: 'libc.so.6', path: '/lib32/libc.so.6', flags: 3 },
      amd64Line('libc.so.6', '/lib64/libc.so.6'),
    ];
    const cache = parseLdCache(buildLdCache(lines), 'little');
    expect(cache?.find('libc.so.6', isAmd64)).toMatchObject([{ path: '/lib64/libc.so.6' }]);
    expect(cache?.find('libc.so.6', (flags) => flags === 3)).toMatchObject([{ path: '/lib32/libc.so.6' }]);
  });

  test.each(['new', 'both'] as const)('the %s format names the glibc-hwcaps of an entry', (format) => {
    const lines = [
      amd64Line('libx.so.1', '/lib/glibc-hwcaps/x86-64-v3/libx.so.1', 'x86-64-v3'),
      amd64Line('libx.so.1', '/lib/glibc-hwcaps/x86-64-v2/libx.so.1', 'x86-64-v2'),
      amd64Line('libx.so.1', '/lib/libx.so.1'),
      { name: 'libold.so.1', path: '/lib/haswell/libold.so.1', flags: 0x303, bits: 1n << 50n },
      { name: 'libtls.so.1', path: '/lib/tls/libtls.so.1', flags: 0x303, bits: 1n << 63n },
    ];
    const cache = parseLdCache(buildLdCache(lines, format), 'little');
    expect(cache?.find('libx.so.1', isAmd64).map(({ level }) => level)).toEqual([
      { kind: 'named', name: 'x86-64-v3' },
      { kind: 'named', name: 'x86-64-v2' },
      { kind: 'baseline' },
    ]);
    expect(cache?.find('libold.so.1', isAmd64)).toMatchObject([{ level: { kind: 'legacy' } }]);
    expect(cache?.find('libtls.so.1', isAmd64)).toMatchObject([{ level: { kind: 'baseline' } }]);
  });

  test('a cache of the other byte order, of another kind or cut short is ignored as ld.so ignores it', () => {
    const cache = buildLdCache([amd64Line('libc.so.6', '/lib/libc.so.6')]);
    expect(parseLdCache(cache, 'big')).toBeNull();
    expect(parseLdCache('', 'little')).toBeNull();
    expect(parseLdCache('not a cache', 'little')).toBeNull();
    expect(parseLdCache(cache.slice(0, 60), 'little')).toBeNull();
    expect(
      parseLdCache(buildLdCache([amd64Line('libc.so.6', '/c')], 'old').slice(0, 20), 'little'),
    ).toBeNull();
  });

  test('names compare as ldconfig sorts them: digits as numbers', () => {
    expect(compareNames('libx.so.10', 'libx.so.9')).toBeGreaterThan(0);
    expect(compareNames('libx.so.1', 'libx.so')).toBeGreaterThan(0);
    expect(compareNames('libx.so', 'libx.so.1')).toBeLessThan(0);
    expect(compareNames('lib1', 'liba')).toBeGreaterThan(0);
    expect(compareNames('liba', 'lib1')).toBeLessThan(0);
    expect(compareNames('libx.so.01', 'libx.so.1')).toBe(0);
  });

  test('every name that is written is found again, and random bytes never throw', () => {
    const name = fc.stringMatching(/^[a-z0-9.+_-]{1,12}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { comparator: (a, b) => compareNames(a, b) === 0 }), (names) => {
        const lines = names.map((each) => amd64Line(each, `/lib/${each}`));
        const cache = parseLdCache(buildLdCache(lines), 'little');
        for (const each of names)
          expect(cache?.find(each, isAmd64)).toMatchObject([{ path: `/lib/${each}` }]);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(60), (noise, at) => {
        const cache = Buffer.from(
          buildLdCache([amd64Line('liba', '/a', 'x86-64-v2'), amd64Line('liba', '/b')]),
          'latin1',
        );
        cache.set(noise.subarray(0, Math.max(cache.length - at, 0)), Math.min(at, cache.length));
        expect(() => parseLdCache(cache.toString('latin1'), 'little')?.find('liba', isAmd64)).not.toThrow();
      }),
    );
  });
});
