import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LIMITS } from '../../src/base/limits.ts';
import { parseImageConfig } from '../../src/oci/image-config.ts';
import { parseManifestOrIndex } from '../../src/oci/manifest-or-index.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { openSource } from '../../src/sources/index.ts';
import { verified } from '../../src/sources/verified.ts';
import {
  buildImage,
  writeDockerArchive,
  writeLayout,
  writeOciArchive,
  type PlatformSpec,
} from '../support/image-builder.ts';
import { startRegistry, type TestRegistry } from '../support/in-memory-registry.ts';
import { never, testHost } from '../support/source-host.ts';

const PLATFORMS: readonly PlatformSpec[] = ['linux/amd64', 'linux/arm/v7'].map((platform) => ({
  platform,
  config: { Entrypoint: ['/server'] },
  layers: [{ server: { data: platform, mode: 0o755 } }, { 'etc/motd': 'hello' }],
}));

/** Everything an image holds, as text: each platform's entrypoint and the bytes of its layers. */
async function readAll(reference: string): Promise<unknown> {
  const source = verified(openSource(parseReference(reference), testHost()));
  const root = await source.resolve(never());
  const read = async (descriptor: typeof root): Promise<unknown> => {
    const bytes = await source.readBytes(descriptor, LIMITS.manifestBytes, never());
    const document = parseManifestOrIndex(bytes, descriptor.mediaType, descriptor.digest);
    if (document.kind === 'index') return Promise.all(document.index.manifests.map(read));
    const { config, layers } = document.manifest;
    const { platform, process } = parseImageConfig(
      await source.readBytes(config, LIMITS.configBytes, never()),
      'config',
    );
    let bytesOfLayers = 0;
    for (const layer of layers) {
      for await (const chunk of source.stream(layer, never())) bytesOfLayers += chunk.length;
    }
    const sum = layers.reduce((total, { size }) => total + size, 0);
    return {
      platform,
      entrypoint: process.entrypoint,
      layers: layers.length,
      complete: bytesOfLayers === sum,
    };
  };
  const all = await read(root);
  await source.close();
  return all;
}

describe('every source gives the same image', () => {
  const image = buildImage({ platforms: PLATFORMS });
  const expected = [
    { platform: { os: 'linux', architecture: 'amd64' }, entrypoint: ['/server'], layers: 2, complete: true },
    {
      platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
      entrypoint: ['/server'],
      layers: 2,
      complete: true,
    },
  ];
  let folder: string;
  let registry: TestRegistry;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sources-'));
    writeLayout(join(folder, 'layout'), { '1': image });
    writeOciArchive(join(folder, 'oci.tar'), { '1': image });
    writeDockerArchive(join(folder, 'docker.tar'), { 'shop:1': PLATFORMS[0] ?? { platform: '' } });
    registry = await startRegistry();
    registry.push('acme/shop:1', image);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await registry.close();
  });

  test.each([
    ['an OCI layout folder', () => `oci:${folder}/layout`],
    ['an OCI layout folder, by tag', () => `oci:${folder}/layout:1`],
    ['an OCI layout folder, by digest', () => `oci-layout://${folder}/layout@${image.root.digest}`],
    ['an OCI archive', () => `oci-archive:${folder}/oci.tar`],
    ['an OCI archive, by tag', () => `oci-archive:${folder}/oci.tar:1`],
    ['a registry, by tag', () => `${registry.host}/acme/shop:1`],
    ['a registry, by digest', () => `${registry.host}/acme/shop@${image.root.digest}`],
  ])('%s', async (_, reference) => {
    expect(await readAll(reference())).toEqual(expected);
  });

  test('an archive of docker save holds its one platform', async () => {
    expect(await readAll(`docker-archive:${folder}/docker.tar`)).toEqual(expected[0]);
    expect(await readAll(`docker-archive:${folder}/docker.tar:shop:1`)).toEqual(expected[0]);
  });

  test('one platform of an image, by its digest', async () => {
    const digest = image.manifests[1]?.digest ?? '';
    expect(await readAll(`oci:${folder}/layout@${digest}`)).toEqual(expected[1]);
    expect(await readAll(`${registry.host}/acme/shop@${digest}`)).toEqual(expected[1]);
  });
});

describe('archives of real builders', () => {
  const names = [
    'good-provenance-max',
    'good-provenance-min',
    'good-no-provenance',
    'good-zstd',
    'good-uncompressed',
    'good-docker-mediatypes',
    'merged-legs',
    'bake-app',
    'bake-tool',
    'single-arch',
    'single-arch-provenance',
    'wrong-arch-hidden-default',
    'wrong-arch-and-crlf',
  ];
  test.each(names)('%s.oci.tar is read to the last byte', async (name) => {
    const all = JSON.stringify(await readAll(`oci-archive:__tests__/fixtures/buildx/${name}.oci.tar`));
    expect(all).toContain('"complete":true');
    expect(all).not.toContain('"complete":false');
  });

  test.each(['bake-app', 'bake-tool'])('%s.oci.tar is found under its tag', async (name) => {
    expect(
      JSON.stringify(await readAll(`oci-archive:__tests__/fixtures/buildx/${name}.oci.tar:1`)),
    ).toContain('arm64');
  });

  test.each(['good.docker.tar', 'engine-20.10-save.docker.tar'])(
    '%s is read as the image it holds',
    async (name) => {
      expect(await readAll(`docker-archive:__tests__/fixtures/buildx/${name}`)).toMatchObject({
        layers: 1,
        complete: true,
      });
    },
  );
});
