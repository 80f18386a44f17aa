import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Failure } from '../../src/base/failure.ts';
import { formatPlatform } from '../../src/oci/platform.ts';
import { parseMetadata, readMetadata } from '../../src/producers/metadata.ts';
import { FIXTURES } from '../support/buildx-fixture.ts';

const parse = (value: unknown): ReturnType<typeof parseMetadata> =>
  parseMetadata(Buffer.from(JSON.stringify(value)), 'metadata');
const fixture = (name: string): Buffer => readFileSync(`${FIXTURES}/${name}.metadata.json`);
const DIGEST = `sha256:${'a'.repeat(64)}` as const;
const OTHER = `sha256:${'b'.repeat(64)}` as const;
const failureOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof Failure ? { code: error.code, message: error.message } : error;
  }
};

describe('metadata files of a real buildx', () => {
  const three = ['linux/amd64', 'linux/arm/v7', 'linux/arm64'];
  test.each([
    ['good-docker-mediatypes', three, 'good.Dockerfile'],
    ['good-no-provenance', three, 'good.Dockerfile'],
    ['good-provenance-max', three, 'good.Dockerfile'],
    ['good-provenance-min', three, 'good.Dockerfile'],
    ['good-uncompressed', three, 'good.Dockerfile'],
    ['good-zstd', three, 'good.Dockerfile'],
    ['wrong-arch-hidden-default', three, 'hidden-default.Dockerfile'],
    ['wrong-arch-and-crlf', ['linux/amd64', 'linux/arm64'], 'pinned-stage.Dockerfile'],
    ['single-arch', ['linux/amd64'], 'good.Dockerfile'],
    ['single-arch-provenance', [], 'good.Dockerfile'],
    ['leg-amd64', [], 'good.Dockerfile'],
  ])('%s: digest, platforms and Dockerfile', (name, platforms, dockerfile) => {
    const [output, ...others] = parseMetadata(fixture(name), name);
    const wire: { [key: string]: unknown } = JSON.parse(fixture(name).toString());
    expect(others).toEqual([]);
    expect(output).toMatchObject({ target: null, dockerfile, digest: wire['containerimage.digest'] });
    expect(output?.platforms.map(formatPlatform)).toEqual(platforms);
  });

  test('a leg that was pushed by digest names its repository', () => {
    expect(parseMetadata(fixture('leg-arm64'), 'leg')).toMatchObject([{ names: ['127.0.0.1:5000/legs'] }]);
  });

  test('bake: one output a target', () => {
    const outputs = parseMetadata(fixture('bake'), 'bake');
    expect(outputs.map(({ target, names, dockerfile }) => ({ target, names, dockerfile }))).toEqual([
      {
        target: 'app',
        names: ['127.0.0.1:5000/bake/app:1', '127.0.0.1:5000/bake/app:latest'],
        dockerfile: 'good.Dockerfile',
      },
      { target: 'tool', names: ['127.0.0.1:5000/bake/tool:1'], dockerfile: 'hidden-default.Dockerfile' },
    ]);
    expect(outputs.map(({ platforms }) => platforms.map(formatPlatform))).toEqual([
      ['linux/amd64', 'linux/arm64'],
      ['linux/amd64', 'linux/arm64'],
    ]);
  });
});

describe('other shapes', () => {
  test('bake with warnings has no target of that name', () => {
    const outputs = parse({ 'buildx.build.warnings': [], app: { 'containerimage.digest': DIGEST } });
    expect(outputs).toMatchObject([{ target: 'app', digest: DIGEST }]);
  });

  test('metadata-action names tags', () => {
    const tags = ['ghcr.io/acme/shop:1.4', 'ghcr.io/acme/shop:latest'];
    expect(parse({ tags, 'tag-names': ['1.4', 'latest'], labels: {}, annotations: [] })).toMatchObject([
      { names: tags, digest: null, platforms: [] },
    ]);
  });

  test('docker/github-builder: names in meta-json, digest beside it', () => {
    const meta = JSON.stringify({ tags: ['acme/shop:1'], labels: {} });
    const outputs = { 'meta-json': meta, digest: DIGEST, 'output-type': 'image', signed: 'true' };
    expect(parse(outputs)).toMatchObject([{ names: ['acme/shop:1'], digest: DIGEST }]);
    expect(failureOf(() => parse({ ...outputs, 'output-type': 'local' }))).toMatchObject({
      code: 'E_CONFIG',
    });
  });

  test('imagetools create --metadata-file has a descriptor only', () => {
    const descriptor = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: DIGEST, size: 1 };
    expect(
      parse({ 'containerimage.descriptor': descriptor, 'image.name': 'docker.io/acme/shop' }),
    ).toMatchObject([{ names: ['docker.io/acme/shop'], digest: DIGEST }]);
  });

  test('outputs of a build step as JSON', () => {
    const metadata = JSON.stringify({ 'containerimage.digest': DIGEST, 'image.name': 'acme/shop:1' });
    expect(parse({ imageid: OTHER, digest: DIGEST, metadata })).toMatchObject([{ names: ['acme/shop:1'] }]);
    expect(parse({ digest: DIGEST, metadata: '' })).toMatchObject([{ names: [], digest: DIGEST }]);
  });

  test('a build that pushed nothing has no digest', () => {
    expect(parse({ 'containerimage.digest': '', 'buildx.build.ref': 'x' })).toMatchObject([{ digest: null }]);
  });

  test('provenance in the form of SLSA v1, of a Git context with a folder and a target', () => {
    const provenance = {
      buildDefinition: {
        externalParameters: {
          configSource: {
            uri: 'https://github.com/acme/shop.git#refs/heads/main:services/cart',
            path: 'Dockerfile',
          },
          request: { frontend: 'dockerfile.v0', args: { target: 'release' } },
        },
      },
    };
    expect(parse({ 'buildx.build.provenance/linux/arm64': provenance })).toMatchObject([
      {
        dockerfile: 'Dockerfile',
        context: 'services/cart',
        stage: 'release',
        platforms: [{ architecture: 'arm64' }],
      },
    ]);
  });
});

describe('what is not understood is refused with the key that is to blame', () => {
  test.each([
    ['a digest that is none', { 'containerimage.digest': 'sha256:12' }, 'containerimage.digest'],
    ['a platform that is none', { 'buildx.build.provenance/linux': {} }, 'buildx.build.provenance/linux'],
    ['names that are no text', { 'image.name': ['a'] }, 'image.name'],
    ['keys of nobody', { version: 2 }, '"version"'],
    ['nothing', {}, 'is empty'],
    ['a bake target that is no object', { app: 'x' }, 'app'],
  ])('%s', (_, value, key) => {
    expect(failureOf(() => parse(value))).toEqual({
      code: 'E_CONFIG',
      message: expect.stringContaining(key),
    });
  });

  test.each([
    ['a repeated key', `{"image.name":"a","image.name":"b"}`],
    ['two keys that differ by case', `{"image.name":"a","Image.Name":"b"}`],
    ['a list', '["a"]'],
    ['half a document', '{"image.name":'],
    ['depth', `{"image.name":${'['.repeat(100_000)}`],
  ])('%s is a wrong configuration, not a wrong image', (_, text) => {
    expect(failureOf(() => parseMetadata(Buffer.from(text), 'metadata'))).toMatchObject({ code: 'E_CONFIG' });
  });

  test('whatever comes in, it is understood or refused in our words', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const outcome = failureOf(() => parseMetadata(Buffer.from(text), 'metadata'));
        expect(
          Array.isArray(outcome) || (outcome !== null && typeof outcome === 'object' && 'code' in outcome),
        ).toBe(true);
      }),
    );
  });
});

describe('the input is JSON or the path of a file', () => {
  const files = { 'out/metadata.json': fixture('good-zstd') };
  const readFile = async (path: string): Promise<Uint8Array> =>
    Object.entries(files).find(([name]) => name === path)?.[1] ?? Buffer.from('');

  test('text that begins with a brace is the JSON itself', async () => {
    const outputs = await readMetadata(`\n ${fixture('good-zstd').toString()}`, readFile);
    expect(outputs).toEqual(parseMetadata(fixture('good-zstd'), 'x'));
  });

  test('anything else is a path', async () => {
    expect(await readMetadata(' out/metadata.json\n', readFile)).toEqual(
      parseMetadata(fixture('good-zstd'), 'x'),
    );
    await expect(readMetadata('missing.json', readFile)).rejects.toMatchObject({
      code: 'E_CONFIG',
      message: expect.stringContaining('metadata file missing.json'),
    });
  });
});
