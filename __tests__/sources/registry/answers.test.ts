import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { shortDigest } from '../../../src/oci/digest.ts';
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../../../src/oci/media-type.ts';
import { parseReference } from '../../../src/oci/reference.ts';
import { openSource } from '../../../src/sources/index.ts';
import { verified } from '../../../src/sources/verified.ts';
import { codeOfPromise, failureOf } from '../../support/failure-code.ts';
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
import { never, testHost } from '../../support/source-host.ts';

let registry: TestRegistry;
let shop: string;
const ROOT = SMALL_IMAGE.blobs.get(SMALL_IMAGE.root.digest) ?? Buffer.of();

beforeAll(async () => {
  registry = await startRegistry();
  registry.push('acme/shop:1', SMALL_IMAGE);
  shop = `${registry.host}/acme/shop:1`;
});
beforeEach(() => registry.intercept(null));
afterAll(() => registry.close());

/** Every manifest asked for by tag is this. */
function tagIs(body: string | Buffer, headers: Readonly<Record<string, string>>): Intercept {
  return ({ path }, response) => {
    if (!path.endsWith('/manifests/1')) return false;
    send(response, 200, headers, body);
    return true;
  };
}

describe('what a manifest is', () => {
  test('C17 all four media types are asked for, and schema 1 last', async () => {
    await pull(shop, testHost());
    const accept = registry.seen.find(({ path }) => path.endsWith('/manifests/1'))?.headers.accept ?? '';
    for (const type of [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST])
      expect(accept).toContain(type);
    expect(accept).toContain('prettyjws;q=0.1');
  });

  test.each([
    'application/json',
    'application/octet-stream',
    'text/plain; charset=utf-8',
    'APPLICATION/JSON',
    `${OCI_INDEX}; charset=utf-8`,
  ])('C06 served as %s it says itself what it is', async (type) => {
    registry.intercept(tagIs(ROOT, { 'content-type': type }));
    expect(await pull(shop, testHost())).toEqual(layerBytes(SMALL_IMAGE));
  });

  test.each([OCI_MANIFEST, DOCKER_MANIFEST, DOCKER_LIST])(
    'C06 an OCI index served as %s is E_AMBIGUOUS_MANIFEST',
    async (type) => {
      registry.intercept(tagIs(ROOT, { 'content-type': type }));
      expect(await codeOfPromise(pull(shop, testHost()))).toBe('E_AMBIGUOUS_MANIFEST');
    },
  );

  test('C06 a platform served as another type than its descriptor says is E_AMBIGUOUS_MANIFEST', async () => {
    registry.intercept(({ path }, response) => {
      if (!path.includes('/manifests/sha256:')) return false;
      const bytes = SMALL_IMAGE.blobs.get(SMALL_IMAGE.manifests[0]?.digest ?? 'sha256:') ?? '';
      send(response, 200, { 'content-type': DOCKER_MANIFEST }, bytes);
      return true;
    });
    expect(await codeOfPromise(pull(shop, testHost()))).toBe('E_AMBIGUOUS_MANIFEST');
  });

  test.each(['application/json', OCI_INDEX, OCI_MANIFEST, 'application/octet-stream'])(
    'C05 an index that is a manifest too is E_AMBIGUOUS_MANIFEST, served as %s',
    async (type) => {
      const both = { schemaVersion: 2, manifests: [], layers: [], config: {} };
      registry.intercept(tagIs(JSON.stringify(both), { 'content-type': type }));
      expect(await codeOfPromise(pull(shop, testHost()))).toBe('E_AMBIGUOUS_MANIFEST');
    },
  );

  test('C18 schema 1 is E_UNSUPPORTED', async () => {
    const type = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    registry.intercept(tagIs('{"schemaVersion":1,"fsLayers":[]}', { 'content-type': type }));
    expect(await codeOfPromise(pull(shop, testHost()))).toBe('E_UNSUPPORTED');
  });

  test('C18 a manifest of a type that is no image’s is E_UNSUPPORTED and named', async () => {
    const type = 'application/vnd.oci.artifact.manifest.v1+json';
    registry.intercept(tagIs(`{"mediaType":"${type}","blobs":[]}`, { 'content-type': type }));
    const failure = await failureOf(pull(shop, testHost()));
    expect(failure).toMatchObject({ code: 'E_UNSUPPORTED' });
    expect(failure?.message).toContain(type);
  });

  test('a blob that is not there is named', async () => {
    const digest = sha256Of(layerBytes(SMALL_IMAGE));
    registry.intercept(({ path }, response) => {
      if (!path.endsWith(digest)) return false;
      sendError(response, 404, 'BLOB_UNKNOWN');
      return true;
    });
    const failure = await failureOf(pull(shop, testHost()));
    expect(failure).toMatchObject({ code: 'E_NOT_FOUND' });
    expect(failure?.message).toContain(shortDigest(digest));
  });

  test('an answer that goes over to another protocol is E_HTTP', async () => {
    const server = createServer((socket) => {
      const words = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n';
      socket.on('error', () => {}).once('data', () => socket.write(words));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const failure = await failureOf(pull(`127.0.0.1:${port}/acme/shop:1`, testHost()));
    expect(failure).toMatchObject({ code: 'E_HTTP' });
    expect(failure?.message).toContain('101');
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  test('a registry that is out of order is named once', async () => {
    registry.intercept((_, response) => (sendError(response, 503, 'UNAVAILABLE'), true));
    const failure = await failureOf(pull(shop, testHost()));
    expect(failure?.message).toBe(`${registry.host} answered 503 (UNAVAILABLE: unavailable)`);
  });

  test.each([
    ['a log-in page', '<!doctype html><title>Sign in</title>', 'text/html; charset=utf-8'],
    ['a log-in page that says it is JSON', '\n<html>', 'application/json'],
    ['a type of another protocol', '{}', 'application/grpc'],
    ['a picture', 'PNG', 'image/png'],
  ])('B18 %s is E_NOT_A_REGISTRY or no JSON, after a second try', async (_, body, type) => {
    let asked = 0;
    registry.intercept((seen, response) => (asked++, tagIs(body, { 'content-type': type })(seen, response)));
    expect(await codeOfPromise(pull(shop, testHost()))).toMatch(/^E_(?:NOT_A_REGISTRY|JSON)$/);
    expect(asked).toBe(2);
  });

  test('B18 one wrong answer is not the end', async () => {
    let asked = 0;
    registry.intercept((seen, response) =>
      asked++ === 0 ? tagIs('{}', { 'content-type': 'application/grpc' })(seen, response) : false,
    );
    expect(await pull(shop, testHost())).toEqual(layerBytes(SMALL_IMAGE));
  });

  test('B18 an endless error answer is read no further than its message', async () => {
    const chunk = Buffer.alloc(65_536, 'x');
    registry.intercept((_, response) => {
      const pump = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pump).writeHead(500);
      pump();
      return true;
    });
    expect(await codeOfPromise(pull(shop, testHost()))).toBe('E_HTTP');
  });

  test('B17 headers of 20 KiB are E_HTTP', async () => {
    registry.intercept(
      (_, response) => (send(response, 200, { 'x-long': 'x'.repeat(20 * 1024) }, '{}'), true),
    );
    const failure = await failureOf(pull(shop, testHost()));
    expect(failure).toMatchObject({ code: 'E_HTTP' });
    expect(failure?.message).not.toContain('\n');
  });

  test('C07 a manifest over 4 MiB is E_LIMIT, also an endless one', async () => {
    registry.intercept(tagIs(Buffer.alloc(5 * 1024 * 1024, ' '), { 'content-type': OCI_INDEX }));
    expect(await codeOfPromise(pull(shop, testHost()))).toBe('E_LIMIT');
    const chunk = Buffer.alloc(65_536, ' ');
    registry.intercept((_, response) => {
      const pump = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pump).writeHead(200, { 'content-type': OCI_INDEX });
      pump();
      return true;
    });
    expect(await codeOfPromise(pull(shop, testHost()))).toBe('E_LIMIT');
  });
});

describe('which bytes a digest names', () => {
  test('C02 an answer by digest that is something else is E_DIGEST', async () => {
    registry.intercept(({ path }, response) => {
      if (!path.includes('/manifests/')) return false;
      send(response, 200, { 'content-type': OCI_INDEX }, Buffer.concat([ROOT, Buffer.from(' ')]));
      return true;
    });
    expect(
      await codeOfPromise(pull(`${registry.host}/acme/shop@${SMALL_IMAGE.root.digest}`, testHost())),
    ).toBe('E_DIGEST');
  });

  test('C02 a platform that is something else is E_DIGEST', async () => {
    registry.intercept(({ path }, response) => {
      if (!path.includes('/manifests/sha256:')) return false;
      send(response, 200, { 'content-type': OCI_MANIFEST }, '{"schemaVersion":2,"config":{},"layers":[]}');
      return true;
    });
    expect(await codeOfPromise(pull(shop, testHost()))).toBe('E_DIGEST');
  });

  test('C03 a tag that moves while we look does not move what we look at', async () => {
    const other = buildImage({ platforms: [{ platform: 'linux/s390x', layers: [{ other: 'image' }] }] });
    const source = verified(openSource(parseReference(shop), testHost()));
    const root = await source.resolve(never());
    registry.push('acme/shop:1', other);
    expect(await source.resolve(never())).toEqual(root);
    expect(Buffer.from(await source.readBytes(root, 10_000, never()))).toEqual(ROOT);
    registry.push('acme/shop:1', SMALL_IMAGE);
  });

  test('C04 a Docker-Content-Digest that lies is a notice: the bytes decide', async () => {
    const notices: string[] = [];
    const lie = sha256Of('something else');
    registry.intercept(tagIs(ROOT, { 'content-type': OCI_INDEX, 'docker-content-digest': lie }));
    const source = openSource(parseReference(shop), testHost({ notice: (text) => notices.push(text) }));
    expect((await source.resolve(never())).digest).toBe(SMALL_IMAGE.root.digest);
    expect(notices).toEqual([
      `${shop}: the registry says ${lie}, the content is ${SMALL_IMAGE.root.digest}: the content decides`,
    ]);
  });

  test('C14 a platform whose manifest is gone is E_NOT_FOUND', async () => {
    const gone = buildImage({ platforms: [{ platform: 'linux/amd64', layers: [{ gone: '1' }] }] });
    registry.push('acme/gone:1', gone);
    registry.remove(gone.manifests[0]?.digest ?? '');
    expect(await codeOfPromise(pull(`${registry.host}/acme/gone:1`, testHost()))).toBe('E_NOT_FOUND');
  });
});

describe('what is asked', () => {
  test('B15 HEAD is never asked: registries answer it with 405, another length or no digest', async () => {
    expect(new Set(registry.seen.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  test('A21 a Link to a next page is not followed anywhere', async () => {
    const before = registry.seen.length;
    registry.intercept(
      (_, response) => (response.setHeader('link', '<https://evil.example/next>; rel="next"'), false),
    );
    expect(await pull(shop, testHost())).toEqual(layerBytes(SMALL_IMAGE));
    expect(registry.seen.length - before).toBe(4);
  });

  test('N13 two platforms cost three manifests, and each blob one request', async () => {
    const two = buildImage({
      platforms: ['linux/amd64', 'linux/arm64'].map((platform) => ({
        platform,
        layers: [{ same: 'layer' }],
      })),
    });
    registry.push('acme/two:1', two);
    const before = registry.seen.length;
    await pull(`${registry.host}/acme/two:1`, testHost());
    const paths = registry.seen.slice(before).map(({ path }) => path);
    expect(paths.filter((path) => path.includes('/manifests/'))).toHaveLength(3);
    expect(paths.filter((path) => path.includes('/v2/') && !path.includes('acme'))).toEqual([]);
  });
});
