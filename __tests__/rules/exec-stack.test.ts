import { expect, test } from '@jest/globals';
import { execStack } from '../../src/rules/exec-stack.ts';
import type { ElfSpec } from '../support/elf-spec.ts';
import type { Tree } from '../support/image-builder.ts';
import { program, saysOf } from '../support/surveyed.ts';

const MARKED: ElfSpec = { soname: 'libx.so', stack: 'executable' };
const glibc = (minor: number): Tree => ({
  'lib/libc.so.6': program({ soname: 'libc.so.6', versionsDefined: ['GLIBC_2.17', `GLIBC_2.${minor}`] }),
});

const WARNING = 'warning: {platforms} cannot load /usr/lib/libx.so: an executable stack is wanted';
const NOTE = 'note: {platforms} has code that wants an executable stack: /usr/lib/libx.so';
const linked = (needed: string): Tree => ({
  ...glibc(41),
  'usr/bin/tool': program({ interpreter: '/lib64/ld-linux-x86-64.so.2', needed: [needed] }),
  'usr/lib/liby.so': program({ soname: 'liby.so', needed: ['libx.so'] }),
});

test.each<[string, ElfSpec, Tree, readonly string[]]>([
  ['a glibc that refuses to load it', MARKED, glibc(41), [WARNING]],
  ['a glibc that does it', MARKED, glibc(36), [NOTE]],
  ['no glibc', MARKED, {}, [NOTE]],
  ['a library that does not say', { soname: 'libx.so', stack: 'unsaid' }, glibc(41), [WARNING]],
  ['a program that is linked with it', MARKED, linked('libx.so'), [NOTE]],
  ['a program that is linked with it by way of another', MARKED, linked('liby.so'), [NOTE]],
  ['a program that is linked with something else', MARKED, linked('libz.so'), [WARNING]],
  ['the kernel’s own library', { soname: 'linux-vdso.so.1', stack: 'unsaid' }, glibc(41), []],
  ['a static program', { flags1: 0x08000000, stack: 'executable' }, glibc(41), []],
  ['a library that wants none', { soname: 'libx.so' }, glibc(41), []],
  ['a program', { stack: 'executable' }, glibc(41), []],
])('%s', async (_, spec, libc, says) => {
  const layers = [libc, { 'usr/lib/libx.so': program(spec) }];
  expect(await saysOf(execStack, { platform: 'linux/amd64', layers })).toEqual(says);
});

test('a part of a boot loader, which no loader of this system maps', async () => {
  const layers = [glibc(41), { 'usr/lib/syslinux/modules/efi64/gfxboot.c32': program(MARKED) }];
  const image = { platform: 'linux/amd64', layers } as const;
  expect(await saysOf(execStack, image)).toEqual([]);
  expect(await saysOf(execStack, { ...image, exemptionsOff: ['boot-loaders'] })).toHaveLength(1);
});

test('where a library that does not say wants none', async () => {
  for (const [machine, platform] of [
    ['arm64', 'linux/arm64'],
    ['riscv64', 'linux/riscv64'],
    ['ppc64le', 'linux/ppc64le'],
  ] as const) {
    const layers = [
      glibc(41),
      { 'usr/lib/libx.so': program({ machine, soname: 'libx.so', stack: 'unsaid' }) },
    ];
    expect(await saysOf(execStack, { platform, layers })).toEqual([]);
  }
});
