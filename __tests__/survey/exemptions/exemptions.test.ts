import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { EXEMPTIONS } from '../../../src/survey/exemptions/index.ts';
import type { ElfSpec } from '../../support/elf-spec.ts';
import type { Tree } from '../../support/image-builder.ts';
import { rpmNdb, rpmSqlite } from '../../support/rpm-database.ts';
import { program, surveyed } from '../../support/surveyed.ts';

const NATIVE = program({ machine: 'arm64' });
const WINDOWS = { data: portableExecutable(0x8664), mode: 0o755 };
const MACOS = { data: Buffer.from('cffaedfe0c00000100000000', 'hex'), mode: 0o755 };

interface Case {
  readonly name: string;
  /** Files that it covers, each for another machine than arm64. */
  readonly covered: readonly string[];
  /** Files that it must not cover. */
  readonly kept: readonly string[];
  readonly spec?: ElfSpec;
  readonly data?: Tree[string];
  /** What the image has beside. */
  readonly beside?: Tree;
  readonly platform?: string;
}

const DPKG = 'var/lib/dpkg/status';
const STATUS = (architectures: readonly string[]): string =>
  architectures
    .map((name, at) => `Package: p${at}\nStatus: install ok installed\nArchitecture: ${name}\n\n`)
    .join('');

const CASES: readonly Case[] = [
  {
    name: 'object-files',
    covered: ['usr/local/go/src/race/race_linux.syso', 'bin/probe.o', 'core'],
    kept: [],
    spec: { header: { type: 1 } },
  },
  {
    name: 'object-files',
    covered: ['usr/lib/x86_64-linux-gnu/guile/3.0/ccache/ice-9/arrays.go', 'opt/main.go'],
    kept: [],
    spec: { header: { machine: 0, osAbi: 255 } },
  },
  {
    name: 'compatible-32-bit',
    covered: ['lib/libc.so.6', 'usr/bin/steam', 'opt/x'],
    kept: [],
    spec: { machine: 'i386' },
    platform: 'linux/amd64',
  },
  {
    name: 'device-code',
    covered: ['opt/a.cubin', 'usr/lib/x'],
    kept: ['usr/bin/x'],
    spec: { header: { machine: 190 } },
  },
  {
    name: 'device-code',
    covered: ['opt/firmware.elf'],
    kept: [],
    spec: { machine: 'armel', armAttributes: [[6, 13], [7, 0x4d]] }, // prettier-ignore
  },
  {
    name: 'firmware',
    covered: ['lib/firmware/a.bin', 'usr/lib/modules/6.1/vdso/vdso64.so', 'usr/share/qemu/u-boot.elf'],
    kept: ['usr/lib/firmwarelike/x', 'opt/lib/firmware'],
  },
  {
    name: 'boot-loaders',
    covered: [
      'boot/vmlinux',
      'usr/lib/grub/i386-pc/kernel.img',
      'usr/lib/syslinux/modules/x.c32',
      'usr/lib/debian-installer/images/12/amd64/gtk/debian-installer/amd64/linux',
      'srv/tftp/vmlinuz-6.1.0-amd64',
    ],
    kept: ['opt/boot', 'usr/bin/grub-install'],
  },
  {
    name: 'debug-files',
    covered: ['usr/lib/debug/.build-id/00/11.debug', 'opt/app.debug'],
    kept: ['opt/debug/app'],
  },
  {
    name: 'test-data',
    covered: [
      'usr/local/go/src/debug/elf/testdata/gcc-amd64-linux-exec',
      'app/test/fixtures/hello',
      'llvm/test/Object/Inputs/a',
    ],
    kept: ['app/test/hello', 'srv/Inputs/a'],
  },
  {
    name: 'emulators',
    covered: ['usr/bin/qemu-aarch64-static', 'usr/gnemul/qemu-x86_64/lib/ld.so'],
    kept: ['usr/bin/qemu-img', 'usr/bin/qemu-foo', 'usr/bin/qemu-io-static'],
  },
  {
    name: 'emulators',
    covered: ['opt/amd64-root/bin/sh'],
    kept: ['usr/local/bin/tool', 'usr/lib/libx.so'],
    beside: { 'usr/bin/qemu-x86_64-static': NATIVE },
  },
  {
    name: 'compatibility-layers',
    covered: ['opt/wine-9/lib/wine/x86_64-unix/ntdll.so', 'usr/lib/box64-x86_64-linux-gnu/libstdc++.so.6'],
    kept: ['opt/winery/press'],
  },
  {
    name: 'cross-toolchains',
    covered: [
      'usr/x86_64-linux-gnu/lib/libc.so.6',
      'usr/lib/gcc-cross/x86_64-linux-gnu/12/cc1',
      'usr/local/rustup/toolchains/stable/lib/rustlib/x86_64-unknown-linux-gnu/lib/libstd-1.so',
      'opt/sysroot/usr/lib/libm.so',
      'usr/lib/gcc/x86_64-w64-mingw32/12/libgcc.so',
    ],
    kept: [
      'usr/lib/x86_64-linux-gnu/libc.so.6',
      'usr/bin/x86_64-linux-gnu-gcc',
      'usr/local/node-v20-linux-x64/bin/node',
    ],
  },
  {
    name: 'foreign-packages',
    covered: ['usr/lib/x86_64-linux-gnu/libc.so.6', 'lib64/ld-linux-x86-64.so.2'],
    kept: ['usr/bin/tool', 'usr/lib/libx.so'],
    beside: { [DPKG]: STATUS(['arm64', 'arm64', 'arm64', 'amd64', 'all']) },
  },
  ...['usr/lib/sysimage/rpm/rpmdb.sqlite', 'var/lib/rpm/Packages.db'].flatMap((path): Case[] => {
    const database = path.endsWith('.db') ? rpmNdb : rpmSqlite;
    const beside = (names: readonly string[]): Tree => ({
      [path]: database(names.map((architecture, at) => ({ name: `p${at}`, architecture }))),
    });
    const files = ['usr/lib/x86_64-linux-gnu/libc.so.6', 'lib64/ld-linux-x86-64.so.2'];
    const own = ['usr/bin/tool', 'usr/lib64/libx.so'];
    return [
      {
        name: 'foreign-packages',
        covered: files,
        kept: own,
        beside: beside(['aarch64', 'aarch64', 'noarch', 'x86_64']),
      },
      { name: 'foreign-packages', covered: [], kept: files, beside: beside(['x86_64', 'x86_64', 'noarch']) },
      { name: 'foreign-packages', covered: [], kept: files, beside: beside(['aarch64', 'noarch', 'i686']) },
    ];
  }),
  {
    name: 'foreign-packages',
    covered: [],
    kept: ['usr/lib/x86_64-linux-gnu/libc.so.6', 'lib64/ld-linux-x86-64.so.2'],
    beside: { [DPKG]: STATUS(['amd64', 'amd64', 'all']) },
  },
  {
    name: 'other-systems',
    covered: [
      'usr/lib/python3/dist-packages/pip/_vendor/distlib/t64.exe',
      'app/System.Private.CoreLib.dll',
      'opt/x',
    ],
    kept: ['usr/local/bin/tool', 'app/node_modules/x/build/Release/x.node'],
    data: WINDOWS,
  },
  {
    name: 'other-systems',
    covered: [
      'app/node_modules/fsevents/fsevents.node',
      'app/libfoo.dylib',
      'app/x/prebuilds/darwin-x64/a.node',
    ],
    kept: ['usr/bin/tool', 'app/a.node', 'app/x/build/Release/a.node'],
    data: MACOS,
  },
  {
    name: 'other-builds',
    covered: ['app/prebuilds/linux-x64/a.node', 'usr/local/bin/tool-linux-amd64'],
    kept: ['app/prebuilds/a.node'],
    beside: { 'app/prebuilds/linux-arm64/a.node': NATIVE, 'usr/local/bin/tool-linux-arm64': NATIVE },
  },
];

async function countOf(
  { name, spec, data, beside = {}, platform }: Case,
  path: string,
  off: readonly string[],
): Promise<number> {
  const { survey } = await surveyed({
    platform: platform ?? 'linux/arm64',
    layers: [{ ...beside, [path]: data ?? program(spec ?? { machine: 'amd64' }) }],
    exemptionsOff: off,
  });
  return survey?.exemptions.find((each) => each.name === name)?.count ?? 0;
}

describe.each(CASES)('$name', (each) => {
  if (each.covered.length > 0) {
    test.each(each.covered)('covers /%s, unless it is switched off', async (path) => {
      expect(await countOf(each, path, [])).toBe(1);
      expect(await countOf(each, path, [each.name])).toBe(0);
    });
  }
  if (each.kept.length > 0) {
    test.each(each.kept)('does not cover /%s', async (path) => {
      expect(await countOf(each, path, [])).toBe(0);
    });
  }
});

describe('the list of exemptions', () => {
  test('has a file, a test and words for each', () => {
    const files = readdirSync('src/survey/exemptions').filter(
      (file) => !/^(?:index|exemption)\.ts$/.test(file),
    );
    const names = EXEMPTIONS.map(({ name }) => name);
    expect([...names].sort()).toEqual(files.map((file) => file.replace(/\.ts$/, '')).sort());
    expect(new Set(names).size).toBe(names.length);
    expect([...new Set(CASES.map(({ name }) => name))].sort()).toEqual([...names].sort());
    for (const { covers, reason } of EXEMPTIONS) expect([covers.at(-1), reason.at(-1)]).toEqual(['.', '.']);
  });
});

function portableExecutable(machine: number): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(128, 60);
  bytes.write('PE\0\0', 128, 'latin1');
  bytes.writeUInt16LE(machine, 132);
  return bytes;
}
