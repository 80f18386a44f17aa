import { expect, test } from '@jest/globals';
import { ReadBudget } from '../../src/layers/expansion.ts';
import { KnownListings } from '../../src/layers/known-listings.ts';
import type { LayerToList } from '../../src/layers/list-layer.ts';
import type { Entry } from '../../src/rootfs/entry.ts';
import type { LayerListing } from '../../src/rootfs/layer-listing.ts';
import { descriptor, digest } from '../support/image-facts.ts';

const FILE: Entry = { type: 'file', mode: 0o644, uid: 0, gid: 0, size: 1 };
const GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip';
const layer = (letter: string, diffId = digest('1')): LayerToList => ({
  descriptor: descriptor(letter, { mediaType: GZIP }),
  diffId,
});

function listing({ descriptor: { digest, size }, diffId }: LayerToList, count: number): LayerListing {
  const entries = new Map(Array.from({ length: count }, (_, at) => [`f${at}`, FILE] as const));
  return { digest, diffId, size, uncompressedSize: 100, entries, whiteouts: new Set(), opaques: new Set() };
}

function reader(known: KnownListings, entries = 1) {
  const read: string[] = [];
  const ask = (one: LayerToList, budget = new ReadBudget()) =>
    known.orRead(one, budget, async () => {
      read.push(one.descriptor.digest);
      return listing(one, entries);
    });
  return { read, ask };
}

test('a layer is read once, and again for another diffID', async () => {
  const { read, ask } = reader(new KnownListings());
  await ask(layer('a'));
  expect((await ask(layer('a'))).digest).toBe(digest('a'));
  await ask(layer('a', digest('2')));
  expect(read).toEqual([digest('a'), digest('a')]);
});

test('a layer that could not be read is tried again', async () => {
  const known = new KnownListings();
  const broken = known.orRead(layer('a'), new ReadBudget(), () => Promise.reject(new Error('cut')));
  await expect(broken).rejects.toThrow('cut');
  const { read, ask } = reader(known);
  await ask(layer('a'));
  expect(read).toEqual([digest('a')]);
});

test('D03 what was read before counts for the limit of the next image too', async () => {
  const { ask } = reader(new KnownListings());
  await ask(layer('a'));
  await expect(ask(layer('a'), new ReadBudget(99))).rejects.toMatchObject({ code: 'E_LIMIT' });
});

/** Enough for so many files of plain data. */
function roomFor(entries: number): number {
  return entries * 600;
}

test('the first ones are forgotten first', async () => {
  const { read, ask } = reader(new KnownListings(roomFor(25)), 10);
  for (const letter of ['a', 'b', 'c', 'c', 'b', 'a']) await ask(layer(letter));
  expect(read.map((one) => one.slice(7, 8))).toEqual(['a', 'b', 'c', 'a']);
});

test('one that is too large is not kept, and no other forgotten for it', async () => {
  const known = new KnownListings(roomFor(25));
  const [small, large] = [reader(known, 10), reader(known, 26)];
  await small.ask(layer('a'));
  await large.ask(layer('b'));
  await large.ask(layer('b'));
  await small.ask(layer('a'));
  expect([small.read.length, large.read.length]).toEqual([1, 2]);
});

test('what is known of the content counts too', async () => {
  const known = new KnownListings(roomFor(25));
  const target = 'x'.repeat(roomFor(25));
  const link: Entry = { type: 'symlink', mode: 0o777, uid: 0, gid: 0, size: 0, target };
  const read: string[] = [];
  const ask = (one: LayerToList) =>
    known.orRead(one, new ReadBudget(), async () => {
      read.push(one.descriptor.digest);
      return { ...listing(one, 0), entries: new Map([['link', link]]) };
    });
  await ask(layer('a'));
  await ask(layer('a'));
  expect(read).toHaveLength(2);
});
