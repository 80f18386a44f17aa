import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Failure } from '../../src/base/failure.ts';
import { LIMITS } from '../../src/base/limits.ts';
import { ReadBudget } from '../../src/layers/expansion.ts';
import { type KeptListings, readLayer } from '../../src/layers/read-layer.ts';
import { type BuiltLayer, file, inPieces, layerOf, symlink } from '../support/layer-builder.ts';

const LARGE = layerOf([file('noise', randomBytes(400_000)), symlink('link', 'noise')], 'none');
const SMALL = layerOf([file('f', 'x')], 'none');

/** Keeps in memory. */
function inMemory(): KeptListings & { readonly kept: Map<string, Buffer> } {
  const kept = new Map<string, Buffer>();
  return {
    kept,
    seal: { version: '1', key: '' },
    smallest: 256 * 1024,
    store: {
      get: (name) => Promise.resolve(kept.get(name) ?? null),
      put: (name, bytes) => Promise.resolve(void kept.set(name, bytes)),
    },
  };
}

/** Opens the layer in pieces of 1,000 bytes and counts them. */
function counting(layer: BuiltLayer): { open: () => AsyncIterable<Uint8Array>; pieces: number } {
  const counter = {
    pieces: 0,
    async *open(): AsyncGenerator<Uint8Array> {
      for await (const piece of inPieces(layer.bytes, 1_000)) {
        counter.pieces += 1;
        yield piece;
      }
    },
  };
  return counter;
}

async function* gone(): AsyncGenerator<Uint8Array> {
  yield* [];
  throw new Failure('E_NOT_FOUND', 'no such blob', 'push it');
}

describe('readLayer', () => {
  test('reads a layer once, and then only asks whether it is there', async () => {
    const listings = inMemory();
    const source = counting(LARGE);
    const first = await readLayer(LARGE, source.open, listings);
    const all = source.pieces;
    expect(await readLayer(LARGE, source.open, listings)).toEqual(first);
    expect(source.pieces).toBe(all + 1);
    expect([...listings.kept.keys()]).toEqual([LARGE.descriptor.digest.replace(':', '-')]);
  });

  test('a listing with closed archives does not stand for one with open ones', async () => {
    const listings = inMemory();
    const source = counting(LARGE);
    await readLayer(LARGE, source.open, listings);
    const all = source.pieces;
    await readLayer(LARGE, source.open, listings, new ReadBudget(), 'opened');
    expect(source.pieces).toBe(2 * all);
  });

  test('a known layer that is gone is a failure all the same', async () => {
    const listings = inMemory();
    await readLayer(LARGE, counting(LARGE).open, listings);
    await expect(readLayer(LARGE, gone, listings)).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });

  test.each([
    ['bytes', new ReadBudget(1_000)],
    ['entries', new ReadBudget(LIMITS.imageBytes, 0)],
    ['facts', new ReadBudget(LIMITS.imageBytes, LIMITS.imageEntries, 1)],
  ])('D03 a known layer counts against the %s of its image', async (_, budget) => {
    const listings = inMemory();
    await readLayer(LARGE, counting(LARGE).open, listings);
    const reading = readLayer(LARGE, counting(LARGE).open, listings, budget);
    await expect(reading).rejects.toMatchObject({ code: 'E_LIMIT' });
  });

  test('what was kept and is broken is read again and replaced', async () => {
    const listings = inMemory();
    const source = counting(LARGE);
    const first = await readLayer(LARGE, source.open, listings);
    const all = source.pieces;
    for (const name of listings.kept.keys()) listings.kept.set(name, Buffer.from('broken'));
    expect(await readLayer(LARGE, source.open, listings)).toEqual(first);
    expect(source.pieces).toBe(2 * all);
    await readLayer(LARGE, source.open, listings);
    expect(source.pieces).toBe(2 * all + 1);
  });

  test('nothing is kept of a small layer, of one that fails, or without a place', async () => {
    const listings = inMemory();
    await readLayer(SMALL, counting(SMALL).open, listings);
    const wrong = { ...LARGE, diffId: SMALL.diffId };
    await expect(readLayer(wrong, counting(LARGE).open, listings)).rejects.toMatchObject({
      code: 'E_DIGEST',
    });
    expect(listings.kept.size).toBe(0);
    expect((await readLayer(LARGE, counting(LARGE).open, null)).entries.size).toBe(2);
  });
});
