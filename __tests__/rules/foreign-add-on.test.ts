import { expect, test } from '@jest/globals';
import { foreignAddOn } from '../../src/rules/foreign-add-on.ts';
import type { Tree } from '../support/image-builder.ts';
import { program, saysOf } from '../support/surveyed.ts';

const AMD64 = program({ machine: 'amd64' });
const MACOS = { data: Buffer.from('cffaedfe0c00000100000000', 'hex') };
const SQLITE = 'app/node_modules/better-sqlite3/build/Release/better_sqlite3.node';
const WHEEL = 'usr/lib/python3/dist-packages/numpy/core/_umath.cpython-311-x86_64-linux-gnu.so';

test.each<[string, Tree, readonly string[]]>([
  [
    'a compiled node add-on',
    { [SQLITE]: AMD64 },
    [`error: {platforms} has an add-on for x86-64: /${SQLITE}`],
  ],
  ['one from a Mac', { [SQLITE]: MACOS }, [`error: {platforms} has an add-on for macOS (arm64): /${SQLITE}`]],
  ['a Python extension', { [WHEEL]: AMD64 }, [`error: {platforms} has an add-on for x86-64: /${WHEEL}`]],
  [
    'an add-on that may never be loaded',
    { 'app/a.node': AMD64 },
    ['warning: {platforms} has an add-on for x86-64: /app/a.node'],
  ],
  [
    'a prebuild that breaks the promise of its name',
    { 'app/x/prebuilds/linux-arm64/a.node': AMD64 },
    ['error: {platforms} has an add-on for x86-64: /app/x/prebuilds/linux-arm64/a.node'],
  ],
  [
    'a package with builds for other platforms only',
    { 'app/node_modules/@esbuild/linux-x64/bin/esbuild': AMD64 },
    ['warning: {platforms} has @esbuild/* only for linux/amd64'],
  ],
  [
    'a package from a Mac',
    { 'app/node_modules/@esbuild/darwin-arm64/bin/esbuild': MACOS },
    ['warning: {platforms} has @esbuild/* only for darwin/arm64'],
  ],
  ['a command is for another rule', { 'usr/bin/a': AMD64 }, []],
])('%s', async (_, tree, says) => {
  expect(await saysOf(foreignAddOn, { layers: [tree] })).toEqual(says);
});

test('a Python extension from a Mac is not passed over, though its name says so', async () => {
  const path = 'app/.venv/lib/python3.11/site-packages/numpy/core/_umath.cpython-311-darwin.so';
  expect(await saysOf(foreignAddOn, { layers: [{ [path]: MACOS }] })).toEqual([
    `error: {platforms} has an add-on for macOS (arm64): /${path}`,
  ]);
});

const compiledFor = (needed: readonly string[]): Tree[string] =>
  program({ machine: 'arm64', soname: 'x.node', needed });
const GLIBC = { 'lib/ld-linux-aarch64.so.1': program({ machine: 'arm64', soname: 'ld-linux-aarch64.so.1' }) };
const MUSL = { 'lib/ld-musl-aarch64.so.1': program({ machine: 'arm64', soname: 'libc.musl-aarch64.so.1' }) };
const OF_MUSL = compiledFor(['libstdc++.so.6', 'libc.musl-aarch64.so.1']);
const OF_GLIBC = compiledFor(['libc.so.6', 'ld-linux-aarch64.so.1']);

test.each<[string, Tree, readonly string[]]>([
  [
    'compiled in Alpine, copied into Debian',
    { ...GLIBC, [SQLITE]: OF_MUSL },
    [`error: {platforms} has an add-on for musl: /${SQLITE}`],
  ],
  [
    'compiled in Debian, copied into Alpine',
    { ...MUSL, [SQLITE]: OF_GLIBC },
    [`error: {platforms} has an add-on for glibc: /${SQLITE}`],
  ],
  ['musl answers to libc.so.6', { ...MUSL, [SQLITE]: compiledFor(['libc.so.6']) }, []],
  ['the loader is there under this name (gcompat)', { ...MUSL, ...GLIBC, [SQLITE]: OF_GLIBC }, []],
  [
    'the name is a link to musl (libc6-compat)',
    {
      ...MUSL,
      'lib64/ld-linux-aarch64.so.1': { flag: '2', linkName: '/lib/ld-musl-aarch64.so.1' },
      [SQLITE]: OF_GLIBC,
    },
    [],
  ],
  ['musl is in the image too', { ...GLIBC, ...MUSL, [SQLITE]: OF_MUSL }, []],
  ['the right libc', { ...GLIBC, [SQLITE]: OF_GLIBC }, []],
  [
    'a build that names its libc lies beside that for the other',
    {
      ...GLIBC,
      'app/x/prebuilds/linux-arm64/a.musl.node': OF_MUSL,
      'app/x/prebuilds/linux-arm64/a.glibc.node': OF_GLIBC,
    },
    [],
  ],
  [
    'an add-on that may never be loaded',
    { ...GLIBC, 'app/a.node': OF_MUSL },
    ['warning: {platforms} has an add-on for musl: /app/a.node'],
  ],
])('libc: %s', async (_, tree, says) => {
  expect(await saysOf(foreignAddOn, { layers: [tree] })).toEqual(says);
});
