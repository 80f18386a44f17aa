import { createHash } from 'node:crypto';
import { Failure } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { parseImageConfig } from '../oci/image-config.ts';
import { DOCKER_CONFIG, DOCKER_LAYER, DOCKER_MANIFEST } from '../oci/media-type.ts';
import type { FileTree } from './file-tree.ts';
import { rootOf } from './layout-index.ts';

/** One entry of an archive's manifest.json: paths inside the archive. */
export interface SavedImage {
  readonly config: string;
  readonly names: readonly string[];
  readonly layers: readonly string[];
}

/** The manifest that an archive of an old engine lacks, and where the blobs it names lie. */
export interface MadeManifest {
  readonly root: Descriptor;
  readonly bytes: Uint8Array;
  readonly paths: ReadonlyMap<Digest, string>;
}

/**
 * As skopeo makes it: a Docker manifest over the config and the layers as stored. A plain layer's digest is
 * its diffID, which is checked when it is read; a compressed one is hashed here.
 */
export async function makeManifest(tree: FileTree, image: SavedImage): Promise<MadeManifest> {
  const configBytes = await tree.read(image.config, LIMITS.configBytes);
  const { diffIds } = parseImageConfig(configBytes, `${tree.name}: ${image.config}`);
  if (diffIds.length !== image.layers.length) {
    throw new Failure(
      'E_AMBIGUOUS_MANIFEST',
      `${tree.name}: manifest.json lists ${image.layers.length} layers, the image's config ${diffIds.length}`,
      'save the image again',
    );
  }
  const paths = new Map<Digest, string>();
  const config = rootOf(configBytes, DOCKER_CONFIG);
  paths.set(config.digest, image.config);
  const layers: Descriptor[] = [];
  for (const [index, diffId] of diffIds.entries()) {
    const path = image.layers[index] ?? '';
    const layer = await describeLayer(tree, path, diffId);
    paths.set(layer.digest, path);
    layers.push(layer);
  }
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: DOCKER_MANIFEST,
      config: describe(config),
      layers: layers.map(describe),
    }),
  );
  return { root: rootOf(bytes, DOCKER_MANIFEST), bytes, paths };
}

function describe({ mediaType, digest, size }: Descriptor): object {
  return { mediaType, digest, size };
}

async function describeLayer(tree: FileTree, path: string, diffId: Digest): Promise<Descriptor> {
  const size = await tree.sizeOf(path);
  if (size === null) {
    throw new Failure(
      'E_NOT_FOUND',
      `${tree.name} has no ${path}`,
      'the archive is incomplete: save the image again',
    );
  }
  const hash = createHash('sha256');
  let compression = '';
  for await (const chunk of tree.stream(path, new AbortController().signal)) {
    if (compression === '') compression = compressionOf(chunk);
    if (compression === 'none') return { mediaType: DOCKER_LAYER, digest: diffId, size, annotations: {} };
    hash.update(chunk);
  }
  const digest = `sha256:${hash.digest('hex')}` as const;
  return { mediaType: `${DOCKER_LAYER}.${compression || 'gzip'}`, digest, size, annotations: {} };
}

function compressionOf(head: Uint8Array): 'gzip' | 'zstd' | 'none' {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  return a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd ? 'zstd' : 'none';
}
