import { describe, expect, test } from '@jest/globals';
import { parsePlatform } from '../../../src/oci/platform.ts';
import { abiOf } from '../../../src/start/kernel/abi.ts';
import { plainElf } from '../../support/plain-elf.ts';

const FILES = {
  amd64: { machine: 62 },
  x32: { machine: 62, class: 32 },
  i386: { machine: 3, class: 32 },
  i486: { machine: 6, class: 32 },
  armhf: { machine: 40, class: 32, flags: 0x05000400 },
  armel: { machine: 40, class: 32, flags: 0x05000200 },
  oabi: { machine: 40, class: 32, flags: 0x2, osAbi: 97 },
  noeabi: { machine: 40, class: 32, flags: 0x2 },
  apcs26: { machine: 40, class: 32, flags: 0x8 },
  fdpic: { machine: 40, class: 32, flags: 0x05000000, osAbi: 65 },
  armeb: { machine: 40, class: 32, flags: 0x05000000, byteOrder: 'big' },
  arm64: { machine: 183 },
  ilp32: { machine: 183, class: 32 },
  ppc64le: { machine: 21, flags: 2 },
  'ppc64le v1': { machine: 21, flags: 1 },
  'ppc64 v1': { machine: 21, flags: 1, byteOrder: 'big' },
  'ppc64 v2': { machine: 21, flags: 2, byteOrder: 'big' },
  ppc: { machine: 20, class: 32, byteOrder: 'big' },
  s390x: { machine: 22, byteOrder: 'big' },
  s390: { machine: 22, class: 32, byteOrder: 'big' },
  riscv64: { machine: 243, flags: 5 },
  riscv32: { machine: 243, class: 32 },
  loong64: { machine: 258 },
  mips64el: { machine: 8, flags: 0x80000007 },
  'mips64el nan2008': { machine: 8, flags: 0xa0000400 },
  mips64: { machine: 8, flags: 0x80000007, byteOrder: 'big' },
  mipsn32el: { machine: 8, class: 32, flags: 0x80000027 },
  mipsel: { machine: 8, class: 32, flags: 0x70001007 },
  mips: { machine: 8, class: 32, flags: 0x70001007, byteOrder: 'big' },
  mipsel64o: { machine: 8, class: 32, flags: 0x20002000 },
  bpf: { machine: 247 },
} as const;

type FileName = keyof typeof FILES;

const NATIVE: readonly (readonly [platform: string, ...files: FileName[]])[] = [
  ['linux/386', 'i386', 'i486'],
  ['linux/amd64', 'amd64'],
  ['linux/arm/v7', 'armhf', 'armel'],
  ['linux/arm64', 'arm64'],
  ['linux/loong64', 'loong64'],
  ['linux/mips', 'mips'],
  ['linux/mips64', 'mips64'],
  ['linux/mips64le', 'mips64el'],
  ['linux/mipsle', 'mipsel'],
  ['linux/ppc64', 'ppc64 v1', 'ppc64 v2'],
  ['linux/ppc64le', 'ppc64le'],
  ['linux/riscv64', 'riscv64'],
  ['linux/s390x', 's390x'],
];

const OTHER: readonly (readonly [platform: string, file: FileName, kind: string])[] = [
  ['linux/amd64', 'i386', 'compat-32-bit'],
  ['linux/amd64', 'i486', 'compat-32-bit'],
  ['linux/amd64', 'x32', 'wrong-abi'],
  ['linux/386', 'amd64', 'wrong-machine'],
  ['linux/386', 'x32', 'wrong-machine'],
  ['linux/arm64', 'armhf', 'compat-32-bit'],
  ['linux/arm64', 'armel', 'compat-32-bit'],
  ['linux/arm64', 'oabi', 'wrong-abi'],
  ['linux/arm64', 'ilp32', 'wrong-abi'],
  ['linux/arm/v7', 'oabi', 'wrong-abi'],
  ['linux/arm/v7', 'noeabi', 'rare-abi'],
  ['linux/arm/v7', 'apcs26', 'wrong-abi'],
  ['linux/arm/v7', 'fdpic', 'wrong-abi'],
  ['linux/arm/v7', 'armeb', 'wrong-machine'],
  ['linux/arm/v7', 'arm64', 'wrong-machine'],
  ['linux/ppc64le', 'ppc64 v1', 'wrong-abi'],
  ['linux/ppc64le', 'ppc64 v2', 'wrong-abi'],
  ['linux/ppc64le', 'ppc64le v1', 'wrong-abi'],
  ['linux/ppc64le', 'ppc', 'wrong-machine'],
  ['linux/ppc64', 'ppc64le', 'wrong-abi'],
  ['linux/ppc64', 'ppc', 'compat-32-bit'],
  ['linux/s390x', 's390', 'compat-32-bit'],
  ['linux/riscv64', 'riscv32', 'wrong-machine'],
  ['linux/mips64le', 'mipsn32el', 'compat-32-bit'],
  ['linux/mipsle', 'mipsn32el', 'wrong-abi'],
  ['linux/mips64le', 'mipsel', 'compat-32-bit'],
  ['linux/mips64le', 'mips64', 'wrong-machine'],
  ['linux/mips64le', 'mips64el nan2008', 'rare-abi'],
  ['linux/mipsle', 'mipsn32el', 'wrong-abi'],
  ['linux/mipsle', 'mipsel64o', 'wrong-abi'],
  ['linux/mipsle', 'mips', 'wrong-machine'],
  ['linux/amd64', 'bpf', 'wrong-machine'],
  ['linux/sparc64', 'amd64', 'unknown-platform'],
];

describe('what the kernel of a platform takes', () => {
  test.each(NATIVE)('%s runs %s natively', (platform, ...files) => {
    for (const file of files) {
      expect(abiOf(plainElf(FILES[file]), parsePlatform(platform))).toEqual({ kind: 'native' });
    }
  });

  test.each(OTHER)('for %s, a file of %s is %s', (platform, file, kind) => {
    expect(abiOf(plainElf(FILES[file]), parsePlatform(platform)).kind).toBe(kind);
  });

  test('no file is native to two architectures', () => {
    for (const [platform] of NATIVE) {
      for (const other of NATIVE.filter(([name]) => name !== platform)) {
        const [, ...foreign] = other;
        const natives = foreign.filter(
          (file) => abiOf(plainElf(FILES[file]), parsePlatform(platform)).kind === 'native',
        );
        expect({ platform, natives }).toEqual({ platform, natives: [] });
      }
    }
  });
});
