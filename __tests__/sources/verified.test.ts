import { describe, expect, test } from '@jest/globals';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { verified } from '../../src/sources/verified.ts';
import { codeOfPromise } from '../support/failure-code.ts';
import { sha256Of } from '../support/layer-builder.ts';
import { never } from '../support/source-host.ts';

const BYTES = Buffer.from('the bytes of a layer');
const DESCRIPTOR: Descriptor = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar',
  digest: sha256Of(BYTES),
  size: BYTES.length,
  annotations: {},
};

/** A source that gives these chunks for everything, and counts. */
function sourceOf(chunks: Iterable<Uint8Array>, counts = { opened: 0, resolved: 0, closed: 0 }) {
  return verified({
    name: 'test',
    resolve: async () => ({ ...DESCRIPTOR, size: ++counts.resolved }),
    async *open() {
      counts.opened++;
      try {
        yield* chunks;
      } finally {
        counts.closed++;
      }
    },
    close: async () => {},
  });
}

async function readAll(chunks: Iterable<Uint8Array>, descriptor = DESCRIPTOR): Promise<string> {
  let text = '';
  for await (const chunk of sourceOf(chunks).stream(descriptor, never()))
    text += Buffer.from(chunk).toString();
  return text;
}

function* endless(): Iterable<Uint8Array> {
  for (;;) yield BYTES;
}

describe('verified', () => {
  test('the right bytes pass, in whatever pieces', async () => {
    expect(await readAll([BYTES.subarray(0, 3), BYTES.subarray(3)])).toBe(BYTES.toString());
  });

  test('sha512 digests are checked too', async () => {
    const digest = `sha512:${'ab'.repeat(64)}` as const;
    expect(await codeOfPromise(readAll([BYTES], { ...DESCRIPTOR, digest }))).toBe('E_DIGEST');
  });

  const flipped = Buffer.from(BYTES);
  flipped[7] = 0;
  test.each([
    ['one flipped byte', [flipped], 'E_DIGEST'],
    ['a missing byte', [BYTES.subarray(1)], 'E_SIZE'],
    ['nothing', [], 'E_SIZE'],
    ['B11 a byte too many', [BYTES, Buffer.from('!')], 'E_SIZE'],
    ['B11 an endless body', endless(), 'E_SIZE'],
  ])('%s is refused', async (_, chunks, code) => {
    expect(await codeOfPromise(readAll(chunks))).toBe(code);
    expect(await codeOfPromise(sourceOf(chunks).readBytes(DESCRIPTOR, 1_000, never()))).toBe(code);
  });

  test('B11 a body that is too long is let go at once', async () => {
    const counts = { opened: 0, resolved: 0, closed: 0 };
    const source = sourceOf(endless(), counts);
    await codeOfPromise(source.readBytes(DESCRIPTOR, 1_000, never()));
    expect([counts, source.bytesFetched()]).toEqual([
      { opened: 1, resolved: 0, closed: 1 },
      2 * BYTES.length,
    ]);
  });

  test.each([
    ['other bytes', Buffer.from('the bytes of a lawyer').subarray(1), 'E_DIGEST'],
    ['fewer bytes', BYTES.subarray(1), 'E_SIZE'],
    ['the same bytes', BYTES, 'no failure'],
  ])('C20 data in the descriptor that is %s: %s', async (_, data, code) => {
    expect(await codeOfPromise(readAll([BYTES], { ...DESCRIPTOR, data }))).toBe(code);
  });

  test('C20 right data does not stand in for content that is missing', async () => {
    expect(await codeOfPromise(readAll([], { ...DESCRIPTOR, data: BYTES }))).toBe('E_SIZE');
  });

  test('C07 what is larger than may be held is refused before it is fetched', async () => {
    const counts = { opened: 0, resolved: 0, closed: 0 };
    expect(await codeOfPromise(sourceOf([BYTES], counts).readBytes(DESCRIPTOR, 5, never()))).toBe('E_LIMIT');
    expect(counts.opened).toBe(0);
  });

  test('B22 a document is fetched once, however many ask for it at once', async () => {
    const counts = { opened: 0, resolved: 0, closed: 0 };
    const source = sourceOf([BYTES], counts);
    const all = await Promise.all([1, 2, 3].map(() => source.readBytes(DESCRIPTOR, 1_000, never())));
    expect([all.length, counts.opened]).toEqual([3, 1]);
  });

  test('C03 a reference is resolved once', async () => {
    const source = sourceOf([]);
    expect(await source.resolve(never())).toEqual(await source.resolve(never()));
  });
});
