import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ZstdFrames } from '../../src/layers/zstd-frames.ts';

function split(chunks: readonly Buffer[]): Buffer[] {
  const frames = new ZstdFrames('layer');
  const pieces = chunks.flatMap((chunk) => Array.from(frames.split(chunk)));
  frames.end();
  return pieces;
}

/** Cuts where the numbers say, each taken modulo the length. */
function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((number) => number % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

function skippable(data: Buffer, nibble = 0): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a50 + nibble, 0);
  header.writeUInt32LE(data.length, 4);
  return Buffer.concat([header, data]);
}

const data = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.nat(300_000).map((length) => Buffer.alloc(length, 'the same again ')),
);
const zstdFrame = fc.tuple(data, fc.boolean(), fc.boolean()).map(([bytes, checksum, contentSize]) => ({
  plain: bytes,
  stored: zstdCompressSync(bytes, {
    params: {
      [constants.ZSTD_c_checksumFlag]: checksum ? 1 : 0,
      [constants.ZSTD_c_contentSizeFlag]: contentSize ? 1 : 0,
    },
  }),
}));
const skippableFrame = fc
  .tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(15))
  .map(([bytes, nibble]) => ({ plain: Buffer.alloc(0), stored: skippable(Buffer.from(bytes), nibble) }));
const frame = fc.oneof({ weight: 3, arbitrary: zstdFrame }, skippableFrame);

describe('ZstdFrames', () => {
  test('D05 pieces join to the frames without the skippable ones, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (frames, cuts) => {
          const stored = Buffer.concat(frames.map(({ stored }) => stored));
          const pieces = split(cut(stored, cuts));
          const kept = frames.filter(({ stored }) => stored.readUInt32LE(0) === 0xfd2fb528);
          expect(Buffer.concat(pieces).equals(Buffer.concat(kept.map(({ stored }) => stored)))).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('D05 no piece goes over the end of a frame', () => {
    const frames = [Buffer.from('one'), Buffer.alloc(0), Buffer.alloc(200_000, 'three')];
    const stored = Buffer.concat(frames.map((bytes) => zstdCompressSync(bytes)));
    expect(split([stored]).map((piece) => zstdDecompressSync(piece).length)).toEqual([3, 0, 200_000]);
  });

  test('D08 a stream that is cut anywhere but between frames is E_COMPRESSION', () => {
    const one = zstdCompressSync(Buffer.from('some words'));
    for (let length = 1; length < one.length; length++) {
      expect(() => split([one.subarray(0, length)])).toThrow(
        expect.objectContaining({ name: 'Failure', code: 'E_COMPRESSION' }),
      );
    }
  });

  test.each([
    ['zeros', Buffer.alloc(3)],
    ['a word', Buffer.from('trailing')],
  ])('D07 %s after a frame is E_TRAILING_DATA', (_, tail) => {
    const stored = Buffer.concat([zstdCompressSync(Buffer.from('x')), tail]);
    expect(() => split([stored])).toThrow(expect.objectContaining({ code: 'E_TRAILING_DATA' }));
  });

  test('D04 a window over 128 MiB is E_LIMIT', () => {
    const magic = [0x28, 0xb5, 0x2f, 0xfd];
    const rawBlock = [0x01, 0x00, 0x00];
    const window128MiB = Buffer.from([...magic, 0x00, (27 - 10) << 3, ...rawBlock]);
    expect(split([window128MiB])).toHaveLength(1);
    const larger = Buffer.from([...magic, 0x00, ((27 - 10) << 3) + 1, ...rawBlock]);
    expect(() => split([larger])).toThrow(expect.objectContaining({ code: 'E_LIMIT' }));
    const oneSegment = Buffer.from([...magic, 0xa0, 0x01, 0x00, 0x00, 0x08, ...rawBlock]);
    expect(() => split([oneSegment])).toThrow(expect.objectContaining({ code: 'E_LIMIT' }));
  });
});
