import { expect, test } from '@jest/globals';
import { pageSize } from '../../src/rules/page-size.ts';
import type { ElfSpec } from '../support/elf-spec.ts';
import { program, saysOf } from '../support/surveyed.ts';

const says = ['warning: {platforms} has code that needs pages of 4K or less: /usr/lib/libx.so'];

test.each<[string, string, ElfSpec, readonly string[]]>([
  ['a library for 4K pages', 'linux/arm64', { machine: 'arm64', soname: 'libx.so', align: 0x1000 }, says],
  ['a library for 64K pages', 'linux/arm64', { machine: 'arm64', soname: 'libx.so' }, []],
  ['the same for ppc64le', 'linux/ppc64le', { machine: 'ppc64le', soname: 'libx.so', align: 0x1000 }, says],
  ['amd64 has pages of 4K alone', 'linux/amd64', { soname: 'libx.so', align: 0x1000 }, []],
  [
    'a program whose segments fit large pages all the same',
    'linux/arm64',
    { machine: 'arm64', align: 0x1000 },
    [],
  ],
])('%s', async (_, platform, spec, expected) => {
  expect(await saysOf(pageSize, { platform, layers: [{ 'usr/lib/libx.so': program(spec) }] })).toEqual(
    expected,
  );
});

test('a program whose segments share a page of 64K', async () => {
  const { data, mode } = program({ machine: 'arm64', interpreter: '/lib/ld.so', align: 0x1000 });
  const bytes = Buffer.from(data);
  const dataSegment = 64 + 56 * 3;
  for (const field of [16, 24]) {
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(dataSegment + field) - 0xf000n, dataSegment + field);
  }
  expect(await saysOf(pageSize, { layers: [{ 'usr/lib/libx.so': { data: bytes, mode } }] })).toEqual(says);
});

test('a build for Android beside ours is never loaded here', async () => {
  const library = program({ machine: 'arm64', soname: 'a.node', align: 0x1000 });
  const tree = (folder: string) => ({ [`app/node_modules/x/prebuilds/${folder}/a.node`]: library });
  expect(await saysOf(pageSize, { layers: [tree('android-arm64')] })).toEqual([]);
  expect(await saysOf(pageSize, { layers: [tree('linux-arm64')] })).toHaveLength(1);
});

test('what firmware has is mapped by no loader of this system', async () => {
  const layers = [{ 'usr/share/qemu/fw.so': program({ machine: 'arm64', soname: 'fw.so', align: 0x1000 }) }];
  expect(await saysOf(pageSize, { layers })).toEqual([]);
  expect(await saysOf(pageSize, { layers, env: ['PATH=/usr/share/qemu'] })).toHaveLength(1);
  expect(await saysOf(pageSize, { layers, exemptionsOff: ['firmware'] })).toHaveLength(1);
});
