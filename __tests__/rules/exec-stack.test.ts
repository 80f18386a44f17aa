import { expect, test } from '@jest/globals';
import { execStack } from '../../src/rules/exec-stack.ts';
import type { ElfSpec } from '../support/elf-spec.ts';
import type { Tree } from '../support/image-builder.ts';
import { program, saysOf } from '../support/surveyed.ts';

const MARKED: ElfSpec = { soname: 'libx.so', stack: 'executable' };
const glibc = (minor: number): Tree => ({
  'lib/libc.so.6': program({ soname: 'libc.so.6', versionsDefined: ['GLIBC_2.17', `GLIBC_2.${minor}`] }),
});

test.each<[string, ElfSpec, Tree, readonly string[]]>([
  [
    'a glibc that refuses to load it',
    MARKED,
    glibc(41),
    ['warning: {platforms} cannot load /usr/lib/libx.so: an executable stack is wanted'],
  ],
  [
    'a glibc that does it',
    MARKED,
    glibc(36),
    ['note: {platforms} has code that wants an executable stack: /usr/lib/libx.so'],
  ],
  ['no glibc', MARKED, {}, ['note: {platforms} has code that wants an executable stack: /usr/lib/libx.so']],
  ['a library that wants none', { soname: 'libx.so' }, glibc(41), []],
  ['a program', { stack: 'executable' }, glibc(41), []],
])('%s', async (_, spec, libc, says) => {
  const layers = [libc, { 'usr/lib/libx.so': program(spec) }];
  expect(await saysOf(execStack, { platform: 'linux/amd64', layers })).toEqual(says);
});
