import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/base/failure.ts';
import { sizeOf } from '../../src/inspect/image-report.ts';
import {
  type ManifestReader,
  type PlatformImages,
  readPlatformImages,
} from '../../src/inspect/platform-images.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { OCI_CONFIG, OCI_INDEX, OCI_LAYER, OCI_MANIFEST } from '../../src/oci/media-type.ts';
import { type BuiltImage, buildImage } from '../support/image-builder.ts';
import { sha256Of } from '../support/layer-builder.ts';
import { never } from '../support/source-host.ts';

const AMD64 = { platform: 'linux/amd64', layers: [{ app: 'x' }] };
const ARM64 = { platform: 'linux/arm64', layers: [{ app: 'y' }] };
const ATTESTATION_LAYER = {
  mediaType: 'application/vnd.in-toto+json',
  digest: sha256Of(Buffer.from('{}')),
  size: 2,
};

/** Blobs that can be added to and taken away, as registries do. */
class Store implements ManifestReader {
  readonly #blobs: Map<Digest, Buffer>;

  constructor(image: BuiltImage) {
    this.#blobs = new Map(image.blobs);
  }

  add(value: unknown): { readonly digest: Digest; readonly size: number } {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = sha256Of(bytes);
    this.#blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  }

  get bytes(): number {
    return [...this.#blobs.values()].reduce((sum, { length }) => sum + length, 0);
  }

  remove(digest: Digest): void {
    this.#blobs.delete(digest);
  }

  readBytes({ digest }: { readonly digest: Digest }): Promise<Uint8Array> {
    const bytes = this.#blobs.get(digest);
    return bytes === undefined
      ? Promise.reject(new Failure('E_NOT_FOUND', `${digest} is not there`, 'push it'))
      : Promise.resolve(bytes);
  }
}

function read(store: Store, root: { readonly digest: Digest; readonly size: number }, mediaType = OCI_INDEX) {
  return readPlatformImages(store, { ...root, mediaType, annotations: {} }, never());
}

function index(
  store: Store,
  manifests: readonly unknown[],
): { readonly digest: Digest; readonly size: number } {
  return store.add({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
}

const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256Of('{}'), size: 2 };

/** What `soci convert` puts beside an image. */
function artifactManifest(more: object = {}): object {
  return {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType: 'application/vnd.amazon.soci.index.v2+json',
    config: EMPTY,
    layers: [{ ...EMPTY, mediaType: 'application/octet-stream' }],
    ...more,
  };
}

function attestation(store: Store, layer: unknown): object {
  const config = store.add({});
  const manifest = store.add({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [layer],
  });
  return {
    mediaType: OCI_MANIFEST,
    ...manifest,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': 'sha256:x',
    },
  };
}

/** `linux/amd64` for what was read, `linux/arm64: E_CODE` for what was not. */
function summary({ entries }: PlatformImages): string[] {
  return entries.map(({ platform, failure }) => {
    const name = platform === null ? 'none' : `${platform.os}/${platform.architecture}`;
    return failure === null ? name : `${name}: ${failure.code}`;
  });
}

describe('the platform images under a root', () => {
  test('an index gives its images in order', async () => {
    const image = buildImage({ platforms: [AMD64, ARM64] });
    const found = await read(new Store(image), image.root);
    expect(summary(found)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(found.isIndex).toBe(true);
  });

  test('a single manifest takes its platform from the config', async () => {
    const image = buildImage({ platforms: [ARM64], root: 'manifest' });
    const found = await read(new Store(image), image.root, OCI_MANIFEST);
    expect(summary(found)).toEqual(['linux/arm64']);
    expect(found.isIndex).toBe(false);
    expect(found.entries[0]?.image?.claimed).toBeNull();
  });

  test('indexes in an index are followed', async () => {
    const image = buildImage({ platforms: [AMD64, ARM64] });
    const store = new Store(image);
    const outer = index(store, [{ ...image.root, mediaType: OCI_INDEX }]);
    expect(summary(await read(store, outer))).toEqual(['linux/amd64', 'linux/arm64']);
  });

  test('what there is to read counts every blob: indexes in the index and artifacts too', async () => {
    const image = buildImage({ platforms: [AMD64, ARM64] });
    const store = new Store(image);
    const artifact = { mediaType: OCI_MANIFEST, ...store.add(artifactManifest()) };
    const outer = index(store, [{ ...image.root, mediaType: OCI_INDEX }, artifact]);
    const found = await read(store, outer);
    const outcomes = found.entries.map((entry) => ({
      entry,
      facts: null,
      failure: null,
      versionsOf: () => [],
    }));
    expect(found.artifacts).toHaveLength(1);
    expect(sizeOf({ ...found, outcomes, findings: [] }, found.root).bytesTotal).toBe(store.bytes);
  });

  test('C11 indexes nested too deep are a failure of that entry', async () => {
    const image = buildImage({ platforms: [AMD64] });
    const store = new Store(image);
    let root: { readonly digest: Digest; readonly size: number } = image.root;
    for (let depth = 0; depth < 5; depth++) root = index(store, [{ ...root, mediaType: OCI_INDEX }]);
    expect(summary(await read(store, root))).toEqual(['none: E_LIMIT']);
  });

  test('C11 an index of thousands of manifests is not read to its end', async () => {
    const image = buildImage({ platforms: [AMD64] });
    const store = new Store(image);
    const many = Array.from({ length: 1000 }, (_, at) => ({
      mediaType: OCI_MANIFEST,
      ...store.add({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: image.root, layers: [], at }),
    }));
    await expect(read(store, index(store, many))).rejects.toMatchObject({ code: 'E_LIMIT' });
  });

  test('C11 an index that names one index again and again is not walked for ever', async () => {
    const image = buildImage({ platforms: [AMD64] });
    const store = new Store(image);
    let root: { readonly digest: Digest; readonly size: number } = image.root;
    for (let depth = 0; depth < 3; depth++) {
      const inner = { ...root, mediaType: OCI_INDEX };
      root = index(
        store,
        Array.from({ length: 100 }, () => inner),
      );
    }
    await expect(read(store, root)).rejects.toMatchObject({ code: 'E_LIMIT' });
  });

  test('C12 a build attestation is set apart', async () => {
    const image = buildImage({ platforms: [AMD64] });
    const store = new Store(image);
    const root = index(store, [...image.manifests, attestation(store, ATTESTATION_LAYER)]);
    const found = await read(store, root);
    expect(summary(found)).toEqual(['linux/amd64']);
    expect(found.attestations.map(({ subject }) => subject)).toEqual(['sha256:x']);
  });

  test('C13 unknown/unknown without the annotation is not skipped', async () => {
    const image = buildImage({ platforms: [AMD64] });
    const store = new Store(image);
    const platform = { os: 'unknown', architecture: 'unknown' };
    const root = index(store, [{ ...image.manifests[0], platform }]);
    expect(summary(await read(store, root))).toEqual(['unknown/unknown: E_UNSUPPORTED']);
  });

  describe('an artifact in an index', () => {
    const [amd64, arm64] = [
      { platform: { os: 'linux', architecture: 'amd64' } },
      { platform: { os: 'linux', architecture: 'arm64' } },
    ];
    const unknown = { platform: { os: 'unknown', architecture: 'unknown' } };
    const image = buildImage({ platforms: [AMD64] });
    const IMAGE = { ...image.manifests[0], ...amd64 };

    test.each<[string, readonly [more: object, fields: object][], readonly string[], number]>([
      ['beside the image of its platform, as SOCI writes it', [[amd64, {}]], ['linux/amd64'], 1],
      ['without a platform', [[{}, {}]], ['linux/amd64'], 1],
      ['of an unknown platform', [[unknown, {}]], ['linux/amd64'], 1],
      ['in the place of an image', [[arm64, {}]], ['linux/amd64', 'linux/arm64: E_UNSUPPORTED'], 0],
      ['without a type', [[{}, { artifactType: undefined }]], ['linux/amd64', 'none: E_UNSUPPORTED'], 0],
      [
        'with the config of an image',
        [[unknown, { config: { ...EMPTY, mediaType: OCI_CONFIG } }]],
        ['linux/amd64', 'unknown/unknown: E_UNSUPPORTED'],
        0,
      ],
      [
        'with a layer of files',
        [[unknown, { layers: [{ ...EMPTY, mediaType: OCI_LAYER }] }]],
        ['linux/amd64', 'unknown/unknown: E_UNSUPPORTED'],
        0,
      ],
    ])('%s', async (_, artifacts, entries, apart) => {
      const store = new Store(image);
      const made = artifacts.map(([more, fields]) => ({
        mediaType: OCI_MANIFEST,
        ...store.add(artifactManifest(fields)),
        ...more,
      }));
      const found = await read(store, index(store, [IMAGE, ...made]));
      expect(summary(found)).toEqual(entries);
      expect(found.artifacts).toHaveLength(apart);
    });

    test('before the image of its platform is what runtimes take', async () => {
      const store = new Store(image);
      const artifact = { mediaType: OCI_MANIFEST, ...store.add(artifactManifest()), ...amd64 };
      const found = await read(store, index(store, [artifact, IMAGE]));
      expect(summary(found)).toEqual(['linux/amd64: E_UNSUPPORTED', 'linux/amd64']);
    });
  });

  test('C13 an attestation that holds a layer of files is not skipped', async () => {
    const image = buildImage({ platforms: [AMD64] });
    const store = new Store(image);
    const layer = { ...ATTESTATION_LAYER, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' };
    const root = index(store, [attestation(store, layer)]);
    expect(summary(await read(store, root))).toEqual(['unknown/unknown: E_UNSUPPORTED']);
  });

  test('C13 the annotation on a real platform hides nothing', async () => {
    const image = buildImage({ platforms: [AMD64] });
    const store = new Store(image);
    const annotations = { 'vnd.docker.reference.type': 'attestation-manifest' };
    const root = index(store, [
      { ...image.manifests[0], platform: { os: 'linux', architecture: 'amd64' }, annotations },
    ]);
    expect(summary(await read(store, root))).toEqual(['linux/amd64']);
  });

  test('C14 a deleted child fails alone', async () => {
    const image = buildImage({ platforms: [AMD64, ARM64] });
    const store = new Store(image);
    const lost = image.manifests[1];
    if (lost !== undefined) store.remove(lost.digest);
    expect(summary(await read(store, image.root))).toEqual(['linux/amd64', 'linux/arm64: E_NOT_FOUND']);
  });

  test('C18 an artifact that is no image is named by its type', async () => {
    const image = buildImage({ platforms: [AMD64] });
    const store = new Store(image);
    const config = { mediaType: 'application/vnd.cncf.helm.config.v1+json', ...store.add({}) };
    const chart = store.add({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [] });
    const { entries } = await read(store, index(store, [{ mediaType: OCI_MANIFEST, ...chart }]));
    expect(entries[0]?.failure).toMatchObject({
      code: 'E_UNSUPPORTED',
      message: expect.stringContaining('application/vnd.cncf.helm.config.v1+json'),
    });
  });

  test('C18 a signature under the config of an image is named by its type', async () => {
    const image = buildImage({ platforms: [AMD64] });
    const store = new Store(image);
    const config = { mediaType: OCI_CONFIG, ...store.add({}) };
    const signature = { mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json', ...store.add({}) };
    const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [signature] };
    const { entries } = await read(
      store,
      index(store, [{ mediaType: OCI_MANIFEST, ...store.add(manifest) }]),
    );
    expect(entries[0]?.failure).toMatchObject({
      code: 'E_UNSUPPORTED',
      message: expect.stringContaining('application/vnd.dev.cosign.simplesigning.v1+json'),
    });
  });

  test('C19 a config with another number of diffIDs than layers is refused', async () => {
    const image = buildImage({
      platforms: [{ ...AMD64, configFields: { rootfs: { type: 'layers', diff_ids: [] } } }],
    });
    expect(summary(await read(new Store(image), image.root))).toEqual(['linux/amd64: E_JSON']);
  });
});
