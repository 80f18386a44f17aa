import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SourceHost, SourceProgress } from '../../../src/sources/source-host.ts';
import { parseRetryAfter } from '../../../src/sources/registry/retry.ts';
import { codeOfPromise, failureOf } from '../../support/failure-code.ts';
import {
  send,
  sendError,
  startRegistry,
  type Intercept,
  type TestRegistry,
} from '../../support/in-memory-registry.ts';
import { sha256Of } from '../../support/layer-builder.ts';
import { layerBytes, pull, SMALL_IMAGE } from '../../support/registry-bench.ts';
import { quickClock, testHost } from '../../support/source-host.ts';
import { testNetwork } from '../../support/test-network.ts';

let registry: TestRegistry;

beforeAll(async () => {
  registry = await startRegistry();
  registry.push('acme/shop:1', SMALL_IMAGE);
});
beforeEach(() => registry.intercept(null));
afterAll(() => registry.close());

/** The first `times` requests that fit are answered by `handler`. */
function first(times: number, handler: Intercept, fits: (path: string) => boolean = () => true): Intercept {
  let left = times;
  return (seen, response) => (fits(seen.path) && left-- > 0 ? handler(seen, response) : false);
}

function status(code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Intercept {
  return (_, response) => {
    send(response, code, headers, body);
    return true;
  };
}

const cut: Intercept = (_, response) => {
  response.destroy();
  return true;
};

function worldOf(changes: Partial<SourceHost> = {}) {
  const progress: SourceProgress[] = [];
  const clock = quickClock();
  const began = clock.now();
  const host = testHost({ clock, progress: (event) => progress.push(event), ...changes });
  return { host, progress, waited: () => clock.now() - began, shop: `${registry.host}/acme/shop:1` };
}

describe('servers that say "later"', () => {
  test.each([408, 425, 429, 499, 500, 502, 503, 504, 522])(
    'B03 a burst of four %s is waited out',
    async (code) => {
      registry.intercept(first(4, status(code)));
      const { host, shop, waited } = worldOf();
      expect(await pull(shop, host)).toEqual(layerBytes(SMALL_IMAGE));
      expect(waited()).toBeGreaterThan(0);
    },
  );

  test.each([
    [429, 'E_RATE_LIMIT'],
    [503, 'E_HTTP'],
  ])('B03 a %s that does not end is %s after 6 tries', async (code, failure) => {
    let asked = 0;
    registry.intercept((seen, response) => {
      asked++;
      return status(code)(seen, response);
    });
    const { host, shop } = worldOf();
    expect(await codeOfPromise(pull(shop, host))).toBe(failure);
    expect(asked).toBe(6);
  });

  test('B03 the waits grow with full jitter, from half a second to half a minute', async () => {
    for (const [random, longest] of [
      [0, 0],
      [0.999, 30_000],
    ] as const) {
      const { host, shop, progress } = worldOf({ clock: { ...quickClock(), random: () => random } });
      registry.intercept(status(503));
      await failureOf(pull(shop, host));
      const waits = progress.filter(({ kind }) => kind === 'waiting').map(({ amount }) => amount);
      expect(waits).toHaveLength(5);
      expect(Math.max(...waits)).toBeLessThanOrEqual(longest);
      expect(waits).toEqual([...waits].sort((one, other) => one - other));
    }
  });

  test('B03 what one request is told holds for the others to that host', async () => {
    registry.push('acme/other:1', SMALL_IMAGE);
    const { host, shop, waited } = worldOf();
    registry.intercept(first(1, status(429, { 'retry-after': '60' }), (path) => path.includes('acme/shop')));
    await Promise.all([pull(shop, host), pull(`${registry.host}/acme/other:1`, host)]);
    expect(waited()).toBe(60_000);
  });

  test('B01 Retry-After in seconds is obeyed, and said', async () => {
    registry.intercept(first(1, status(429, { 'retry-after': '7' })));
    const { host, shop, waited, progress } = worldOf();
    expect(await pull(shop, host)).toEqual(layerBytes(SMALL_IMAGE));
    expect(waited()).toBe(7_000);
    expect(progress[0]).toMatchObject({ kind: 'waiting', name: registry.host, amount: 7_000 });
  });

  test('B01 Retry-After as a date is obeyed', async () => {
    const { host, shop, waited } = worldOf();
    const date = new Date(host.clock.now() + 30_000).toUTCString();
    registry.intercept(first(1, status(503, { 'retry-after': date })));
    expect(await pull(shop, host)).toEqual(layerBytes(SMALL_IMAGE));
    expect(waited()).toBe(30_000);
  });

  test('B01 waits of two minutes add up to ten at most', async () => {
    registry.intercept(status(429, { 'retry-after': '115' }));
    const { host, shop, waited } = worldOf();
    expect(await codeOfPromise(pull(shop, host))).toBe('E_RATE_LIMIT');
    expect(await codeOfPromise(pull(shop, host))).toBe('E_RATE_LIMIT');
    expect(waited()).toBeLessThanOrEqual(600_000);
  });

  test('B02 a wait over two minutes is E_RATE_LIMIT with the number', async () => {
    registry.intercept(status(429, { 'retry-after': '1000000000' }));
    const failure = await failureOf(pull(worldOf().shop, worldOf().host));
    expect(failure).toMatchObject({ code: 'E_RATE_LIMIT' });
    expect(failure?.message).toContain('1000000000 s');
  });

  test.each(['-5', 'soon', '1e9', '', '99999999999999999999', 'Thu, 99 Foo 2026 99:99:99 GMT'])(
    'B02 the nonsense %j in Retry-After is passed over',
    async (header) => {
      registry.intercept(first(1, status(429, { 'retry-after': header })));
      const { host, shop, waited } = worldOf();
      expect(await pull(shop, host)).toEqual(layerBytes(SMALL_IMAGE));
      expect(waited()).toBeLessThan(2_000);
    },
  );

  test('B02 a date in the past means at once', () => {
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:00 GMT', quickClock())).toBe(0);
  });

  test.each([
    [
      'the words',
      {},
      '{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}',
    ],
    ['the header', { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' }, ''],
  ])('B04 the pull limit of Docker Hub, told by %s, is not waited for', async (_, headers, body) => {
    let asked = 0;
    registry.intercept((seen, response) => {
      asked++;
      return status(429, headers, body)(seen, response);
    });
    const failure = await failureOf(pull(worldOf().shop, worldOf().host));
    expect(failure).toMatchObject({ code: 'E_RATE_LIMIT' });
    expect(failure?.message).toContain('pull limit');
    expect(failure?.hint).toContain('docker login');
    expect(asked).toBe(1);
  });

  test('a token service that says "later" is asked again', async () => {
    let asked = 0;
    registry.intercept((seen, response) => {
      if (seen.path.startsWith('/token'))
        return status(asked++ < 2 ? 503 : 200, {}, '{"token":"t"}')(seen, response);
      if (seen.headers.authorization !== undefined) return false;
      sendError(
        response.setHeader('www-authenticate', `Bearer realm="http://${registry.host}/token"`),
        401,
        'UNAUTHORIZED',
      );
      return true;
    });
    expect(await pull(worldOf().shop, worldOf().host)).toEqual(layerBytes(SMALL_IMAGE));
    expect(asked).toBe(3);
  });

  test('an answer that says "no" is not asked for again', async () => {
    for (const [code, failure] of [
      [400, 'E_HTTP'],
      [403, 'E_AUTH'],
      [404, 'E_NOT_FOUND'],
      [410, 'E_HTTP'],
      [451, 'E_HTTP'],
      [501, 'E_HTTP'],
    ] as const) {
      let asked = 0;
      registry.intercept((seen, response) => {
        asked++;
        return status(code)(seen, response);
      });
      expect([await codeOfPromise(pull(worldOf().shop, worldOf().host)), asked]).toEqual([failure, 1]);
    }
  });
});

describe('connections that break', () => {
  test('B05 a connection that is cut before the headers is made again', async () => {
    registry.intercept(first(4, cut));
    expect(await pull(worldOf().shop, worldOf().host)).toEqual(layerBytes(SMALL_IMAGE));
    registry.intercept(cut);
    expect(await codeOfPromise(pull(worldOf().shop, worldOf().host))).toBe('E_NETWORK');
  });

  test('B05 a kept connection that the server has closed is made again', async () => {
    registry.intercept((_, response) => {
      response.once('finish', () => setImmediate(() => response.socket?.destroy()));
      return false;
    });
    expect(await pull(worldOf().shop, worldOf().host)).toEqual(layerBytes(SMALL_IMAGE));
  });

  test('B20 a name that is not known, or a port where nothing listens, is tried three times', async () => {
    let looked = 0;
    const { dial } = testNetwork({}, {});
    const counting = { ...dial, lookup: (name: string) => (looked++, dial.lookup(name)) };
    const failure = await failureOf(pull('gone.example/acme/shop:1', testHost({ dial: counting })));
    expect(failure).toMatchObject({ code: 'E_NETWORK' });
    expect(failure?.message).toContain('gone.example');
    expect(looked).toBe(3);
    expect(await codeOfPromise(pull('127.0.0.1:1/acme/shop:1', testHost()))).toBe('E_NETWORK');
  });

  test('B20 a name that could not be looked up at first', async () => {
    const { dial } = testNetwork({ 'reg.example': ['203.0.113.1'] }, { '*': registry.host });
    let failures = 2;
    const shaky = {
      ...dial,
      async lookup(name: string) {
        if (failures-- > 0) throw Object.assign(new Error('again'), { code: 'EAI_AGAIN' });
        return dial.lookup(name);
      },
    };
    expect(await pull('reg.example/acme/shop:1', testHost({ dial: shaky }))).toEqual(layerBytes(SMALL_IMAGE));
  });

  const patience = { headers: 60, idle: 60, slowWindow: 100, leastRate: 1_000_000 };

  test('B12 headers that do not come are E_TIMEOUT, after tries', async () => {
    let asked = 0;
    registry.intercept(() => {
      asked++;
      return true;
    });
    const { host, shop } = worldOf({ patience });
    expect(await codeOfPromise(pull(shop, host))).toBe('E_TIMEOUT');
    expect(asked).toBe(6);
  });

  test('B12 a body that stalls is resumed', async () => {
    const layer = layerBytes(SMALL_IMAGE);
    registry.intercept(
      first(
        1,
        (_, response) => {
          response.writeHead(200, { 'content-length': layer.length }).write(layer.subarray(0, 20));
          return true;
        },
        (path) => path.endsWith(sha256Of(layer)),
      ),
    );
    expect(await pull(worldOf().shop, worldOf({ patience }).host)).toEqual(layerBytes(SMALL_IMAGE));
  });

  test('B12 a body that trickles is E_TIMEOUT', async () => {
    const timers: NodeJS.Timeout[] = [];
    registry.intercept(({ path }, response) => {
      if (!path.includes('/blobs/')) return false;
      response.writeHead(200, { 'content-length': 100_000 });
      timers.push(setInterval(() => response.write('x'), 15));
      return true;
    });
    const { host, shop } = worldOf({ patience });
    expect(await codeOfPromise(pull(shop, host))).toMatch(/^E_(?:TIMEOUT|HTTP)$/);
    for (const timer of timers) clearInterval(timer);
  });
});

describe('B14 a push that is not visible yet', () => {
  test.each([1, 5, 15])('a 404 for %i seconds is waited out, with a notice', async (seconds) => {
    const notices: string[] = [];
    const { host, shop, waited } = worldOf({ waitForImage: 20_000, notice: (text) => notices.push(text) });
    registry.intercept((_, response) => {
      if (waited() >= seconds * 1_000) return false;
      sendError(response, 404, 'MANIFEST_UNKNOWN');
      return true;
    });
    expect(await pull(shop, host)).toEqual(layerBytes(SMALL_IMAGE));
    expect(notices).toEqual([`${shop}: 1 is not there yet, waiting up to 20 s`]);
  });

  test('a 404 for a minute is E_NOT_FOUND after 20 seconds', async () => {
    registry.intercept((_, response) => {
      sendError(response, 404, 'MANIFEST_UNKNOWN');
      return true;
    });
    const { host, shop, waited } = worldOf({ waitForImage: 20_000 });
    const failure = await failureOf(pull(shop, host));
    expect(failure).toMatchObject({ code: 'E_NOT_FOUND' });
    expect(failure?.message).toContain('MANIFEST_UNKNOWN');
    expect(waited()).toBe(20_000);
  });

  test('a platform or a blob that is not there yet is waited for too', async () => {
    const { host, shop, waited } = worldOf({ waitForImage: 20_000 });
    registry.intercept(({ path }, response) => {
      const isChild = path.includes('/manifests/sha256:') || path.includes('/blobs/');
      if (!isChild || waited() >= 5_000) return false;
      sendError(response, 404, 'BLOB_UNKNOWN');
      return true;
    });
    expect(await pull(shop, host)).toEqual(layerBytes(SMALL_IMAGE));
  });

  test('C14 several platforms that are gone are waited for once in all', async () => {
    const { host, shop, waited } = worldOf({ waitForImage: 20_000 });
    registry.intercept(({ path }, response) => {
      if (!path.includes('/manifests/sha256:')) return false;
      sendError(response, 404, 'MANIFEST_UNKNOWN');
      return true;
    });
    expect(await codeOfPromise(pull(shop, host))).toBe('E_NOT_FOUND');
    expect(waited()).toBe(20_000);
  });
});
