import { expect, test } from '@jest/globals';
import { Failure } from '../../src/base/failure.ts';
import type { Layer } from '../../src/inspect/inspect-platform.ts';
import { LayerReader } from '../../src/inspect/layer-reader.ts';
import type { LayerListing } from '../../src/rootfs/layer-listing.ts';
import { descriptor, digest } from '../support/image-facts.ts';

const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

function layer(letter: string, diffId = digest('1'), mediaType = LAYER): Layer {
  return { descriptor: descriptor(letter, { mediaType }), diffId };
}

function listing({ descriptor: { digest, size }, diffId }: Layer): LayerListing {
  return {
    digest,
    diffId,
    size,
    uncompressedSize: 0,
    entries: new Map(),
    whiteouts: new Set(),
    opaques: new Set(),
  };
}

test('a layer of several platforms is read once', async () => {
  const read: string[] = [];
  const layers = new LayerReader(async (one) => {
    read.push(one.descriptor.digest);
    return listing(one);
  });
  await Promise.all([layers.read(layer('a')), layers.read(layer('a')), layers.read(layer('b'))]);
  expect(read).toEqual([digest('a'), digest('b')]);
});

test('four layers at most are read at once, and all are read', async () => {
  let running = 0;
  let most = 0;
  const layers = new LayerReader(async (one) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return listing(one);
  });
  await Promise.all('0123456789abcdef'.split('').map((letter) => layers.read(layer(letter))));
  expect([most, layers.layersRead]).toEqual([4, 16]);
});

test('C19 a second image that claims another diffID for the layer is refused', async () => {
  const layers = new LayerReader((one) => Promise.resolve(listing(one)));
  await layers.read(layer('a', digest('1')));
  await expect(layers.read(layer('a', digest('2')))).rejects.toMatchObject({ code: 'E_DIGEST' });
});

test.each([
  ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'E_FOREIGN_LAYER'],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', 'E_FOREIGN_LAYER'],
  [LAYER, 'E_NOT_FOUND'],
])('C23 a layer of type %s that is not there: %s', async (mediaType, code) => {
  const layers = new LayerReader(() => Promise.reject(new Failure('E_NOT_FOUND', 'not there', 'push it')));
  await expect(layers.read(layer('a', digest('1'), mediaType))).rejects.toMatchObject({ code });
});
