import { expect, test } from '@jest/globals';
import { isKnownMachine, machineName } from '../../src/elf/machines.ts';

test.each([
  [3, 'i386'],
  [8, 'MIPS'],
  [21, 'PowerPC64'],
  [22, 'S/390'],
  [40, 'ARM'],
  [62, 'x86-64'],
  [183, 'AArch64'],
  [190, 'CUDA GPU'],
  [224, 'AMD GPU'],
  [243, 'RISC-V'],
  [247, 'eBPF'],
  [258, 'LoongArch'],
  [54321, 'machine 54321'],
])('machine %i is printed as %s', (machine, name) => {
  expect(machineName(machine)).toBe(name);
});

test('no machine and unassigned numbers are not known', () => {
  expect([0, 62, 54321].map(isKnownMachine)).toEqual([false, true, false]);
});
