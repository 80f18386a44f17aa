import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { decompress } from '../../src/layers/decompress.ts';
import { inPieces } from '../support/layer-builder.ts';

const DOCKER = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

async function plainOf(stored: Buffer, pieces: readonly number[] = [], mediaType = DOCKER): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of decompress(inPieces(stored, ...pieces), mediaType, 'layer')) parts.push(part);
  return Buffer.concat(parts);
}

function codeOf(stored: Buffer, pieces: readonly number[] = [], mediaType = DOCKER): Promise<unknown> {
  return plainOf(stored, pieces, mediaType).then(
    (plain) => `${plain.length} bytes`,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}

const COMPRESS = { gzip: gzipSync, zstd: zstdCompressSync };
/** Does not compress, so that it fills several of the chunks that go to zlib. */
const NOISE = randomBytes(1_500_000);
const WORDS = Buffer.from('words, words, words\n'.repeat(500));

describe('decompress', () => {
  test.each(['gzip', 'zstd'] as const)(
    'D05 D06 %s in any number of parts is the whole',
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.nat(NOISE.length), { maxLength: 4 }),
          fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 4 }),
          async (cuts, pieces) => {
            const at = [0, ...cuts, NOISE.length].sort((a, b) => a - b);
            const parts = at.slice(1).map((end, index) => NOISE.subarray(at[index], end));
            const stored = Buffer.concat(parts.map((part) => COMPRESS[kind](part, {})));
            expect((await plainOf(stored, pieces)).equals(NOISE)).toBe(true);
          },
        ),
        { numRuns: 15 },
      );
    },
    60_000,
  );

  test('D05 thousands of small frames between skippable ones come out whole', async () => {
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    const parts = Array.from({ length: 2_000 }, (_, index) => WORDS.subarray(index * 5, index * 5 + 5));
    const stored = Buffer.concat([skippable, ...parts.map((part) => zstdCompressSync(part)), skippable]);
    expect((await plainOf(stored, [777])).equals(WORDS.subarray(0, 10_000))).toBe(true);
  });

  test('D10 frames of ten bytes that ask for a window of 128 MiB cost no more than their bytes', async () => {
    const largest = 128 * 1024;
    const frame = Buffer.from('28b52ffd0088', 'hex');
    const block = Buffer.alloc(4, 'a');
    block.writeUIntLE((largest << 3) | 0b011, 0, 3); // the last block, one byte repeated
    const stored = Buffer.concat(Array.from({ length: 500 }, () => Buffer.concat([frame, block])));
    expect((await plainOf(stored)).equals(Buffer.alloc(500 * largest, 'a'))).toBe(true);
  });

  test('a plain tar comes through untouched, and nothing at all stays nothing', async () => {
    expect((await plainOf(NOISE, [1_000])).equals(NOISE)).toBe(true);
    expect(await plainOf(Buffer.alloc(0))).toHaveLength(0);
  });

  describe.each(['gzip', 'zstd'] as const)('with %s', (kind) => {
    const small = COMPRESS[kind](WORDS, {});
    const large = COMPRESS[kind](NOISE, {});

    test.each([
      ['a NUL', Buffer.alloc(1)],
      ['zeros', Buffer.alloc(10_000)],
      ['a NUL and another part', Buffer.concat([Buffer.alloc(1), small])],
      ['garbage', Buffer.from('garbage that is long enough')],
    ])('D07 %s after the end is E_TRAILING_DATA', async (_, tail) => {
      for (const start of [small, large]) {
        const stored = Buffer.concat([start, tail]);
        expect(await codeOf(stored)).toBe('E_TRAILING_DATA');
        expect(await codeOf(stored, [start.length])).toBe('E_TRAILING_DATA');
      }
    });

    test('D08 a flipped bit in the last bytes is E_COMPRESSION', async () => {
      const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
      const whole = kind === 'gzip' ? small : zstdCompressSync(WORDS, checked);
      for (let back = 1; back <= 8; back++) {
        const stored = Buffer.from(whole);
        stored.writeUInt8((stored.at(-back) ?? 0) ^ 1, stored.length - back);
        expect(await codeOf(stored)).toBe('E_COMPRESSION');
      }
    });

    test('D08 a stream that is cut is E_COMPRESSION', async () => {
      for (const length of [small.length - 1, small.length - 9, 12]) {
        expect(await codeOf(small.subarray(0, length))).toBe('E_COMPRESSION');
      }
      expect(await codeOf(large.subarray(0, 1_000_000))).toBe('E_COMPRESSION');
    });

    test('D09 bytes that are compressed under OCI’s uncompressed media type are refused', async () => {
      const plainType = 'application/vnd.oci.image.layer.v1.tar';
      expect(await codeOf(small, [], plainType)).toBe('E_COMPRESSION');
      expect(await codeOf(small, [], `${plainType}+gzip`)).toBe(`${WORDS.length} bytes`);
      expect(await codeOf(small, [], `${plainType}+zstd`)).toBe(`${WORDS.length} bytes`);
    });
  });

  test.each([
    ['bzip2', Buffer.from('BZh91AY&SY')],
    ['xz', Buffer.from('\xfd7zXZ\0more', 'latin1')],
  ])('D09 %s is E_UNSUPPORTED', async (_, stored) => {
    expect(await codeOf(stored)).toBe('E_UNSUPPORTED');
  });

  test('D11 a reader that stops early stops the source', async () => {
    let asked = 0;
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          asked += 1;
          yield gzipSync(NOISE);
        }
      } finally {
        closed = true;
      }
    }
    for await (const part of decompress(endless(), DOCKER, 'layer')) {
      expect(part.length).toBeGreaterThan(0);
      break;
    }
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toBeLessThan(10);
    expect(closed).toBe(true);
  });
});
