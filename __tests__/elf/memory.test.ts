import { describe, expect, test } from '@jest/globals';
import { AddressSpace } from '../../src/elf/address-space.ts';
import type { ProgramHeader } from '../../src/elf/elf-facts.ts';
import { KeptBytes } from '../../src/elf/kept-bytes.ts';
import { Memory } from '../../src/elf/memory.ts';

const [PT_LOAD, PAGE] = [1, 0x1000] as const;
const FILE = Buffer.concat([Buffer.alloc(PAGE, 'a'), Buffer.alloc(PAGE, 'b'), Buffer.alloc(PAGE, 'c')]);

const load = (offset: number, address: number, fileSize: number, memorySize = fileSize): ProgramHeader => ({
  type: PT_LOAD,
  flags: 4,
  offset: BigInt(offset),
  virtualAddress: BigInt(address),
  fileSize: BigInt(fileSize),
  memorySize: BigInt(memorySize),
  align: BigInt(PAGE),
});

function read(loads: readonly ProgramHeader[], address: number, length: number) {
  const kept = new KeptBytes(FILE.length, [{ start: 0, bytes: FILE }]);
  const memory = new Memory(kept, new AddressSpace(loads), { class: 64, byteOrder: 'little' });
  const { bytes, missing } = memory.read(BigInt(address), length);
  return [Buffer.from(bytes).toString(), missing];
}

describe('the file as it lies in memory', () => {
  const first = load(0, 0x10000, PAGE);
  test.each<[name: string, loads: readonly ProgramHeader[], address: number, answer: readonly string[]]>([
    ['two segments, one behind the other', [first, load(PAGE, 0x11000, PAGE)], 0x10ffe, ['aabb', 'nothing']],
    ['from another place in the file', [first, load(2 * PAGE, 0x11000, PAGE)], 0x10ffe, ['aacc', 'nothing']],
    [
      'a segment that ends within its page',
      [load(0, 0x10000, 8), load(PAGE, 0x11000, 8)],
      0x10ffe,
      ['aabb', 'nothing'],
    ],
    ['a page between two segments', [first, load(PAGE, 0x12000, PAGE)], 0x10ffe, ['aa', 'cut']],
    [
      'zeros of its own behind a segment',
      [load(0, 0x10000, 8, 16), load(PAGE, 0x11000, 8)],
      0x10006,
      ['aa', 'cut'],
    ],
    ['nothing', [first], 0x20000, ['', 'cut']],
  ])('%s', (_, loads, address, answer) => {
    expect(read(loads, address, 4)).toEqual(answer);
  });

  test('nothing of nothing is not missing', () => {
    expect(read([], 0x10000, 0)).toEqual(['', 'nothing']);
  });
});
