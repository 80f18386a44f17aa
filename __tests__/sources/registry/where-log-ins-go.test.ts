import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { codeOfPromise, failureOf } from '../../support/failure-code.ts';
import { startCanary, type Canary } from '../../support/canary.ts';
import { buildImage } from '../../support/image-builder.ts';
import {
  send,
  sendError,
  startRegistry,
  type Intercept,
  type TestRegistry,
} from '../../support/in-memory-registry.ts';
import { sha256Of } from '../../support/layer-builder.ts';
import { layerBytes, pull, SMALL_IMAGE } from '../../support/registry-bench.ts';
import { testHost } from '../../support/source-host.ts';
import { testNetwork } from '../../support/test-network.ts';

const PUBLIC = '203.0.113.1';
const SECRET = 'hunter2-canary';
const CONFIG = {
  auths: { 'reg.example': { auth: Buffer.from(`bob:${SECRET}`).toString('base64') } },
};

let registry: TestRegistry;
let canary: Canary;
let canaryAnswer: Intercept = () => false;
let before = 0;

beforeAll(async () => {
  registry = await startRegistry();
  canary = await startCanary((seen, response) => canaryAnswer(seen, response));
  registry.push('acme/shop:1', SMALL_IMAGE);
});
beforeEach(() => {
  registry.intercept(null);
  canaryAnswer = () => false;
  before = canary.seen.length;
});
afterAll(async () => {
  await registry.close();
  await canary.close();
});

/** reg.example is the registry, everything else in the world is the canary. */
function world(address = PUBLIC, names: Readonly<Record<string, readonly string[]>> = {}) {
  const { dial, dialled } = testNetwork(
    { 'reg.example': [address], ...names },
    { [`${address}:443`]: registry.host, '*': canary.host },
  );
  const notices: string[] = [];
  const host = testHost({
    dial,
    env: { DOCKER_AUTH_CONFIG: JSON.stringify(CONFIG) },
    notice: (text) => notices.push(text),
  });
  return { host, dialled, notices };
}

/** The registry asks for a bearer token of this realm, and takes every token. */
function bearer(realm: string): Intercept {
  return ({ headers }, response) => {
    if (headers.authorization?.startsWith('Bearer ')) return false;
    response.setHeader('www-authenticate', `Bearer realm="${realm}",service="reg"`);
    sendError(response, 401, 'UNAUTHORIZED');
    return true;
  };
}

const giveToken: Intercept = (_, response) => {
  send(response, 200, {}, JSON.stringify({ token: 'token-1' }));
  return true;
};

function leaks(): string[] {
  const basic = Buffer.from(`bob:${SECRET}`).toString('base64');
  return canary.seen
    .slice(before)
    .map(({ headers, path, body }) => JSON.stringify([headers, path, body]))
    .filter((text) => text.includes(SECRET) || text.includes(basic) || text.includes('token-'));
}

describe('the token service', () => {
  test.each([
    'http://169.254.169.254/latest/meta-data',
    'https://169.254.169.254/token',
    'https://10.1.2.3/token',
    'https://192.168.1.1/token',
    'https://172.16.0.1/token',
    'https://100.64.0.1/token',
    'https://[::1]/token',
    'https://[::ffff:127.0.0.1]/token',
    'https://[fd00:ec2::254]/token',
    'https://[fe80::1]/token',
    'https://2130706433/token',
    'https://0x7f.1/token',
    'https://127.1/token',
    'https://0.0.0.0/token',
    'https://100.100.100.200/token',
    'https://localhost/token',
    'https://metadata.example/token',
    'https://rebind.example/token',
    'file:///etc/passwd',
    'ftp://auth.example/token',
    'javascript:alert(1)',
    'https://bob:pw@auth.example/token',
    'not a web address',
    '',
  ])('A02 the realm %j of a public registry is E_REALM and is not dialled', async (realm) => {
    registry.intercept(bearer(realm));
    const { host, dialled } = world(PUBLIC, {
      localhost: ['127.0.0.1'],
      'metadata.example': ['169.254.169.254'],
      'rebind.example': ['203.0.113.9', '127.0.0.1'],
      'auth.example': ['203.0.113.2'],
    });
    expect(await codeOfPromise(pull('reg.example/acme/shop:1', host))).toBe('E_REALM');
    expect(dialled.filter(({ address }) => address !== PUBLIC)).toEqual([]);
  });

  test.each([
    ['a public one', PUBLIC, 'https://auth.example/token', '203.0.113.2'],
    ['its own host', '10.0.0.5', 'https://reg.example/token', '10.0.0.5'],
    ['a private one, from a private registry', '10.0.0.5', 'https://auth.example/token', '10.0.0.6'],
    ['a private address, from a private registry', '192.168.0.5', 'https://10.0.0.6/token', '10.0.0.6'],
    ['loopback, from loopback', '127.0.0.1', 'https://127.0.0.2/token', '127.0.0.2'],
  ])('A02 %s is asked, because on-prem registries look like that', async (_, own, realm, asked) => {
    registry.intercept((seen, response) =>
      seen.path.startsWith('/token') ? giveToken(seen, response) : bearer(realm)(seen, response),
    );
    canaryAnswer = giveToken;
    const { host, dialled } = world(own, { 'auth.example': [own === PUBLIC ? '203.0.113.2' : '10.0.0.6'] });
    expect(await pull('reg.example/acme/shop:1', host)).toEqual(layerBytes(SMALL_IMAGE));
    expect(dialled.map(({ address }) => address)).toContain(asked);
  });

  test('A02 loopback is not asked for a private registry: that would be the runner itself', async () => {
    registry.intercept(bearer('https://127.0.0.1:2375/token'));
    expect(await codeOfPromise(pull('reg.example/acme/shop:1', world('10.0.0.5').host))).toBe('E_REALM');
  });

  test('A03 a realm over plain HTTP is E_REALM', async () => {
    registry.intercept(bearer('http://auth.example/token'));
    const { host, dialled } = world(PUBLIC, { 'auth.example': ['203.0.113.2'] });
    expect(await codeOfPromise(pull('reg.example/acme/shop:1', host))).toBe('E_REALM');
    expect(dialled.filter(({ protocol }) => protocol === 'http:')).toEqual([]);
  });

  test.each([301, 302, 303, 307, 308])(
    'A04 a log-in does not follow a %s of the token service to another host',
    async (status) => {
      registry.intercept((seen, response) => {
        if (!seen.path.startsWith('/token')) return bearer('https://reg.example/token')(seen, response);
        send(response, status, { location: 'https://evil.example/token' }, '');
        return true;
      });
      canaryAnswer = giveToken;
      const { host } = world(PUBLIC, { 'evil.example': ['203.0.113.66'] });
      await pull('reg.example/acme/shop:1', host);
      expect(canary.seen.at(-1)?.host).toBe('evil.example');
      expect(leaks()).toEqual([]);
    },
  );

  test('A04 an identity token in a form is not sent on by a redirect', async () => {
    registry.intercept((seen, response) => {
      if (!seen.path.startsWith('/token')) return bearer('https://reg.example/token')(seen, response);
      send(response, 307, { location: 'https://evil.example/token' }, '');
      return true;
    });
    const { host } = world(PUBLIC, { 'evil.example': ['203.0.113.66'] });
    const config = { auths: { 'reg.example': { identitytoken: SECRET } } };
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify(config) };
    expect(await codeOfPromise(pull('reg.example/acme/shop:1', { ...host, env }))).toBe('E_REALM');
    expect(leaks()).toEqual([]);
  });

  test('A04 its redirects are checked like realms, and end after 5', async () => {
    registry.intercept((seen, response) => {
      if (!seen.path.startsWith('/token')) return bearer('https://reg.example/token')(seen, response);
      send(response, 302, { location: 'https://169.254.169.254/token' }, '');
      return true;
    });
    const { host, dialled } = world();
    expect(await codeOfPromise(pull('reg.example/acme/shop:1', host))).toBe('E_REALM');
    expect(dialled.some(({ address }) => address === '169.254.169.254')).toBe(false);
    registry.intercept((seen, response) => {
      if (!seen.path.startsWith('/token')) return bearer('https://reg.example/token')(seen, response);
      send(response, 302, { location: '/token/again' }, '');
      return true;
    });
    expect(await codeOfPromise(pull('reg.example/acme/shop:1', world().host))).toBe('E_REALM');
  });
});

const toCanary =
  (location: string): Intercept =>
  (seen, response) => {
    if (seen.headers.authorization === undefined) return bearer('https://reg.example/token')(seen, response);
    if (seen.path.startsWith('/token')) return giveToken(seen, response);
    if (!seen.path.includes('/blobs/')) return false;
    send(response, 307, { location }, '');
    return true;
  };

describe('redirects of content', () => {
  const names = { 'cdn.example': ['203.0.113.7'], 'evil.example': ['203.0.113.66'] };

  test('A05 a blob at a CDN is fetched without the log-in: S3 answers 400 when one is there', async () => {
    registry.intercept(toCanary('https://cdn.example/blob?sig=presigned-secret'));
    const layer = layerBytes(SMALL_IMAGE);
    registry.intercept((seen, response) => {
      const isLayer = seen.path.endsWith(sha256Of(layer));
      return isLayer || !seen.path.includes('/blobs/')
        ? toCanary('https://cdn.example/blob?sig=presigned-secret')(seen, response)
        : false;
    });
    canaryAnswer = ({ headers }, response) => {
      const refused = headers.authorization !== undefined || headers.cookie !== undefined;
      send(response, refused ? 400 : 200, {}, refused ? '' : layer);
      return true;
    };
    expect(await pull('reg.example/acme/shop:1', world(PUBLIC, names).host)).toEqual(layer);
    expect(canary.seen.at(-1)?.path).toBe('/blob?sig=presigned-secret');
    expect(leaks()).toEqual([]);
  });

  test('A11 a presigned address does not stand in a failure', async () => {
    registry.intercept(toCanary('https://cdn.example/blob?sig=presigned-secret'));
    const failure = await failureOf(pull('reg.example/acme/shop:1', world(PUBLIC, names).host));
    expect(failure).toMatchObject({ code: 'E_NOT_FOUND' });
    expect(JSON.stringify([failure?.message, failure?.hint, String(failure?.cause)])).not.toContain(
      'presigned',
    );
  });

  test.each([
    ['another port of the same host', 'https://reg.example:8443/blob'],
    ['another host', 'https://cdn.example/blob'],
    ['the host with a user in the URL', 'https://bob:pw@cdn.example/blob'],
    ['a look-alike', 'https://reg.example.evil.example/blob'],
  ])('A05 %s does not get the log-in', async (_, location) => {
    registry.intercept(toCanary(location));
    await failureOf(
      pull(
        'reg.example/acme/shop:1',
        world(PUBLIC, { ...names, 'reg.example.evil.example': ['203.0.113.66'] }).host,
      ),
    );
    expect(leaks()).toEqual([]);
  });

  test('A05 the log-in does not come back after a way through another host', async () => {
    const authorized: boolean[] = [];
    registry.intercept((seen, response) => {
      if (seen.path !== '/back') return toCanary('https://cdn.example/blob')(seen, response);
      authorized.push(seen.headers.authorization !== undefined);
      send(response, 404, {}, '');
      return true;
    });
    canaryAnswer = (_, response) => {
      send(response, 307, { location: 'https://reg.example/back' }, '');
      return true;
    };
    await failureOf(pull('reg.example/acme/shop:1', world(PUBLIC, names).host));
    expect(authorized[0]).toBe(false);
  });

  test('A06 a host that we were redirected to gets a token of its own without a log-in, once', async () => {
    registry.intercept(toCanary('https://cdn.example/blob'));
    canaryAnswer = ({ path }, response) => {
      if (path.startsWith('/token')) send(response, 200, {}, JSON.stringify({ token: 'anonymous-1' }));
      else {
        response.setHeader(
          'www-authenticate',
          'Bearer realm="https://cdn.example/token",scope="repository:k8s/pause:pull"',
        );
        sendError(response, 401, 'UNAUTHORIZED');
      }
      return true;
    };
    const failure = await failureOf(pull('reg.example/acme/shop:1', world(PUBLIC, names).host));
    expect(failure).toMatchObject({ code: 'E_HTTP' });
    const asked = canary.seen
      .slice(before, before + 3)
      .map(({ path, headers }) => [path.split('?')[0], headers.authorization]);
    expect(asked).toEqual([
      ['/blob', undefined],
      ['/token', undefined],
      ['/blob', 'Bearer anonymous-1'],
    ]);
    expect(leaks()).toEqual([]);
  });

  test.each([
    ['link-local', 'https://169.254.169.254/x'],
    ['a private address', 'https://10.0.0.1/x'],
    ['loopback', 'https://127.0.0.1/x'],
    ['A22 a name of a private address', 'https://inside.example/x'],
    ['A22 a name with a public and a private address', 'https://both.example/x'],
    ['B19 plain HTTP', 'http://cdn.example/x'],
    ['B19 file:', 'file:///etc/passwd'],
    ['B19 data:', 'data:text/plain,hi'],
  ])('A22 %s is not followed', async (_, location) => {
    registry.intercept(toCanary(location));
    const { host, dialled } = world(PUBLIC, {
      ...names,
      'inside.example': ['192.168.7.7'],
      'both.example': ['203.0.113.7', '10.0.0.1'],
    });
    expect(await codeOfPromise(pull('reg.example/acme/shop:1', host))).toBe('E_REDIRECT');
    expect(dialled.filter(({ address }) => address !== PUBLIC)).toEqual([]);
  });

  test('A22 a registry that the user named may be at any address', async () => {
    for (const address of ['10.0.0.5', '127.0.0.1', '169.254.1.1', '::1']) {
      expect(await pull('reg.example/acme/shop:1', world(address).host)).toEqual(layerBytes(SMALL_IMAGE));
    }
  });

  test('B19 a relative Location is followed, a circle is E_REDIRECT after 10 hops', async () => {
    const digest = [...SMALL_IMAGE.blobs.keys()].at(0) ?? '';
    registry.intercept((seen, response) => {
      if (!seen.path.endsWith(`/blobs/${digest}`) || seen.headers.host === undefined) return false;
      send(response, 302, { location: `../blobs/${digest}?here` }, '');
      return true;
    });
    expect(await pull('reg.example/acme/shop:1', world().host)).toEqual(layerBytes(SMALL_IMAGE));
    let hops = 0;
    registry.intercept((seen, response) => {
      if (!seen.path.includes('/manifests/')) return false;
      hops++;
      send(response, 301, { location: seen.path }, '');
      return true;
    });
    expect(await codeOfPromise(pull('reg.example/acme/shop:1', world().host))).toBe('E_REDIRECT');
    expect(hops).toBe(11);
  });
});

describe('foreign layers', () => {
  test('A01 C23 a layer with urls is asked of the registry alone; when it is absent: E_FOREIGN_LAYER', async () => {
    const built = buildImage({
      platforms: [{ platform: 'linux/amd64', layers: [{ a: '1' }] }],
      root: 'manifest',
    });
    const manifest: { layers: object[] } = JSON.parse(built.blobs.get(built.root.digest)?.toString() ?? '{}');
    const foreign = {
      mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
      digest: `sha256:${'12'.repeat(32)}`,
      size: 10,
      urls: ['https://evil.example/layer', `http://${canary.host}/layer`],
    };
    const bytes = Buffer.from(JSON.stringify({ ...manifest, layers: [foreign] }));
    const root = { ...built.root, digest: sha256Of(bytes), size: bytes.length };
    registry.push('acme/foreign:1', {
      ...built,
      root,
      blobs: new Map([...built.blobs, [root.digest, bytes]]),
    });
    const { host, dialled } = world(PUBLIC, { 'evil.example': ['203.0.113.66'] });
    expect(await codeOfPromise(pull('reg.example/acme/foreign:1', { ...host, waitForImage: 20_000 }))).toBe(
      'E_FOREIGN_LAYER',
    );
    expect(canary.seen.length).toBe(before);
    expect(dialled.every(({ address }) => address === PUBLIC)).toBe(true);
  });
});

describe('plain HTTP', () => {
  test.each([
    ['reg.example', [], 'https:'],
    ['reg.example:5000', [], 'https:'],
    ['10.0.0.1:5000', [], 'https:'],
    ['192.168.0.1', [], 'https:'],
    ['localhost.example', [], 'https:'],
    ['localhost', [], 'http:'],
    ['localhost:5000', [], 'http:'],
    ['127.0.0.1:5000', [], 'http:'],
    ['127.9.9.9', [], 'http:'],
    ['[::1]:5000', [], 'http:'],
    ['reg.example', ['reg.example'], 'http:'],
    ['reg.example:5000', ['reg.example:5000'], 'http:'],
    ['reg.example:5000', ['REG.example'], 'http:'],
    ['reg.example:5001', ['reg.example:5000'], 'https:'],
    ['sub.reg.example', ['reg.example'], 'https:'],
  ])(
    'A18 %s with insecure-registries %j is spoken to over %s, without a second try',
    async (name, insecureRegistries, protocol) => {
      const { dial, dialled } = testNetwork(
        { [name.split(':')[0] ?? '']: ['203.0.113.1'], localhost: ['127.0.0.1'] },
        { '*': '127.0.0.1:1' },
      );
      await failureOf(pull(`${name}/acme/shop:1`, testHost({ dial, insecureRegistries })));
      expect(new Set(dialled.map((one) => one.protocol))).toEqual(new Set([protocol]));
    },
  );
});
