import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { LIMITS } from '../../src/base/limits.ts';
import { parseImageConfig } from '../../src/oci/image-config.ts';
import { parseManifestOrIndex } from '../../src/oci/manifest-or-index.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { openSource } from '../../src/sources/index.ts';
import { verified } from '../../src/sources/verified.ts';
import { codeOfPromise, failureOf } from '../support/failure-code.ts';
import {
  buildImage,
  dockerArchiveFiles,
  layoutFiles,
  tarOfFiles,
  type PlatformSpec,
} from '../support/image-builder.ts';
import { layerOf, symlink, tarOf } from '../support/layer-builder.ts';
import { never, testHost } from '../support/source-host.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const path = join(folder, 'image.tar');
const SPEC: PlatformSpec = {
  platform: 'linux/arm64',
  config: { Entrypoint: ['/server'] },
  layers: [{ server: 'arm64' }, { motd: 'hello' }],
};
const OTHER: PlatformSpec = { ...SPEC, platform: 'linux/amd64', config: { Entrypoint: ['/other'] } };

/** The entrypoint of the image an archive holds, after every layer was read and checked. */
async function entrypointOf(archive: Buffer, choice = ''): Promise<string | undefined> {
  writeFileSync(path, archive);
  const source = verified(openSource(parseReference(`docker-archive:${path}${choice}`), testHost()));
  try {
    const root = await source.resolve(never());
    const bytes = await source.readBytes(root, LIMITS.manifestBytes, never());
    const document = parseManifestOrIndex(bytes, root.mediaType, 'manifest');
    if (document.kind === 'index') return `index of ${document.index.manifests.length}`;
    const { config, layers } = document.manifest;
    for (const layer of layers) await source.readBytes(layer, LIMITS.manifestBytes, never());
    const { process } = parseImageConfig(
      await source.readBytes(config, LIMITS.configBytes, never()),
      'config',
    );
    return process.entrypoint?.join(' ');
  } finally {
    await source.close();
  }
}

function manifestJson(list: unknown): Record<string, Buffer> {
  return { 'manifest.json': Buffer.from(JSON.stringify(list)) };
}

function blob({ digest }: { readonly digest: string }): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** What engines since 25 and buildx write: an OCI layout, and manifest.json beside it. */
function hybridFiles(spec: PlatformSpec, inManifestJson = spec): Record<string, Buffer> {
  const image = buildImage({ platforms: [spec], root: 'manifest' });
  const other = buildImage({ platforms: [inManifestJson], root: 'manifest' });
  const manifest: { config: { digest: string }; layers: { digest: string }[] } = JSON.parse(
    other.blobs.get(other.root.digest)?.toString() ?? '{}',
  );
  const saved = [{ Config: blob(manifest.config), RepoTags: ['shop:1'], Layers: manifest.layers.map(blob) }];
  return { ...layoutFiles({ '': other }), ...layoutFiles({ '': image }), ...manifestJson(saved) };
}

describe('I04 all kinds of archives are read alike', () => {
  test('docker save of an old engine: manifest.json only', async () => {
    const archive = tarOfFiles(dockerArchiveFiles({ 'shop:1': SPEC }));
    expect(await entrypointOf(archive)).toBe('/server');
  });

  test('engines since 25 and buildx: an OCI layout beside manifest.json', async () => {
    expect(await entrypointOf(tarOfFiles(hybridFiles(SPEC)))).toBe('/server');
  });

  test("containerd's store: an index with several platforms", async () => {
    const image = buildImage({ platforms: [SPEC, OTHER] });
    const files = { ...layoutFiles({ '': image }), ...manifestJson([]) };
    expect(await entrypointOf(tarOfFiles(files))).toBe('index of 2');
  });

  test('an old archive with compressed layers', async () => {
    const layer = layerOf(tarOf([{ name: 'server', data: 'x' }]), 'gzip');
    const config = {
      os: 'linux',
      architecture: 'arm64',
      config: { Entrypoint: ['/z'] },
      rootfs: { diff_ids: [layer.diffId] },
    };
    const files = {
      'config.json': Buffer.from(JSON.stringify(config)),
      'layer.tar.gz': layer.bytes,
      ...manifestJson([{ Config: 'config.json', RepoTags: null, Layers: ['layer.tar.gz'] }]),
    };
    expect(await entrypointOf(tarOfFiles(files))).toBe('/z');
  });

  test('an old archive in which a repeated layer is a link', async () => {
    const files = dockerArchiveFiles({ '': { ...SPEC, layers: [{ a: '1' }, { a: '1' }] } });
    const layer = Object.keys(files).find((name) => name.endsWith('layer.tar')) ?? '';
    const items = Object.entries(files).map(([name, data]) => ({ name, data }));
    const [saved]: { Layers: string[] }[] = JSON.parse(files['manifest.json']?.toString() ?? '[]');
    const linked =
      manifestJson([{ ...saved, Layers: [layer, 'again/layer.tar'] }])['manifest.json'] ?? Buffer.of();
    const archive = tarOf([
      ...items.filter(({ name }) => name !== 'manifest.json'),
      symlink('again/layer.tar', `../${layer}`),
      { name: 'manifest.json', data: linked },
    ]);
    expect(await entrypointOf(archive)).toBe('/server');
  });
});

test.each([
  ['an empty list', manifestJson([]), 'holds no image: its manifest.json lists none'],
  ['no list', { hello: Buffer.from('x') }, 'is not an image archive: it has no manifest.json'],
])('an archive with %s is told what it lacks', async (_, files, words) => {
  const failure = await failureOf(entrypointOf(tarOfFiles(files)));
  expect([failure?.code, failure?.message.includes(words)]).toEqual(['E_NOT_FOUND', true]);
});

describe('which image of an archive is meant', () => {
  const two = tarOfFiles(dockerArchiveFiles({ 'shop:1': SPEC, 'ghcr.io/acme/other:2': OTHER }));

  test.each([
    [':shop:1', '/server'],
    [':docker.io/library/shop:1', '/server'],
    [':ghcr.io/acme/other:2', '/other'],
  ])('%s chooses it', async (choice, entrypoint) => {
    const named = tarOfFiles(
      dockerArchiveFiles({ 'docker.io/library/shop:1': SPEC, 'ghcr.io/acme/other:2': OTHER }),
    );
    expect(await entrypointOf(choice.includes('docker.io') ? named : two, choice)).toBe(entrypoint);
  });

  test('I02 without a choice E_AMBIGUOUS_REFERENCE lists what there is', async () => {
    const failure = await failureOf(entrypointOf(two));
    expect(failure).toMatchObject({ code: 'E_AMBIGUOUS_REFERENCE' });
    expect(failure?.message).toContain('shop:1, ghcr.io/acme/other:2');
  });

  test('a name that is not there is E_NOT_FOUND and lists what there is', async () => {
    const failure = await failureOf(entrypointOf(two, ':shop:2'));
    expect(failure).toMatchObject({ code: 'E_NOT_FOUND' });
    expect(failure?.message).toContain('shop:1, ghcr.io/acme/other:2');
  });
});

describe('archives that are not what they seem', () => {
  const good = dockerArchiveFiles({ '': SPEC });
  const [saved]: { Config: string; Layers: string[] }[] = JSON.parse(
    good['manifest.json']?.toString() ?? '[]',
  );
  const layer = saved?.Layers[0] ?? '';

  test.each<[string, Readonly<Record<string, Buffer>>, string]>([
    ['a file system of docker export', { 'bin/sh': Buffer.from('x') }, 'E_NOT_FOUND'],
    ['an empty list', manifestJson([]), 'E_NOT_FOUND'],
    [
      'I03 fewer diff_ids than layers',
      { ...good, ...manifestJson([{ ...saved, Layers: [layer, layer, layer] }]) },
      'E_AMBIGUOUS_MANIFEST',
    ],
    [
      'I03 a layer that is not there',
      { ...good, ...manifestJson([{ ...saved, Layers: ['a', 'b'] }]) },
      'E_NOT_FOUND',
    ],
    [
      'I03 a config that is not there',
      { ...good, ...manifestJson([{ ...saved, Config: '../../etc/passwd' }]) },
      'E_NOT_FOUND',
    ],
    [
      'a layer with other content',
      { ...good, [layer]: Buffer.from(good[layer] ?? '').fill('x', 512, 520) },
      'E_DIGEST',
    ],
    ['an entry without a config', { ...good, ...manifestJson([{ Layers: [] }]) }, 'E_JSON'],
    ['C01 two lists of layers', { ...good, ...manifestJson([{ ...saved, layers: [] }]) }, 'E_JSON_AMBIGUOUS'],
    ['index.json and manifest.json that name two images', hybridFiles(SPEC, OTHER), 'E_AMBIGUOUS_MANIFEST'],
  ])('%s is refused', async (_, files, code) => {
    expect(await codeOfPromise(entrypointOf(tarOfFiles(files)))).toBe(code);
  });
});
