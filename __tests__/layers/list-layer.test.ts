import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/base/failure.ts';
import { listLayer } from '../../src/layers/list-layer.ts';
import type { LayerListing } from '../../src/rootfs/layer-listing.ts';
import {
  type BuiltLayer,
  directory,
  file,
  hardLink,
  inPieces,
  layerOf,
  opaque,
  symlink,
  tarOf,
  type TarItem,
  whiteout,
} from '../support/layer-builder.ts';

function list(layer: BuiltLayer, ...pieces: readonly number[]): Promise<LayerListing> {
  return listLayer(layer, inPieces(layer.bytes, ...pieces));
}

const ITEMS: readonly TarItem[] = [
  directory('usr', { mode: 0o750, uid: 1, gid: 2 }),
  file('usr/bin/run', '#!/bin/sh\r\nexec "$@"\r\n', { mode: 0o755 }),
  symlink('bin', 'usr/bin'),
  file('bin/data', 'words\n', { uid: 65_532 }),
  hardLink('bin/same', 'usr/bin/data', { uid: 65_532 }),
  whiteout('etc/passwd'),
  opaque('var'),
  { name: 'dev/null', flag: '3', device: [1, 3], mode: 0o666 },
  file('empty'),
];

describe('listLayer', () => {
  test.each(['gzip', 'zstd', 'none'] as const)(
    'lists a %s layer with digests and sizes',
    async (compression) => {
      const layer = layerOf(ITEMS, compression);
      const listing = await list(layer, 100);
      expect(listing).toMatchObject({
        digest: layer.descriptor.digest,
        diffId: layer.diffId,
        size: layer.bytes.length,
        uncompressedSize: tarOf(ITEMS).length,
      });
      expect([...listing.entries.keys()].sort()).toEqual(
        ['/bin', '/dev', '/dev/null', '/empty', '/etc', '/usr', '/usr/bin', '/usr/bin/data', '/usr/bin/run', '/usr/bin/same', '/var'], // prettier-ignore
      );
      expect([...listing.whiteouts]).toEqual(['/etc/passwd']);
      expect([...listing.opaques]).toEqual(['/var']);
    },
  );

  test('an entry has the mode, owner, size and content facts of its file', async () => {
    const { entries } = await list(layerOf(ITEMS));
    expect(entries.get('/usr')).toEqual({ type: 'directory', mode: 0o750, uid: 1, gid: 2, size: 0 });
    expect(entries.get('/usr/bin')).toMatchObject({ type: 'directory', implied: true });
    expect(entries.get('/bin')).toMatchObject({ type: 'symlink', target: 'usr/bin' });
    expect(entries.get('/dev/null')).toMatchObject({ type: 'character-device', mode: 0o666 });
    expect(entries.get('/empty')?.content).toEqual({ kind: 'empty' });
    expect(entries.get('/usr/bin/run')).toMatchObject({
      type: 'file',
      mode: 0o755,
      size: 22,
      content: { kind: 'script', crlfLines: 2, text: '#!/bin/sh\r\nexec "$@"\r\n' },
    });
    expect(entries.get('/usr/bin/same')).toBe(entries.get('/usr/bin/data'));
  });

  test('a layer without a byte is a layer without an entry', async () => {
    const { entries, uncompressedSize } = await list(layerOf(Buffer.alloc(0), 'none'));
    expect([entries.size, uncompressedSize]).toEqual([0, 0]);
  });

  test('C19 a diffID that is not that of the bytes is E_DIGEST', async () => {
    const layer = { ...layerOf(ITEMS), diffId: layerOf([]).diffId };
    await expect(list(layer)).rejects.toMatchObject({ name: 'Failure', code: 'E_DIGEST' });
  });

  test('a failure of the source comes through as it is', async () => {
    const layer = layerOf(ITEMS);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield layer.bytes.subarray(0, 50);
      throw new RangeError('the source broke');
    }
    await expect(listLayer(layer, broken())).rejects.toThrow('the source broke');
  });

  test('D12 a source that checks its digest at the end is heard before anything else', async () => {
    const notTheLayer = Buffer.from('neither compressed nor a tar, but long enough for a block '.repeat(10));
    async function* verified(): AsyncGenerator<Uint8Array> {
      yield notTheLayer;
      throw new Failure('E_DIGEST', 'other bytes than the digest says', 'push again');
    }
    const layer = layerOf(ITEMS);
    await expect(listLayer(layer, verified())).rejects.toMatchObject({ code: 'E_DIGEST' });
    await expect(listLayer(layer, inPieces(notTheLayer))).rejects.toMatchObject({ code: 'E_TAR' });
  });

  test('D12 bytes after the end of the archive are hashed and not looked at', async () => {
    const junk = Buffer.concat([tarOf(ITEMS), tarOf([file('later', 'x')]), Buffer.from('junk')]);
    const layer = layerOf(junk);
    expect((await list(layer)).entries.has('/later')).toBe(false);
    const flipped = Buffer.from(junk);
    flipped[junk.length - 1] = 0;
    const other = { ...layerOf(flipped), diffId: layer.diffId };
    await expect(list(other)).rejects.toMatchObject({ code: 'E_DIGEST' });
  });
});
