import { describe, expect, test } from '@jest/globals';
import type { Survey } from '../../src/survey/survey.ts';
import type { Tree } from '../support/image-builder.ts';
import { buildPe } from '../support/pe-builder.ts';
import { program, surveyed, type SurveyedImage } from '../support/surveyed.ts';

const NATIVE = program({ machine: 'arm64' });
const I386 = program({ machine: 'i386' });
const AMD64 = program({ machine: 'amd64' });
const WINDOWS = { data: buildPe(), mode: 0o755 };
const LIBRARY = program({ machine: 'amd64', soname: 'libx.so.1' });

async function survey(spec: SurveyedImage): Promise<Survey> {
  const found = (await surveyed(spec)).survey;
  if (found === null) throw new Error('scope image has a survey');
  return found;
}

async function placesOf(path: string, spec: Partial<SurveyedImage> = {}): Promise<string[]> {
  const { foreign } = await survey({ layers: [{ [path]: AMD64 }], ...spec });
  return foreign.map(({ place, machine, architecture }) => `${place} ${machine} ${architecture}`);
}

test('a package database of a million entries is one like any other', async () => {
  const status = 'Package: p\nArchitecture: arm64\n\n'.repeat(1_000_000);
  expect((await survey({ layers: [{ app: NATIVE, 'var/lib/dpkg/status': status }] })).files).toBe(2);
});

describe('where a foreign file lies', () => {
  test.each([
    ['usr/local/bin/kubectl', 'command'],
    ['bin/tini', 'command'],
    ['usr/sbin/tool', 'command'],
    ['usr/lib/aarch64-linux-gnu/libssl.so.3', 'library'],
    ['lib/libz.so.1', 'library'],
    ['usr/libexec/git-core/git', 'library'],
    ['usr/lib/x86_64-linux-gnu/libssl.so.3', 'elsewhere'],
    ['command/s6-svscan', 'service'],
    ['package/admin/s6-2.12/command/s6-rc', 'service'],
    ['layers/paketo/go/bin/app', 'service'],
    ['init', 'service'],
    ['opt/tools/helper', 'elsewhere'],
    ['usr/local/bin/sub/helper', 'elsewhere'],
    ['usr/lib/python3/dist-packages/numpy/core/_multiarray.cpython-311-x86_64-linux-gnu.so', 'extension'],
    ['usr/lib/python3.11/lib-dynload/_ssl.so', 'extension'],
    ['app/node_modules/better-sqlite3/build/Release/better_sqlite3.node', 'extension'],
    ['app/addon.node', 'add-on'],
    ['usr/lib/ruby/3.1.0/x/y.so', 'extension'],
    ['usr/lib/php/no-debug-non-zts-20220829/redis.so', 'extension'],
  ])('%s: %s', async (path, place) => {
    expect(await placesOf(path)).toEqual([`${place} x86-64 amd64`]);
  });

  test('a directory of PATH, behind a symlink too', async () => {
    const layers = [{ 'opt/own/bin/tool': AMD64, 'own-bin': { flag: '2', linkName: 'opt/own/bin' } }];
    const { foreign } = await survey({ layers, env: ['PATH=/own-bin:/bin'] });
    expect(foreign).toMatchObject([{ place: 'command', path: '/opt/own/bin/tool' }]);
  });

  test('a glob of the user makes any place strict, and no exemption covers it', async () => {
    expect(await placesOf('opt/testdata/x', { binaries: ['/opt/**'] })).toEqual(['wanted x86-64 amd64']);
  });
});

function link(linkName: string): Tree[string] {
  return { flag: '2', linkName };
}

describe('no exemption hides what is called', () => {
  test.each<[string, Tree, Partial<SurveyedImage>, readonly string[]]>([
    [
      'a symlink of PATH into a directory that is exempt',
      { 'opt/x/testdata/tool': AMD64, 'usr/local/bin/tool': link('/opt/x/testdata/tool') },
      {},
      ['/opt/x/testdata/tool'],
    ],
    [
      'over a chain of symlinks, as alternatives are',
      {
        'opt/sysroot/tool': AMD64,
        'etc/alternatives/tool': link('/opt/sysroot/tool'),
        'usr/bin/tool': link('/etc/alternatives/tool'),
      },
      {},
      ['/opt/sysroot/tool'],
    ],
    [
      'the build for another platform, where that for this one lies beside it',
      {
        'opt/k/linux-amd64/k': AMD64,
        'opt/k/linux-arm64/k': NATIVE,
        'usr/local/bin/k': link('../../../opt/k/linux-amd64/k'),
      },
      {},
      ['/opt/k/linux-amd64/k'],
    ],
    [
      'PATH itself in a directory that is exempt',
      { 'srv/fixtures/a': AMD64 },
      { env: ['PATH=/srv/fixtures'] },
      ['/srv/fixtures/a'],
    ],
    ['a service', { 'layers/test-data/bin/web': AMD64 }, {}, ['/layers/test-data/bin/web']],
    [
      'a name like an emulator',
      { 'usr/local/bin/qemu-foo': AMD64, 'usr/bin/qemu-io': AMD64 },
      {},
      ['/usr/bin/qemu-io', '/usr/local/bin/qemu-foo'],
    ],
    [
      'a name like a target triplet',
      { 'usr/local/node-v20-linux-tools/bin/node': AMD64 },
      {},
      ['/usr/local/node-v20-linux-tools/bin/node'],
    ],
    [
      'a Wine tree on PATH without an emulator',
      { 'opt/wine/bin/wine': AMD64 },
      { env: ['PATH=/opt/wine/bin'] },
      ['/opt/wine/bin/wine'],
    ],
    ['code for a device on PATH', { 'usr/bin/a': program({ header: { machine: 94 } }) }, {}, ['/usr/bin/a']],
    [
      'a library of macOS under a name of Linux',
      { 'app/libnative.so': Buffer.from('cffaedfe0c00000100000000', 'hex') },
      {},
      ['/app/libnative.so'],
    ],
    [
      'a hard link of PATH',
      { 'opt/testdata/a': AMD64, 'usr/bin/a': { flag: '1', linkName: 'opt/testdata/a', mode: 0o755 } },
      {},
      ['/usr/bin/a'],
    ],
    [
      'a program of Windows under another name',
      { 'opt/a.exe': WINDOWS, 'usr/bin/a': link('/opt/a.exe') },
      {},
      ['/opt/a.exe'],
    ],
    [
      'a symlink that the user named',
      { 'opt/testdata/a': AMD64, 'srv/a': link('/opt/testdata/a') },
      { binaries: ['/srv/*'] },
      ['/opt/testdata/a'],
    ],
  ])('%s', async (_, tree, more, expected) => {
    const { foreign } = await survey({ layers: [tree], ...more });
    expect(foreign.flatMap(({ paths }) => paths).sort()).toEqual(expected);
  });

  test('a link that names its platform, or an emulator, promises nothing else', async () => {
    const tree = {
      'opt/k/linux-amd64/k': AMD64,
      'opt/k/linux-arm64/k': NATIVE,
      'usr/bin/k-linux-amd64': link('/opt/k/linux-amd64/k'),
      'usr/bin/qemu-aarch64': link('qemu-aarch64-static'),
      'usr/bin/qemu-aarch64-static': AMD64,
    };
    expect((await survey({ layers: [tree] })).foreign).toEqual([]);
  });

  test('a Wine tree on PATH is right under Box64', async () => {
    const tree = { 'opt/wine/bin/wine': AMD64, 'usr/local/bin/box64': NATIVE };
    expect((await survey({ layers: [tree], env: ['PATH=/opt/wine/bin'] })).foreign).toEqual([]);
  });
});

describe('groups', () => {
  test('files of one directory, layer and machine are one group', async () => {
    const tools = Object.fromEntries(['a', 'b', 'c'].map((name) => [`opt/tools/${name}`, AMD64]));
    const { foreign } = await survey({ layers: [tools] });
    expect(foreign).toMatchObject([
      { path: '/opt/tools', count: 3, paths: ['/opt/tools/a', '/opt/tools/b', '/opt/tools/c'] },
    ]);
  });

  test('the layers that brought them are told apart', async () => {
    const { foreign } = await survey({ layers: [{ 'opt/t/a': AMD64 }, { 'opt/t/b': AMD64 }] });
    expect(foreign.map(({ path }) => path).sort()).toEqual(['/opt/t/a', '/opt/t/b']);
    expect(new Set(foreign.map(({ layer }) => layer)).size).toBe(2);
  });

  test('ten thousand files in a thousand directories are a page, not a book', async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `srv/tree/${index % 1_000}/file${index}`);
    const { foreign } = await survey({ layers: [Object.fromEntries(names.map((name) => [name, AMD64]))] });
    expect(foreign).toMatchObject([{ path: '/srv/tree', count: 10_000 }]);
    expect(JSON.stringify(foreign).length).toBeLessThan(1_000);
  });

  test('what a later layer removes is not there', async () => {
    const { foreign, files } = await survey({ layers: [{ 'opt/t/a': AMD64 }, { 'opt/t/.wh.a': '' }] });
    expect([foreign, files]).toEqual([[], 0]);
  });

  test('what the trace reports is not reported twice', async () => {
    const { foreign } = await survey({ layers: [{ 'bin/server': AMD64 }], entrypoint: ['/bin/server'] });
    expect(foreign).toEqual([]);
  });
});

describe('a user land of another platform', () => {
  const base = {
    'bin/bash': AMD64,
    'lib/ld-linux-x86-64.so.2': LIBRARY,
    'lib/libc.so.6': LIBRARY,
    'usr/local/bin/node': AMD64,
  };

  test('is one fact, whatever the number of files', async () => {
    const { foreign, userland } = await survey({ layers: [base, { 'app/server': NATIVE }] });
    expect(foreign).toEqual([]);
    expect(userland).toMatchObject({ architecture: 'amd64', count: 3, nativeCount: 0, total: 4 });
  });

  test('is not the odd helper in a right one', async () => {
    const right = { 'bin/sh': NATIVE, 'bin/ls': NATIVE, 'lib/libc.so.6': NATIVE, 'lib/ld.so': NATIVE };
    const { userland, foreign } = await survey({ layers: [right, { 'bin/tini': AMD64, 'bin/yq': AMD64 }] });
    expect(userland).toBeNull();
    expect(foreign).toMatchObject([{ path: '/bin', count: 2 }]);
  });

  test('needs a shell or libc: three copied tools are none', async () => {
    const tools = { 'usr/bin/a': AMD64, 'usr/bin/b': AMD64, 'usr/bin/c': AMD64 };
    expect((await survey({ layers: [tools] })).userland).toBeNull();
  });

  test('tells the majority', async () => {
    expect((await survey({ layers: [base] })).majorityArchitecture).toBe('amd64');
    expect((await survey({ layers: [{ a: NATIVE, b: AMD64 }] })).majorityArchitecture).toBeNull();
  });
});

/** Files of node_modules: each for the machine that its name says, else a text. */
function modules(names: readonly string[]): Tree {
  return Object.fromEntries(names.map((name) => [`app/node_modules/${name}`, contentOf(name)]));
}

function contentOf(name: string): Tree[string] {
  if (name.endsWith('.js')) return 'text';
  return name.includes('arm64') ? NATIVE : name.includes('ia32') ? I386 : AMD64;
}

describe('packages with builds for several platforms', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['the right one is there', ['@esbuild/linux-x64/bin/esbuild', '@esbuild/linux-arm64/bin/esbuild'], []],
    ['only others are', ['@esbuild/linux-x64/bin/esbuild'], ['/app/node_modules/@esbuild/*: linux/amd64']],
    ['prebuilds', ['x/prebuilds/linux-x64/node.napi.node', 'x/prebuilds/linux-arm64/node.napi.node'], []],
    [
      'prebuilds without the right one',
      ['x/prebuilds/linux-x64/node.napi.glibc.node', 'x/prebuilds/linux-ia32/node.napi.node'],
      ['/app/node_modules/x/prebuilds/*: linux/386, linux/amd64 (glibc)'],
    ],
    ['prebuilds, and compiled', ['x/prebuilds/linux-x64/a.node', 'x/build/Release/arm64.node'], []],
    ['prebuilds, and a fallback', ['x/prebuilds/linux-x64/a.node', 'x/fallback.js'], []],
    ['builds for other systems', ['x/prebuilds/freebsd-x64/a.node', 'x/prebuilds/android-x64/a.node'], []],
  ])('%s', async (_, files, expected) => {
    const { missingBuilds, foreign } = await survey({ layers: [modules(files)] });
    expect(missingBuilds.map(({ family, present }) => `${family}: ${present.join(', ')}`)).toEqual(expected);
    expect(foreign).toEqual([]);
  });

  test('a build for the other libc is none', async () => {
    const gnu = 'app/node_modules/@rollup/rollup-linux-arm64-gnu/rollup.linux-arm64-gnu.node';
    const musl = {
      'lib/ld-musl-aarch64.so.1': program({ machine: 'arm64', soname: 'libc.musl-aarch64.so.1' }),
    };
    const { missingBuilds } = await survey({ layers: [musl, { [gnu]: NATIVE }] });
    expect(missingBuilds).toMatchObject([{ present: ['linux/arm64 (glibc)'] }]);
    const both = { [gnu]: NATIVE, [gnu.replaceAll('gnu', 'musl')]: NATIVE };
    expect((await survey({ layers: [musl, both] })).missingBuilds).toEqual([]);
  });

  test('a name that promises this platform and does not keep it', async () => {
    const { foreign } = await survey({ layers: [{ 'app/x/prebuilds/linux-arm64/a.node': AMD64 }] });
    expect(foreign).toMatchObject([{ place: 'add-on', misnamed: true }]);
  });
});
