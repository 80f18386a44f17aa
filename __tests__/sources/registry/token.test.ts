import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SourceHost } from '../../../src/sources/source-host.ts';
import { codeOfPromise, failureOf } from '../../support/failure-code.ts';
import {
  send,
  sendError,
  startRegistry,
  type Intercept,
  type SeenRequest,
  type TestRegistry,
} from '../../support/in-memory-registry.ts';
import { layerBytes, pull, SMALL_IMAGE } from '../../support/registry-bench.ts';
import { quickClock, testHost } from '../../support/source-host.ts';
import { testNetwork } from '../../support/test-network.ts';

const PASSWORD = 'pw-canary-3';
let registry: TestRegistry;

beforeAll(async () => {
  registry = await startRegistry();
  registry.push('acme/shop:1', SMALL_IMAGE);
});
beforeEach(() => registry.intercept(null));
afterAll(() => registry.close());

function hostWith(entry: object, changes: Partial<SourceHost> = {}) {
  const secrets: string[] = [];
  const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [registry.host]: entry } }) };
  return { secrets, host: testHost({ env, registerSecret: (secret) => secrets.push(secret), ...changes }) };
}

const BOB = { auth: Buffer.from(`bob:${PASSWORD}`).toString('base64') };

/** A token service beside the registry: `answer` says what it gives; content needs a token it gave. */
function tokenService(
  answer: (seen: SeenRequest, count: number) => readonly [status: number, body: string],
): {
  readonly intercept: Intercept;
  readonly asked: SeenRequest[];
} {
  const asked: SeenRequest[] = [];
  const given = new Set<string>();
  return {
    asked,
    intercept(seen, response) {
      if (seen.path.startsWith('/token')) {
        asked.push(seen);
        const [status, body] = answer(seen, asked.length);
        for (const [token] of body.matchAll(/t-\w+/g)) given.add(`Bearer ${token}`);
        send(response, status, { 'content-type': 'application/json' }, body);
        return true;
      }
      if (given.has(seen.headers.authorization ?? '')) return false;
      response.setHeader(
        'www-authenticate',
        `Bearer realm="http://${registry.host}/token",service="svc",scope="repository:acme/shop:pull,push,delete"`,
      );
      sendError(response, 401, 'UNAUTHORIZED');
      return true;
    },
  };
}

describe('tokens', () => {
  test('A12 one scope is asked for: to pull this repository', async () => {
    const { intercept, asked } = tokenService(() => [200, '{"token":"t-1"}']);
    registry.intercept(intercept);
    expect(await pull(`${registry.host}/acme/shop:1`, hostWith(BOB).host)).toEqual(layerBytes(SMALL_IMAGE));
    const urls = asked.map(({ path }) => new URL(path, 'http://x').searchParams);
    expect(urls.map((url) => [url.getAll('scope'), url.get('service')])).toEqual([
      [['repository:acme/shop:pull'], 'svc'],
    ]);
  });

  test('A13 a token that runs out on the way is renewed', async () => {
    let now = 1_000_000;
    const clock = { ...quickClock(), now: () => (now += 20_000) };
    const { intercept, asked } = tokenService((_, count) => [200, `{"token":"t-${count}","expires_in":1}`]);
    registry.intercept(intercept);
    expect(await pull(`${registry.host}/acme/shop:1`, hostWith(BOB, { clock }).host)).toEqual(
      layerBytes(SMALL_IMAGE),
    );
    expect(asked.length).toBeGreaterThan(1);
  });

  test('A13 a token that the registry no longer takes is renewed once for all who wait', async () => {
    const { intercept, asked } = tokenService((_, count) => [200, `{"token":"t-${count}","expires_in":300}`]);
    let revoked = false;
    registry.intercept((seen, response) => {
      if (!seen.path.includes('/blobs/') || revoked || seen.headers.authorization !== 'Bearer t-1')
        return intercept(seen, response);
      sendError(
        response.setHeader('www-authenticate', `Bearer realm="http://${registry.host}/token"`),
        401,
        'UNAUTHORIZED',
      );
      revoked = true;
      return true;
    });
    const { host } = hostWith(BOB);
    await Promise.all([1, 2, 3].map(() => pull(`${registry.host}/acme/shop:1`, host)));
    expect(asked.length).toBe(2);
  });

  test('one token is enough for all tags of a repository', async () => {
    const { intercept, asked } = tokenService((_, count) => [200, `{"token":"t-${count}"}`]);
    registry.intercept(intercept);
    registry.push('acme/shop:2', SMALL_IMAGE);
    const { host } = hostWith(BOB);
    await pull(`${registry.host}/acme/shop:1`, host);
    await pull(`${registry.host}/acme/shop:2`, host);
    expect(asked.length).toBe(1);
  });

  test.each([
    ['token', '{"token":"t-a"}'],
    ['access_token', '{"access_token":"t-a"}'],
    ['both', '{"token":"t-a","access_token":"t-b"}'],
    ['an empty token beside access_token', '{"token":"","access_token":"t-b"}'],
    ['expires_in as text', '{"token":"t-a","expires_in":"300"}'],
    ['expires_in of nothing', '{"token":"t-a","expires_in":0,"issued_at":"never"}'],
  ])('A14 a token in %s is taken', async (_, body) => {
    registry.intercept(tokenService(() => [200, body]).intercept);
    expect(await pull(`${registry.host}/acme/shop:1`, hostWith(BOB).host)).toEqual(layerBytes(SMALL_IMAGE));
  });

  test.each([
    ['a web page', 200, '<!doctype html>'],
    ['no token', 200, '{}'],
    ['a token that is a number', 200, '{"token":5}'],
    ['a token with a line break', 200, '{"token":"a\\r\\nx-evil: 1"}'],
    ['a list', 200, '[]'],
    ['10 MB', 200, `{"token":"${'x'.repeat(10_000_000)}"}`],
    ['418', 418, ''],
  ])('A14 %s is E_TOKEN', async (_, status, body) => {
    registry.intercept(tokenService(() => [status, body]).intercept);
    expect(await codeOfPromise(pull(`${registry.host}/acme/shop:1`, hostWith(BOB).host))).toBe('E_TOKEN');
  });

  test.each([404, 401, 400, 405])(
    'A15 a service that answers the POST form with %s is asked by GET',
    async (status) => {
      const { intercept, asked } = tokenService(({ method }) =>
        method === 'POST' ? [status, ''] : [200, '{"token":"t-get"}'],
      );
      registry.intercept(intercept);
      const { host } = hostWith({
        auth: Buffer.from('00000000-0000-0000-0000-000000000000:').toString('base64'),
        identitytoken: 'idt-canary',
      });
      expect(await pull(`${registry.host}/acme/shop:1`, host)).toEqual(layerBytes(SMALL_IMAGE));
      expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET']);
    },
  );

  test('A15 an identity token goes into the form, not into the URL', async () => {
    const { intercept, asked } = tokenService(() => [200, '{"access_token":"t-post"}']);
    registry.intercept(intercept);
    await pull(`${registry.host}/acme/shop:1`, hostWith({ identitytoken: 'idt-canary' }).host);
    expect(asked[0]?.path).toBe('/token');
    expect(Object.fromEntries(new URLSearchParams(asked[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      service: 'svc',
      scope: 'repository:acme/shop:pull',
      client_id: 'exec-format-guard',
      refresh_token: 'idt-canary',
    });
  });

  test('a registry token is shown to the registry as it is', async () => {
    registry.intercept(({ headers }, response) => {
      if (headers.authorization === 'Bearer rt-canary') return false;
      sendError(
        response.setHeader('www-authenticate', 'Bearer realm="https://elsewhere.example/token"'),
        401,
        'UNAUTHORIZED',
      );
      return true;
    });
    expect(await pull(`${registry.host}/acme/shop:1`, hostWith({ registrytoken: 'rt-canary' }).host)).toEqual(
      layerBytes(SMALL_IMAGE),
    );
  });

  test('A11 every secret is registered before it is used, and none stands in a failure', async () => {
    const { intercept } = tokenService(() => [200, '{"token":"t-secret"}']);
    registry.intercept((seen, response) => {
      if (seen.headers.authorization !== 'Bearer t-secret') return intercept(seen, response);
      sendError(response, 403, `DENIED for ${seen.headers.authorization}`);
      return true;
    });
    const { host, secrets } = hostWith(BOB);
    const failure = await failureOf(pull(`${registry.host}/acme/shop:1`, host));
    expect(secrets).toEqual([PASSWORD, BOB.auth, 't-secret']);
    expect(failure).toMatchObject({ code: 'E_AUTH' });
    for (const secret of secrets) {
      expect(
        `${failure?.message} ${failure?.hint} ${failure?.stack} ${String(failure?.cause)}`,
      ).not.toContain(secret);
    }
  });
});

describe('registries that refuse', () => {
  test('A17 endless 401 ends after 2 renewals, naming the repository and where the log-in came from', async () => {
    let asked = 0;
    registry.intercept(({ path, headers }, response) => {
      if (path.startsWith('/token')) send(response, 200, {}, `{"token":"t-${asked}"}`);
      else {
        asked += headers.authorization === undefined ? 0 : 1;
        sendError(
          response.setHeader(
            'www-authenticate',
            `Bearer realm="http://${registry.host}/token",error="insufficient_scope"`,
          ),
          401,
          'UNAUTHORIZED',
        );
      }
      return true;
    });
    const failure = await failureOf(pull(`${registry.host}/acme/shop:1`, hostWith(BOB).host));
    expect(failure).toMatchObject({ code: 'E_AUTH' });
    expect(failure?.message).toContain('acme/shop');
    expect(failure?.message).toContain('DOCKER_AUTH_CONFIG');
    expect(failure?.message).not.toContain(PASSWORD);
    expect(asked).toBe(2);
  });

  test('A17 without a log-in the message says where one was looked for', async () => {
    registry.intercept(tokenService(() => [401, '{}']).intercept);
    const failure = await failureOf(
      pull(`${registry.host}/acme/shop:1`, testHost({ env: { DOCKER_AUTH_CONFIG: '{}' } })),
    );
    expect(failure).toMatchObject({ code: 'E_AUTH' });
    expect(failure?.message).toContain('looked in DOCKER_AUTH_CONFIG');
    expect(failure?.hint).toContain(`docker login ${registry.host}`);
    const env = { DOCKER_CONFIG: '/nowhere/at all' };
    const none = await failureOf(pull(`${registry.host}/acme/shop:1`, testHost({ env })));
    expect(none?.message).toContain('(there is no /nowhere/at all/config.json)');
  });

  test.each(['', 'Negotiate', 'Digest realm="x"', 'Bearer service="x"'])(
    'A16 a challenge of %j that we cannot answer is E_AUTH',
    async (challenge) => {
      registry.intercept((_, response) => {
        sendError(
          challenge === '' ? response : response.setHeader('www-authenticate', challenge),
          401,
          'UNAUTHORIZED',
        );
        return true;
      });
      expect(await codeOfPromise(pull(`${registry.host}/acme/shop:1`, hostWith(BOB).host))).toBe('E_AUTH');
    },
  );

  test('A16 of Negotiate and Basic, Basic is answered', async () => {
    registry.intercept(({ headers }, response) => {
      if (headers.authorization === `Basic ${BOB.auth}`) return false;
      sendError(
        response.setHeader('www-authenticate', ['Negotiate', 'Basic realm="x"']),
        401,
        'UNAUTHORIZED',
      );
      return true;
    });
    expect(await pull(`${registry.host}/acme/shop:1`, hostWith(BOB).host)).toEqual(layerBytes(SMALL_IMAGE));
  });

  test('a wrong password is E_AUTH after two tries, not an endless dance', async () => {
    const basic = await startRegistry({ auth: 'basic', users: ['alice:right'] });
    basic.push('acme/shop:1', SMALL_IMAGE);
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [basic.host]: BOB } }) };
    expect(await codeOfPromise(pull(`${basic.host}/acme/shop:1`, testHost({ env })))).toBe('E_AUTH');
    expect(basic.seen.length).toBeLessThan(5);
    await basic.close();
  });
});

describe('what registries do differently', () => {
  test('gcr says only at /v2/ what it wants', async () => {
    const { intercept } = tokenService(() => [200, '{"token":"t-1"}']);
    registry.intercept((seen, response) => {
      if (seen.path === '/v2/' || seen.path.startsWith('/token') || seen.headers.authorization !== undefined)
        return intercept(seen, response);
      sendError(response, 401, 'UNAUTHORIZED');
      return true;
    });
    expect(await pull(`${registry.host}/acme/shop:1`, testHost())).toEqual(layerBytes(SMALL_IMAGE));
  });

  test('ghcr.io gets the github-token as the last resort, after nobody', async () => {
    const { asked, host } = ghcrWorld({ githubToken: 'gh-canary' });
    expect(await pull('ghcr.io/acme/shop:1', host)).toEqual(layerBytes(SMALL_IMAGE));
    expect(asked.map(({ headers }) => headers.authorization?.split(' ')[0])).toEqual([undefined, 'Basic']);
  });

  test('a log-in for ghcr.io goes before the github-token', async () => {
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'ghcr.io': BOB } }) };
    const { asked, host } = ghcrWorld({ githubToken: 'other', env });
    expect(await pull('ghcr.io/acme/shop:1', host)).toEqual(layerBytes(SMALL_IMAGE));
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([`Basic ${BOB.auth}`]);
  });

  test('the github-token is for ghcr.io alone', async () => {
    const before = registry.seen.length;
    registry.intercept(tokenService(() => [401, '{}']).intercept);
    expect(
      await codeOfPromise(pull(`${registry.host}/acme/shop:1`, testHost({ githubToken: 'gh-canary' }))),
    ).toBe('E_AUTH');
    expect(registry.seen.slice(before).filter(({ headers }) => headers.authorization !== undefined)).toEqual(
      [],
    );
  });
});

/** A world in which ghcr.io is the registry of this test. */
function ghcrWorld(changes: Partial<SourceHost>): {
  readonly asked: SeenRequest[];
  readonly host: SourceHost;
} {
  const { dial } = testNetwork({ 'ghcr.io': ['203.0.113.1'] }, { '*': registry.host });
  const asked: SeenRequest[] = [];
  registry.intercept(ghcr(asked));
  return { asked, host: testHost({ dial, ...changes }) };
}

/** ghcr.io's token service, over TLS as far as the program knows: private images only. */
function ghcr(asked: SeenRequest[]): Intercept {
  const users = ['x-access-token:gh-canary', `bob:${PASSWORD}`];
  const known = users.map((pair) => `Basic ${Buffer.from(pair).toString('base64')}`);
  return (seen, response) => {
    if (seen.path.startsWith('/token')) {
      asked.push(seen);
      const allowed = known.includes(seen.headers.authorization ?? '');
      send(response, allowed ? 200 : 401, {}, allowed ? '{"token":"t-1"}' : '{}');
      return true;
    }
    if (seen.headers.authorization === 'Bearer t-1') return false;
    const challenge = 'Bearer realm="https://ghcr.io/token",service="ghcr.io"';
    sendError(response.setHeader('www-authenticate', challenge), 401, 'UNAUTHORIZED');
    return true;
  };
}
