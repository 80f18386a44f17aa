import { describe, expect, test } from '@jest/globals';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { LIMITS } from '../../src/base/limits.ts';
import { checkExpansion, ReadBudget } from '../../src/layers/expansion.ts';
import { listLayer } from '../../src/layers/list-layer.ts';
import { file, inPieces, layerOf, storedLayer, tarHeader } from '../support/layer-builder.ts';

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
});
