import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { definesLoader, loaderFactsOf } from '../../src/elf/loader-facts.ts';

function strings(...texts: readonly string[]): Buffer {
  return Buffer.from(`\x7fELF\x02\x01\0\0${texts.join('\0')}\0`, 'latin1');
}

const USAGE = 'Usage: %s [OPTION]... EXECUTABLE-FILE [ARGS-FOR-PROGRAM...]';
const definesAll = () => true;

const DEBIAN = ['/lib/x86_64-linux-gnu/', '/usr/lib/x86_64-linux-gnu/', '/lib/', '/usr/lib/'];

describe('what a loader has built in', () => {
  test("a Debian loader's directories, cache, $LIB and processor levels are read from its strings", () => {
    const file = strings(
      '/proc/self/exe',
      ...DEBIAN,
      'lib/x86_64-linux-gnu',
      '/etc/ld.so.cache',
      'glibc-ld.so.cache1.1',
      'ld.so-1.7.0',
      'x86-64-v4:x86-64-v3:x86-64-v2',
      'tls',
      '/etc/ld.so.preload',
    );
    expect(loaderFactsOf(file, definesAll)).toEqual({
      libc: 'glibc',
      systemDirectories: ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu', '/lib', '/usr/lib'],
      cache: '/etc/ld.so.cache',
      preload: '/etc/ld.so.preload',
      lib: 'lib/x86_64-linux-gnu',
      hwcaps: ['x86-64-v4', 'x86-64-v3', 'x86-64-v2'],
      legacyHwcaps: 'searched',
      version: null,
      packedRelocations: 'passed-over',
    });
  });

  test.each([
    ['ld.so (Debian GLIBC 2.36-9+deb12u14) stable release version 2.36.\n', '2.36'],
    ['ld.so (GNU libc) development release version 2.43.9000.\n', '2.43'],
    ['ld.so (Debian GLIBC 2.36) of whatever', null],
  ])('the version is read from what --version says: %j', (line, version) => {
    expect(loaderFactsOf(strings('ld.so-1.7.0', '/lib64/', line), definesAll)).toMatchObject({ version });
  });

  test('elsewhere $LIB is the last name of the directory, and a store path is a directory like any other', () => {
    const fedora = loaderFactsOf(strings('ld.so-1.7.0', '/lib64/', '/usr/lib64/', 'lib64'), definesAll);
    const nix = loaderFactsOf(
      strings('/nix/store/abc-glibc-2.40/lib/', 'ld.so-1.7.0', 'lib', '/nix/store/abc/etc/ld.so.cache'),
      definesAll,
    );
    expect(fedora).toMatchObject({ systemDirectories: ['/lib64', '/usr/lib64'], lib: 'lib64', cache: null });
    expect(nix).toMatchObject({ lib: 'lib', cache: '/nix/store/abc/etc/ld.so.cache' });
  });

  test('bytes right before the first directory do not hide it', () => {
    const file = Buffer.concat([
      strings('ld.so-1.7.0'),
      Buffer.from([1, 0x41]),
      strings(...DEBIAN).subarray(8),
    ]);
    expect(loaderFactsOf(file, definesAll)).toMatchObject({ systemDirectories: { length: 4 } });
  });

  test("musl's path, architecture and version are read from its strings", () => {
    const file = strings(
      '1.2.5',
      '/usr/local/bin:/bin:/usr/bin',
      '/lib:/usr/local/lib:/usr/lib',
      '%.*s/etc/ld-musl-x86_64.path',
    );
    expect(loaderFactsOf(file, null)).toEqual({
      libc: 'musl',
      arch: 'x86_64',
      systemDirectories: ['/lib', '/usr/local/lib', '/usr/lib'],
      version: '1.2.5',
    });
  });

  test("gcompat's stand-in names the musl loader that it starts and the library that it adds", () => {
    const file = strings('/proc/self/exe', '--preload', '/lib/libgcompat.so.0', '/lib/ld-musl-x86_64.so.1');
    const facts = { libc: 'gcompat', musl: '/lib/ld-musl-x86_64.so.1', preload: '/lib/libgcompat.so.0' };
    expect(loaderFactsOf(file, null)).toEqual(facts);
  });

  test.each([
    ['glibc', strings('ld.so-1.7.0', '/lib64/', USAGE), ['_rtld_global'], 'lost-glibc'],
    ['musl', strings('/lib:/usr/lib', '/etc/ld-musl-x86_64.path'), ['__libc_start_main', 'dlopen'], 'none'],
  ] as const)('strings alone are no loader: %s', (libc, file, names, without) => {
    const facts = loaderFactsOf(file, null);
    const among = (defined: readonly string[]) => loaderFactsOf(file, (name) => defined.includes(name));
    expect(facts?.libc).toBe(libc);
    expect(among(names)).toEqual(facts);
    expect(among(['main'])?.libc ?? 'none').toBe(without);
  });

  test('glibc’s loader that lost its tables is told from a static program by what it says of its use', () => {
    const told = strings('ld.so-1.7.0', '/lib64/', USAGE);
    const untold = strings('ld.so-1.7.0', '/lib64/');
    expect(loaderFactsOf(told, () => false)).toEqual({ libc: 'lost-glibc' });
    expect(loaderFactsOf(untold, () => false)).toEqual({ libc: 'static-glibc' });
    expect(loaderFactsOf(untold, null)).toEqual({ libc: 'static-glibc' });
  });

  test.each([
    [['_rtld_global'], true],
    [['__libc_start_main', 'dlopen'], true],
    [['dlopen'], false],
    [[], false],
  ])('what defines %j may be a loader: %s', (names, expected) => {
    expect(definesLoader((name) => names.includes(name))).toBe(expected);
    expect(definesLoader(null)).toBe(true);
  });

  test('any other file has none', () => {
    expect(loaderFactsOf(strings('/lib/', 'hello'), null)).toBeNull();
    expect(loaderFactsOf(strings('ld.so-1.7.0'), null)).toBeNull();
    expect(loaderFactsOf(strings('/etc/ld-musl-'), null)).toBeNull();
  });

  test('whatever the bytes are, there is an answer', () => {
    const parts = fc.constantFrom(
      'ld.so-1.7.0',
      '/etc/ld-musl-x.path',
      USAGE,
      '/lib/',
      '\0',
      ':',
      '/lib:/usr/lib',
      '/',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string())), (texts) => {
        const facts = loaderFactsOf(Buffer.from(texts.join(''), 'latin1'), null);
        expect(facts?.libc ?? 'none').toMatch(/^(static-glibc|glibc|musl|gcompat|none)$/);
      }),
    );
  });
});
