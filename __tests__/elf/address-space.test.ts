import { expect, test } from '@jest/globals';
import { AddressSpace } from '../../src/elf/address-space.ts';
import type { ProgramHeader } from '../../src/elf/elf-facts.ts';
import { KeptBytes } from '../../src/elf/kept-bytes.ts';
import { Memory } from '../../src/elf/memory.ts';

const load = (
  virtualAddress: bigint,
  offset: bigint,
  fileSize: bigint,
  memorySize = fileSize,
): ProgramHeader => ({
  type: 1,
  flags: 6,
  offset,
  virtualAddress,
  fileSize,
  memorySize,
  align: 0x1000n,
});

test('a later segment lies over whole pages of an earlier one', () => {
  const space = new AddressSpace([load(0x1000n, 0n, 0x3000n), load(0x2100n, 0x5100n, 0x10n)]);
  expect(space.locate(0x1100n)).toEqual({ offset: 0x100, length: 0xf00, zeros: 0 });
  expect(space.locate(0x2000n)).toMatchObject({ offset: 0x5000 });
  expect(space.locate(0x2100n)).toEqual({ offset: 0x5100, length: 0xf00, zeros: 0 });
  expect(space.locate(0x3000n)).toMatchObject({ offset: 0x2000, length: 0x1000 });
});

test('what follows in the file fills the last page of a segment without zeros of its own', () => {
  const space = new AddressSpace([load(0x1000n, 0n, 0x10n), load(0x2000n, 0x1000n, 0x10n, 0x20n)]);
  expect(space.locate(0x1800n)).toEqual({ offset: 0x800, length: 0x800, zeros: 0 });
  expect(space.locate(0x2008n)).toEqual({ offset: 0x1008, length: 8, zeros: 0x10 });
});

test('where zeros of a later segment lie, nothing of an earlier one is left', () => {
  const space = new AddressSpace([load(0x1000n, 0n, 0x3000n), load(0x2000n, 0x5000n, 0n, 0x1000n)]);
  expect(space.locate(0x2000n)).toEqual({ offset: 0, length: 0, zeros: 0x1000 });
  expect(space.locate(0x4000n)).toBeNull();
});

test('a segment of nothing lies over nothing', () => {
  const space = new AddressSpace([load(0x1000n, 0n, 0x100n), load(0x1080n, 0x5080n, 0n)]);
  expect(space.locate(0x1040n)).toEqual({ offset: 0x40, length: 0xfc0, zeros: 0 });
});

test('zeros fill the last page of the file up, and nothing lies behind it', () => {
  const bytes = new Uint8Array(0x1010).fill(7);
  const space = new AddressSpace([load(0x1000n, 0n, 0x5000n)]);
  const memory = new Memory(new KeptBytes(bytes.length, [{ start: 0, bytes }]), space, {
    class: 64,
    byteOrder: 'little',
  });
  const { bytes: read, missing } = memory.read(0x2000n, 0x20);
  expect([...read]).toEqual([...Array<number>(0x10).fill(7), ...Array<number>(0x10).fill(0)]);
  expect(missing).toBe('nothing');
  expect(memory.read(0x2000n, 0x2000)).toMatchObject({ bytes: { length: 0x1000 }, missing: 'cut' });
});
