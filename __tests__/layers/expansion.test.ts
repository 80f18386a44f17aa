import { describe, expect, test } from '@jest/globals';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { LIMITS } from '../../src/base/limits.ts';
import { checkExpansion, ReadBudget } from '../../src/layers/expansion.ts';
import { listLayer } from '../../src/layers/list-layer.ts';
import { buildElf } from '../support/elf-builder.ts';
import { file, inPieces, layerOf, storedLayer, symlink, tarHeader } from '../support/layer-builder.ts';

const OVER_FLOOR = LIMITS.ratioFloorBytes + 1;

/** A layer of one file of zeros; the whole is a bit over the size from which the ratio counts. */
function bomb(compress: (zeros: Buffer) => Buffer): Parameters<typeof listLayer> {
  const part = Buffer.alloc(64 * 1024 * 1024);
  const header = tarHeader({ ...file('zeros'), size: 5 * part.length });
  const zeros = compress(part);
  const stored = Buffer.concat([compress(header), zeros, zeros, zeros, zeros, zeros]);
  return [storedLayer(stored, header, 'gzip'), inPieces(stored)];
}

describe('expansion', () => {
  test('D01 a gzip bomb is E_LIMIT', async () => {
    await expect(listLayer(...bomb((zeros) => gzipSync(zeros, { level: 9 })))).rejects.toMatchObject({
      name: 'Failure',
      code: 'E_LIMIT',
    });
  });

  test('D02 a zstd bomb is E_LIMIT', async () => {
    await expect(listLayer(...bomb((zeros) => zstdCompressSync(zeros)))).rejects.toMatchObject({
      name: 'Failure',
      code: 'E_LIMIT',
    });
  });

  test('a layer may expand as it likes below the floor, and 200 times above it', () => {
    expect(() => checkExpansion(LIMITS.ratioFloorBytes, 1, 'layer')).not.toThrow();
    expect(() => checkExpansion(OVER_FLOOR, Math.ceil(OVER_FLOOR / 200), 'layer')).not.toThrow();
    expect(() => checkExpansion(OVER_FLOOR, Math.floor(OVER_FLOOR / 201), 'layer')).toThrow(
      'more than 200 times',
    );
  });

  test('a layer over 10 GiB is E_LIMIT whatever its ratio', () => {
    expect(() => checkExpansion(LIMITS.layerBytes + 1, LIMITS.layerBytes, 'layer')).toThrow(
      /expands to more than/,
    );
  });

  test('D03 layers that are each under the limit are E_LIMIT together', () => {
    const budget = new ReadBudget(1_000);
    budget.spend(600, 'layer one');
    budget.spend(400, 'layer two');
    expect(() => budget.spend(1, 'layer three')).toThrow(
      expect.objectContaining({ code: 'E_LIMIT', message: expect.stringContaining('layer three') }),
    );
  });

  test('D03 entries of all layers together are bounded', async () => {
    const layer = layerOf([file('a'), file('b'), file('c')], 'none');
    const budget = new ReadBudget(LIMITS.imageBytes, 5);
    await listLayer(layer, inPieces(layer.bytes), budget);
    await expect(listLayer(layer, inPieces(layer.bytes), budget)).rejects.toMatchObject({ code: 'E_LIMIT' });
  });

  test('D03 one layer with more symbol names than fit in memory is E_LIMIT, long before they are all read', async () => {
    const library = Buffer.from(
      buildElf({ undefined: Array.from({ length: 1_900 }, (_, at) => `${at}`.padEnd(2_000, 'n')) }),
    );
    let read = 0;
    async function* files(): AsyncGenerator<Uint8Array> {
      for (; read < 20; read++) {
        yield tarHeader({ ...file(`lib/${read}.so`), size: library.length });
        yield Buffer.concat([library, Buffer.alloc((512 - (library.length % 512)) % 512)]);
      }
    }
    const { descriptor, diffId } = layerOf([], 'none');
    const budget = new ReadBudget(LIMITS.imageBytes, LIMITS.imageEntries, 16_000_000);
    const listing = listLayer({ descriptor, diffId }, files(), budget);
    await expect(listing).rejects.toMatchObject({ code: 'E_LIMIT' });
    expect(read).toBeLessThan(8);
  });

  test.each([
    ['scripts', file('a', `#!/bin/sh\n${'#'.repeat(5_000)}\n`, { mode: 0o755 })],
    ['targets of symlinks', symlink('a', 'b/'.repeat(2_000))],
  ])('D03 %s of all layers together are bounded', async (_, item) => {
    const layer = layerOf([item], 'none');
    const budget = new ReadBudget(LIMITS.imageBytes, LIMITS.imageEntries, 7_000);
    await listLayer(layer, inPieces(layer.bytes), budget);
    await expect(listLayer(layer, inPieces(layer.bytes), budget)).rejects.toMatchObject({ code: 'E_LIMIT' });
  });
});
