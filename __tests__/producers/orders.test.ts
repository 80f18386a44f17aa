import { describe, expect, test } from '@jest/globals';
import { parsePlatform } from '../../src/oci/platform.ts';
import { type Order, type OrderInputs, readOrders, settleOrder } from '../../src/producers/orders.ts';
import { digest } from '../support/image-facts.ts';

const NOTHING: OrderInputs = {
  images: [],
  digest: null,
  digests: [],
  metadata: null,
  platforms: [],
  exactPlatforms: 'any',
  dockerfile: null,
  context: null,
  target: null,
};
const [A, B] = [digest('a'), digest('b')];
const BUILD = {
  'image.name': 'ghcr.io/acme/shop:1,ghcr.io/acme/shop:latest',
  'containerimage.digest': A,
  'buildx.build.provenance/linux/amd64': {
    invocation: { configSource: { entryPoint: 'docker/Dockerfile' } },
  },
  'buildx.build.provenance/linux/arm64': {},
};
const BAKE = { shop: BUILD, tool: { 'image.name': 'ghcr.io/acme/tool:1', 'containerimage.digest': B } };

const notices: string[] = [];

function read(inputs: Partial<OrderInputs>, files: Record<string, string> = {}, list?: string) {
  const host = {
    read: (path: string) => Promise.resolve(Buffer.from(files[path] ?? '')),
    list: () => Promise.resolve(Object.keys(files)),
  };
  return readOrders({ ...NOTHING, ...inputs }, host, {
    env: { GITHUB_ARTIFACTS_LIST: list },
    home: '/home/me',
    notice: (text) => notices.push(text),
  });
}

async function only(inputs: Partial<OrderInputs>): Promise<Order> {
  const [order, second] = await read(inputs);
  if (order === undefined || second !== undefined) throw new Error('not one order');
  return order;
}

describe('exact platforms', () => {
  const exact = { exactPlatforms: 'required-only' } as const;

  test.each([
    ['an image without platforms', { images: ['a:1'] }],
    ['digests without platforms', { images: ['a'], digests: [A, B] }],
    ['a build that says nothing of platforms', { metadata: JSON.stringify({ ...BAKE.tool }) }],
  ])('%s have nothing to be held against', async (_, inputs) => {
    await expect(read({ ...inputs, ...exact })).rejects.toMatchObject({ code: 'E_USAGE' });
  });

  test.each([
    ['named', { images: ['a:1'], platforms: [parsePlatform('linux/arm64')] }],
    ['that the build asked for', { metadata: JSON.stringify(BUILD) }],
    ['of one of the targets', { images: ['ghcr.io/acme/shop:1'], metadata: JSON.stringify(BAKE) }],
  ])('platforms %s are enough', async (_, inputs) => {
    await expect(read({ ...inputs, ...exact })).resolves.toHaveLength(1);
  });
});

describe('what there is to check', () => {
  test('images with their digest are one order', async () => {
    expect(await only({ images: ['a:1', 'a:2'], digest: A })).toMatchObject({
      names: ['a:1', 'a:2'],
      digest: A,
    });
  });

  test('metadata brings names, digest, platforms and Dockerfile', async () => {
    expect(await only({ metadata: JSON.stringify(BUILD) })).toMatchObject({
      names: ['ghcr.io/acme/shop:1', 'ghcr.io/acme/shop:latest'],
      digest: A,
      platforms: [parsePlatform('linux/amd64'), parsePlatform('linux/arm64')],
      dockerfile: 'docker/Dockerfile',
    });
  });

  test('inputs win over metadata', async () => {
    const platforms = [parsePlatform('linux/s390x')];
    const order = await only({
      metadata: JSON.stringify(BUILD),
      images: ['b:1'],
      digest: B,
      platforms,
      dockerfile: 'D',
    });
    expect(order).toMatchObject({ names: ['b:1'], digest: B, platforms, dockerfile: 'D' });
  });

  test('each bake target is an order', async () => {
    const orders = await read({ metadata: 'bake.json' }, { 'bake.json': JSON.stringify(BAKE) });
    expect(orders.map((order) => [order.names.at(-1), order.digest])).toEqual([
      ['ghcr.io/acme/shop:latest', A],
      ['ghcr.io/acme/tool:1', B],
    ]);
  });

  test('a bake target that made no image is passed over with a word, unless there is no other', async () => {
    const lint = { 'buildx.build.ref': 'default/default/abc', 'buildx.build.provenance': {} };
    notices.length = 0;
    const orders = await read({ metadata: JSON.stringify({ lint, ...BAKE, test: lint }) });
    expect(orders.map(({ names }) => names.at(-1))).toEqual([
      'ghcr.io/acme/shop:latest',
      'ghcr.io/acme/tool:1',
    ]);
    expect(notices.map((text) => /target (\w+) made no image/.exec(text)?.[1])).toEqual(['lint', 'test']);
    await expect(read({ metadata: JSON.stringify({ lint, test: lint }) })).rejects.toMatchObject({
      code: 'E_CONFIG',
    });
    // What was pushed without a name is an image all the same, and must be named.
    const nameless = { shop: BUILD, tool: { 'containerimage.digest': B } };
    await expect(read({ metadata: JSON.stringify(nameless) })).rejects.toMatchObject({ code: 'E_CONFIG' });
  });

  test.each([
    ['its digest', 'mirror.example/other:1', B, 'ghcr.io/acme/tool:1'],
    ['its name, when the tag was moved', 'ghcr.io/acme/tool:1', digest('c'), 'ghcr.io/acme/tool:1'],
  ])('an image beside bake metadata is the target with %s', async (_, image, found) => {
    const order = settleOrder(await only({ metadata: JSON.stringify(BAKE), images: [image] }), found);
    expect(order).toMatchObject({ names: [image], digest: B });
  });

  test('an image that is no target of bake metadata is refused', async () => {
    const order = await only({ metadata: JSON.stringify(BAKE), images: ['other:1'] });
    expect(() => settleOrder(order, digest('c'))).toThrow('none of which is other:1');
  });

  test('digests of a matrix build are one image under each name', async () => {
    const files = { [`d/${'a'.repeat(64)}`]: '', [`d/${'b'.repeat(64)}`]: '' };
    const orders = await read(
      { images: ['ghcr.io/acme/shop', 'docker.io/acme/shop'], digests: ['d'] },
      files,
    );
    expect(orders.map(({ names, parts }) => [names, parts])).toEqual([
      [['ghcr.io/acme/shop'], [A, B]],
      [['docker.io/acme/shop'], [A, B]],
    ]);
  });

  test('the runner’s list of artifacts is asked when nothing else is given', async () => {
    const list = { version: 1, subjects: [{ name: 'ghcr.io/acme/shop', digest: A, kind: 'oci' }] };
    const [order] = await read({}, { 'list.json': JSON.stringify(list) }, 'list.json');
    expect(order).toMatchObject({ names: ['ghcr.io/acme/shop'], digest: A });
  });

  test.each([
    ['nothing at all', {}, 'E_USAGE'],
    ['digests without a name', { digests: [A] }, 'E_USAGE'],
    ['metadata without a name', { metadata: JSON.stringify({ 'containerimage.digest': A }) }, 'E_CONFIG'],
    ['metadata that is none', { metadata: '{"a":1}' }, 'E_CONFIG'],
  ])('%s is refused', async (_, inputs, code) => {
    await expect(read(inputs)).rejects.toMatchObject({ code });
  });
});
