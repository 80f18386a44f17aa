import { randomBytes } from 'node:crypto';
import { constants, gzipSync, brotliCompressSync, deflateSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { codeOfPromise, failureOf } from '../../support/failure-code.ts';
import { buildImage } from '../../support/image-builder.ts';
import {
  send,
  sendContent,
  startRegistry,
  type Intercept,
  type TestRegistry,
} from '../../support/in-memory-registry.ts';
import { sha256Of } from '../../support/layer-builder.ts';
import { layerBytes, pull } from '../../support/registry-bench.ts';
import { testHost } from '../../support/source-host.ts';
import { startCanary } from '../../support/canary.ts';

const IMAGE = buildImage({
  platforms: [
    { platform: 'linux/amd64', compression: 'none', layers: [{ big: randomBytes(3 * 1024 * 1024) }] },
  ],
});
const LAYER = layerBytes(IMAGE);
const LAYER_PATH = `/v2/acme/shop/blobs/${sha256Of(LAYER)}`;
let registry: TestRegistry;
let shop: string;

beforeAll(async () => {
  registry = await startRegistry();
  registry.push('acme/shop:1', IMAGE);
  shop = `${registry.host}/acme/shop:1`;
});
beforeEach(() => registry.intercept(null));
afterAll(() => registry.close());

/** Comparing the bytes themselves would take seconds. */
async function pullDigest(): Promise<string> {
  return sha256Of(await pull(shop, testHost()));
}

/** Answers requests for the layer; `count` is 1 for the first. */
function forLayer(
  handler: (...[seen, response, count]: [...Parameters<Intercept>, number]) => ReturnType<Intercept>,
): Intercept {
  let count = 0;
  return (seen, response) => (seen.path === LAYER_PATH ? handler(seen, response, ++count) : false);
}

/** Sends a part of the layer and cuts the connection. */
const cutAfter =
  (length: number): ((...args: Parameters<Intercept>) => boolean) =>
  ({ headers }, response) => {
    const start = Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': LAYER.length - start,
      ...(start > 0 && { 'content-range': `bytes ${start}-${LAYER.length - 1}/${LAYER.length}` }),
    });
    if (length === 0) response.flushHeaders();
    response.write(LAYER.subarray(start, start + length), () => response.destroy());
    return true;
  };

describe('a blob that is cut', () => {
  const offsets = [0, 1, 2, 511, 512, 65_535, 65_536, 1_000_000, LAYER.length - 2, LAYER.length - 1];
  test.each(offsets)('B06 after %i bytes is resumed there', async (offset) => {
    const ranges: unknown[] = [];
    registry.intercept(
      forLayer((seen, response, count) => {
        ranges.push(seen.headers.range);
        return count === 1 ? cutAfter(offset)(seen, response) : false;
      }),
    );
    expect(await pullDigest()).toBe(sha256Of(LAYER));
    expect(ranges).toEqual([undefined, offset === 0 ? undefined : `bytes=${offset}-`]);
  });

  test('B09 a hundred times, with progress, arrives', async () => {
    registry.intercept(
      forLayer((seen, response, count) =>
        count <= 100 ? cutAfter(count % 5 === 0 ? 1024 * 1024 : 1_000)(seen, response) : false,
      ),
    );
    const code = await codeOfPromise(pull(shop, testHost()));
    expect(code).toBe('no failure');
  });

  test('B09 five times without progress is E_NETWORK', async () => {
    let asked = 0;
    registry.intercept(
      forLayer((seen, response, count) => cutAfter((asked = count) === 1 ? 100 : 0)(seen, response)),
    );
    expect(await codeOfPromise(pull(shop, testHost()))).toBe('E_NETWORK');
    expect(asked).toBe(5);
  });

  test.each<[string, Intercept]>([
    ['Range is passed over', (_, response) => (send(response, 200, {}, LAYER), true)],
    ['416', (_, response) => (send(response, 416, { 'content-range': `bytes */${LAYER.length}` }, ''), true)],
    [
      'another start',
      (_, response) => (
        send(
          response,
          206,
          { 'content-range': `bytes 7-${LAYER.length - 1}/${LAYER.length}` },
          LAYER.subarray(7),
        ),
        true
      ),
    ],
    [
      'another total',
      (_, response) => (send(response, 206, { 'content-range': 'bytes 1000-1001/1002' }, 'xx'), true),
    ],
    ['no Content-Range', (_, response) => (send(response, 206, {}, LAYER.subarray(1_000)), true)],
    [
      'several parts',
      (_, response) => (
        send(response, 206, { 'content-type': 'multipart/byteranges; boundary=x' }, '--x'),
        true
      ),
    ],
  ])('B07 and then %s: the whole is asked for once more', async (_, answer) => {
    registry.intercept(
      forLayer((seen, response, count) => {
        if (count === 1) return cutAfter(1_000)(seen, response);
        return count === 2 ? answer(seen, response) : false;
      }),
    );
    expect(await pullDigest()).toBe(sha256Of(LAYER));
  });

  test('B07 where ranges do not work and every download is cut, the end is E_NETWORK', async () => {
    registry.intercept(forLayer((seen, response) => cutAfter(1_000)({ ...seen, headers: {} }, response)));
    expect(await codeOfPromise(pull(shop, testHost()))).toBe('E_NETWORK');
  });

  test('B08 and resumed with other bytes is E_DIGEST', async () => {
    registry.intercept(
      forLayer((seen, response, count) => {
        if (count === 1) return cutAfter(1_000)(seen, response);
        const other = Buffer.from(LAYER);
        other[2_000] = (other[2_000] ?? 0) ^ 1;
        sendContent(seen, response, other, 'application/octet-stream');
        return true;
      }),
    );
    expect(await codeOfPromise(pull(shop, testHost()))).toBe('E_DIGEST');
  });

  test('B10 a body that ends too soon without a word is asked for again', async () => {
    registry.intercept(
      forLayer((_, response, count) => {
        if (count > 1) return false;
        response.writeHead(200).end(LAYER.subarray(0, 5_000));
        return true;
      }),
    );
    expect(await pullDigest()).toBe(sha256Of(LAYER));
    registry.intercept(
      forLayer((_, response) => (response.writeHead(200).end(LAYER.subarray(0, 5_000)), true)),
    );
    expect(await codeOfPromise(pull(shop, testHost()))).toMatch(/^E_(?:HTTP|NETWORK)$/);
  });

  test('B11 a body that does not end is E_SIZE at the first byte too many', async () => {
    let sent = 0;
    let isClosed: Promise<unknown> | undefined;
    registry.intercept(
      forLayer((_, response) => {
        isClosed = new Promise((resolve) => {
          response.once('close', resolve);
        });
        const pump = (): void => {
          while (!response.destroyed && response.write(LAYER.subarray(0, 65_536))) sent += 65_536;
        };
        response.on('drain', pump).writeHead(200);
        pump();
        return true;
      }),
    );
    expect(await codeOfPromise(pull(shop, testHost()))).toBe('E_SIZE');
    await isClosed;
    expect(sent).toBeLessThan(LAYER.length + 32 * 1024 * 1024);
  });

  test('B13 a CDN address that has expired is fetched anew from the registry', async () => {
    let valid = 0;
    const cdn = await startCanary((seen, response) => {
      if (seen.path !== `/blob?sig=${valid}`) send(response, 403, {}, 'Request has expired');
      else if (valid++ === 1) cutAfter(1_000)(seen, response);
      else sendContent(seen, response, LAYER, 'application/octet-stream');
      return true;
    });
    let asked = 0;
    registry.intercept(
      forLayer((_, response) => {
        valid = Math.max(valid, 1);
        send(response, 307, { location: `http://${cdn.host}/blob?sig=${asked++ === 1 ? 'old' : valid}` }, '');
        return true;
      }),
    );
    expect(await pullDigest()).toBe(sha256Of(LAYER));
    expect(asked).toBe(3);
    await cdn.close();
  });
});

describe('B16 a proxy that compresses on the way', () => {
  test.each([
    ['gzip', gzipSync(LAYER)],
    ['x-gzip', gzipSync(LAYER)],
    ['deflate', deflateSync(LAYER)],
    ['br', brotliCompressSync(LAYER, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ['zstd', zstdCompressSync(LAYER)],
  ])('%s is undone before the digest is checked', async (coding, bytes) => {
    registry.intercept(
      forLayer((_, response) => (send(response, 200, { 'content-encoding': coding }, bytes), true)),
    );
    expect(await codeOfPromise(pull(shop, testHost()))).toBe('no failure');
  });

  test('nobody is asked to compress', async () => {
    const before = registry.seen.length;
    await pull(shop, testHost());
    expect(new Set(registry.seen.slice(before).map(({ headers }) => headers['accept-encoding']))).toEqual(
      new Set(['identity']),
    );
  });

  test('manifests and configs too', async () => {
    registry.intercept((seen, response) => {
      if (seen.path === LAYER_PATH) return false;
      const bytes =
        [...IMAGE.blobs].find(([digest]) => seen.path.endsWith(digest))?.[1] ??
        IMAGE.blobs.get(IMAGE.root.digest);
      send(
        response,
        200,
        { 'content-encoding': 'gzip', 'content-type': 'application/json' },
        gzipSync(bytes ?? ''),
      );
      return true;
    });
    expect(await pullDigest()).toBe(sha256Of(LAYER));
  });

  test.each([
    ['an unknown coding', 'rot13', LAYER],
    ['a coding that is not there', 'gzip', LAYER],
    ['two codings', 'gzip, br', LAYER],
    ['a broken coding', 'gzip', Buffer.concat([gzipSync(LAYER).subarray(0, 1_000), Buffer.alloc(100)])],
  ])('%s is E_HTTP', async (_, coding, bytes) => {
    registry.intercept(
      forLayer((_, response) => (send(response, 200, { 'content-encoding': coding }, bytes), true)),
    );
    expect(await codeOfPromise(pull(shop, testHost()))).toBe('E_HTTP');
  });
});

describe('B21 cancelling', () => {
  test.each(['before the first answer', 'in the middle of a blob', 'while waiting'])(
    '%s ends the work with the reason',
    async (when) => {
      const stop = new AbortController();
      const cancel = (): boolean => (
        setImmediate(() => stop.abort(new Error('cancelled by the user'))),
        true
      );
      registry.intercept((seen, response) => {
        if (when === 'before the first answer') return cancel();
        if (when === 'while waiting') return (send(response, 503, {}, ''), cancel());
        if (seen.path !== LAYER_PATH) return false;
        response.writeHead(200, { 'content-length': LAYER.length }).write(LAYER.subarray(0, 100));
        return cancel();
      });
      const clock = {
        ...testHost().clock,
        sleep: (_: number, signal: AbortSignal) =>
          new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      };
      await expect(pull(shop, testHost({ clock }), stop.signal)).rejects.toThrow('cancelled by the user');
    },
  );

  test('a run that is already cancelled asks nothing', async () => {
    const before = registry.seen.length;
    await expect(pull(shop, testHost(), AbortSignal.abort(new Error('too late')))).rejects.toThrow(
      'too late',
    );
    expect(registry.seen.length).toBe(before);
  });
});

describe('B22 many at once', () => {
  test('at most four blobs come from one host at a time', async () => {
    const layers = Array.from({ length: 12 }, (_, at) => ({ [`file${at}`]: String(at) }));
    registry.push(
      'acme/many:1',
      buildImage({ platforms: layers.map((layer, at) => ({ platform: `linux/p${at}`, layers: [layer] })) }),
    );
    let [now, most] = [0, 0];
    registry.intercept(({ path }, response) => {
      if (!path.includes('/blobs/')) return false;
      most = Math.max(most, ++now);
      response.once('close', () => now--);
      return new Promise((resolve) => {
        setTimeout(() => resolve(false), 5);
      });
    });
    const host = testHost();
    await Promise.all(Array.from({ length: 12 }, () => pull(`${registry.host}/acme/many:1`, host)));
    expect(most).toBeLessThanOrEqual(4);
  });
});

test('B23 mirrors are left alone: only the named registry is asked', async () => {
  const before = registry.seen.length;
  const failure = await failureOf(
    pull(`${registry.host}/acme/absent:1`, testHost({ env: { REGISTRY_MIRROR: 'mirror.example' } })),
  );
  expect(failure).toMatchObject({ code: 'E_NOT_FOUND' });
  expect(registry.seen.slice(before).map(({ host }) => host)).toEqual([registry.host]);
});
