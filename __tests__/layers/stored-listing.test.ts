import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { listLayer } from '../../src/layers/list-layer.ts';
import { formatListing, parseListing } from '../../src/layers/stored-listing.ts';
import type { LayerListing } from '../../src/rootfs/layer-listing.ts';
import {
  directory,
  file,
  hardLink,
  inPieces,
  layerOf,
  opaque,
  symlink,
  whiteout,
} from '../support/layer-builder.ts';

const SEAL = { version: '1.2.3', key: 'secret' };
const LAYER = layerOf(
  [
    directory('usr', { mode: 0o711 }),
    file('usr/node', readFileSync(process.execPath).subarray(0, 400_000), { mode: 0o755 }),
    file('usr/run.sh', '#!/bin/sh\nexec "$@"\n', { mode: 0o755 }),
    hardLink('usr/same', 'usr/run.sh', { mode: 0o755 }),
    symlink('bin', 'usr'),
    file('a', Buffer.from([1, 2])),
    file('a', 'again'),
    whiteout('gone'),
    opaque('usr'),
  ],
  'none',
);
const OTHER = layerOf([file('other')], 'none');

let listing: LayerListing;
let stored: Buffer;
beforeAll(async () => {
  listing = await listLayer(LAYER, inPieces(LAYER.bytes));
  stored = formatListing(listing, SEAL) ?? Buffer.alloc(0);
});

describe('a stored listing', () => {
  test('comes back equal, with one object for the names of one file', () => {
    const back = parseListing(stored, LAYER, SEAL);
    expect(back).toEqual(listing);
    expect(back?.entries.get('/usr/same')).toBe(back?.entries.get('/usr/run.sh'));
  });

  test.each([
    ['another version', { ...SEAL, version: '1.2.4' }],
    ['another key', { ...SEAL, key: '' }],
  ])('is foreign under %s', (_, seal) => {
    expect(parseListing(stored, LAYER, seal)).toBeNull();
  });

  test('is foreign to another layer, diffID or size', () => {
    expect(parseListing(stored, OTHER, SEAL)).toBeNull();
    expect(parseListing(stored, { ...LAYER, diffId: OTHER.diffId }, SEAL)).toBeNull();
    const descriptor = { ...LAYER.descriptor, size: LAYER.descriptor.size + 1 };
    expect(parseListing(stored, { ...LAYER, descriptor }, SEAL)).toBeNull();
  });

  test('is nothing once a bit is changed or a byte is cut', () => {
    for (let at = 0; at < stored.length; at += Math.max(1, Math.floor(stored.length / 200))) {
      const changed = Buffer.from(stored);
      changed.writeUInt8((changed[at] ?? 0) ^ 0x10, at);
      expect(parseListing(changed, LAYER, SEAL)).toBeNull();
      expect(parseListing(stored.subarray(0, at), LAYER, SEAL)).toBeNull();
    }
  });
});
