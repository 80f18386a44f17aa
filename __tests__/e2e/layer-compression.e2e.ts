/** Layers as other programs compress them: every member and every frame must be read, or the layer refused. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { listLayer } from '../../src/layers/list-layer.ts';
import type { LayerListing } from '../../src/rootfs/layer-listing.ts';
import { directory, file, inPieces, layerOf, storedLayer, tarOf } from '../support/layer-builder.ts';
import { writeLayout } from '../support/real-trees.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const tarPath = join(folder, 'layer.tar');

/** Several MiB that compress and that do not, so that every program cuts them into parts. */
const TAR = tarOf([
  directory('usr'),
  ...Array.from({ length: 300 }, (_, index) =>
    file(`usr/words-${index}`, `words ${index}\n`.repeat(index * 20)),
  ),
  ...Array.from({ length: 10 }, (_, index) => file(`usr/noise-${index}`, randomBytes(300_000))),
  file('last', 'the end'),
]);

let plain: LayerListing;
beforeAll(async () => {
  writeFileSync(tarPath, TAR);
  const layer = layerOf(TAR, 'none');
  plain = await listLayer(layer, inPieces(layer.bytes));
});

function output(command: string, ...args: readonly string[]): Buffer {
  return execFileSync(command, args, { maxBuffer: 64 * 1024 * 1024 });
}

async function expectWhole(stored: Buffer, compression: 'gzip' | 'zstd'): Promise<void> {
  const layer = storedLayer(stored, TAR, compression);
  for (const piece of [1_000, 65_536, stored.length]) {
    const listing = await listLayer(layer, inPieces(stored, piece));
    expect([...listing.entries]).toEqual([...plain.entries]);
    expect(listing.uncompressedSize).toBe(TAR.length);
  }
}

function codeOf(stored: Buffer, compression: 'gzip' | 'zstd'): Promise<unknown> {
  return listLayer(storedLayer(stored, TAR, compression), inPieces(stored)).then(
    () => 'listed',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}

describe('layers as other programs compress them', () => {
  test.each([
    ['pigz', ['-c', '-p', '4', '-b', '128']],
    ['pigz', ['-c', '-1', '-b', '2048', '-i']],
    ['gzip', ['-c', '-9']],
  ])('D06 %s %j', async (command, options) => {
    await expectWhole(output(command, ...options, tarPath), 'gzip');
  });

  test('D06 members of any size, empty ones too, as eStargz has them', async () => {
    const cuts = [0, 1, 512, 512, 70_000, 1_000_000, TAR.length];
    const members = cuts.slice(1).map((end, index) => gzipSync(TAR.subarray(cuts[index], end), { level: 1 }));
    await expectWhole(Buffer.concat(members), 'gzip');
  });

  test.each([
    ['zstd', ['-c', '-q', '-1']],
    ['zstd', ['-c', '-q', '-19', '--no-check']],
    ['zstd', ['-c', '-q', '--long=27', '-T2', '-B100000']],
    ['zstd', ['-c', '-q', '--no-content-size']],
    ['pzstd', ['-c', '-q', '-p', '4', '-3']],
  ])('D05 %s %j', async (command, options) => {
    await expectWhole(output(command, ...options, tarPath), 'zstd');
  });

  test('D05 skopeo’s zstd:chunked, one frame a file with skippable frames', async () => {
    const source = join(folder, 'source');
    const target = join(folder, 'chunked');
    writeLayout(source, [layerOf(TAR, 'none')]);
    output('skopeo', '--insecure-policy', 'copy', '--dest-compress-format', 'zstd:chunked', '--dest-compress', `oci:${source}:t`, `dir:${target}`); // prettier-ignore
    const largest = readdirSync(target)
      .map((name) => join(target, name))
      .sort((a, b) => statSync(a).size - statSync(b).size)
      .at(-1);
    const stored = readFileSync(largest ?? '');
    expect(stored.readUInt32LE(0)).toBe(0xfd2fb528);
    await expectWhole(stored, 'zstd');
  });

  test('D04 a window of 2 GiB is E_LIMIT', async () => {
    const stored = execFileSync('zstd', ['-c', '-q', '--ultra', '--long=31'], {
      input: TAR,
      maxBuffer: 64 * 1024 * 1024,
    });
    expect(await codeOf(stored, 'zstd')).toBe('E_LIMIT');
  });

  test.each([
    ['xz', ['-c', '-0']],
    ['bzip2', ['-c', '-1']],
  ])('D09 %s is E_UNSUPPORTED', async (command, options) => {
    expect(await codeOf(output(command, ...options, tarPath), 'gzip')).toBe('E_UNSUPPORTED');
  });
});
