import { describe, expect, test } from '@jest/globals';
import * as machines from '../../src/elf/machines.ts';
import { machineOf, programFor } from '../../src/rules/machine-words.ts';

describe('machines in sentences', () => {
  test.each([
    ['x86-64', 'an x86-64 program'],
    ['AArch64', 'an AArch64 program'],
    ['i386', 'an i386 program'],
    ['ARM', 'an ARM program'],
    ['RISC-V', 'a RISC-V program'],
    ['S/390', 'an S/390 program'],
    ['PowerPC64', 'a PowerPC64 program'],
    ['eBPF', 'an eBPF program'],
    ['m68k', 'an m68k program'],
    ['MIPS', 'a MIPS program'],
    ['machine 1234', 'a program for machine 1234'],
    ['no machine', 'a program for no machine'],
  ])('%s: %s', (machine, words) => {
    expect(programFor(machine)).toBe(words);
  });

  test('of platforms have the names that ELF files have', () => {
    const names = Object.values(machines).flatMap((value) =>
      typeof value === 'number' ? machines.machineName(value) : [],
    );
    const known = ['386', 'amd64', 'arm', 'arm64', 'loong64', 'mips64le', 'ppc64le', 'riscv64', 's390x'];
    expect(known.map(machineOf).filter((name) => name === null || !names.includes(name))).toEqual([]);
    expect(machineOf('constructor')).toBeNull();
  });
});
