import { expect, test } from '@jest/globals';
import { ET_DYN, PT_GNU_RELRO, PT_LOAD, PT_PHDR } from '../../../src/elf/constants.ts';
import type { ProgramHeader } from '../../../src/elf/elf-facts.ts';
import { areDisordered, headersFaultOf } from '../../../src/start/loader/header-faults.ts';
import { plainElf } from '../../support/plain-elf.ts';

function header(type: number, virtualAddress: bigint, memorySize: bigint): ProgramHeader {
  return { type, flags: 6, offset: 0n, virtualAddress, fileSize: memorySize, memorySize, align: 4096n };
}

function faultOf(...more: readonly ProgramHeader[]): string | undefined {
  const elf = plainElf({ type: ET_DYN, programHeaders: [header(PT_LOAD, 0n, 0x8000n), ...more] });
  return headersFaultOf(elf, 'glibc')?.certainty;
}

const FAR = 1n << 40n;
const before = (bytes: bigint): bigint => BigInt.asUintN(64, -bytes);

test.each<[name: string, relro: readonly [address: bigint, size: bigint], certainty: string | undefined]>([
  ['within the segments', [0x1000n, 0x2000n], undefined],
  ['from the page before the segments on, which may be there', [before(0x1000n), 0x3000n], 'possible'],
  ['up to a page behind them', [0x7000n, 0x2000n], 'possible'],
  ['less than nothing', [0x1000n, before(0x1000n)], 'certain'],
  ['somewhere else', [FAR, 0x1000n], 'certain'],
])('PT_GNU_RELRO %s', (_, [address, size], certainty) => {
  expect(faultOf(header(PT_GNU_RELRO, address, size))).toBe(certainty);
});

test('a library’s PT_PHDR that lies nowhere is not read by every glibc', () => {
  expect(faultOf(header(PT_PHDR, 0x40n, 0x100n))).toBeUndefined();
  expect(faultOf(header(PT_PHDR, FAR, 0x100n))).toBe('possible');
});

test('segments in falling order, or over each other, are disordered', () => {
  const [first, second] = [header(PT_LOAD, 0n, 0x1000n), header(PT_LOAD, 0x1000n, 0x1000n)];
  expect(areDisordered([first, second])).toBe(false);
  expect(areDisordered([second, first])).toBe(true);
  expect(areDisordered([header(PT_LOAD, 0n, 0x1001n), second])).toBe(true);
});
