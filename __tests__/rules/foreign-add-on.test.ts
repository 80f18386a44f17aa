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
  ['one from a Mac', { [SQLITE]: MACOS }, [`error: {platforms} has an add-on for Mach-O arm64: /${SQLITE}`]],
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
