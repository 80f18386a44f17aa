import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../src/oci/digest.ts';
import {
  DOCKER_CONFIG,
  DOCKER_LAYER,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_MANIFEST,
} from '../../src/oci/media-type.ts';
import {
  type BuiltLayer,
  layerOf,
  sha256Of,
  tarOf,
  type LayerCompression,
  type TarItem,
} from './layer-builder.ts';

/** path -> content, or an entry without its name: what most tests need. Paths that end in / are directories. */
export type Tree = Readonly<Record<string, string | Buffer | Omit<TarItem, 'name'>>>;

/** A small real image: bytes by digest, and the descriptor a tag would point at. */
export interface BuiltImage {
  readonly root: BuiltDescriptor;
  readonly blobs: ReadonlyMap<Digest, Buffer>;
  /** The manifest of each platform, in order. */
  readonly manifests: readonly BuiltDescriptor[];
}

export interface BuiltDescriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly [field: string]: unknown;
}

/** A tar, its items, a tree of path -> content, or a layer that was built before. */
export type LayerSpec = Buffer | readonly (TarItem | Buffer)[] | Tree | BuiltLayer;

export interface PlatformSpec {
  /** `linux/arm64`, `linux/arm/v7`. */
  readonly platform: string;
  /** The `config` object of the image config: `{ Entrypoint: ['/server'] }`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Lowest first. */
  readonly layers?: readonly LayerSpec[];
  readonly compression?: LayerCompression;
  /** More fields of the image config, such as `history`; they win over what is made. */
  readonly configFields?: Readonly<Record<string, unknown>>;
  /** More fields of the descriptor in the index. */
  readonly descriptorFields?: Readonly<Record<string, unknown>>;
}

export interface ImageSpec {
  readonly platforms: readonly PlatformSpec[];
  /** Default: an index, even for one platform. */
  readonly root?: 'index' | 'manifest';
  readonly mediaTypes?: 'oci' | 'docker';
  /** More entries of the index: attestations and the like. */
  readonly moreManifests?: readonly Readonly<Record<string, unknown>>[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export function buildImage(spec: ImageSpec): BuiltImage {
  const blobs = new Map<Digest, Buffer>();
  const isOci = (spec.mediaTypes ?? 'oci') === 'oci';
  const add: AddBlob = (mediaType, content, known) => {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const digest = known ?? sha256Of(bytes);
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const manifests = spec.platforms.map((platform) => addPlatform(platform, isOci, add));
  const [only] = manifests;
  if (spec.root === 'manifest' && only) return { root: only, blobs, manifests };
  const mediaType = isOci ? OCI_INDEX : DOCKER_LIST;
  const entries = manifests.map((manifest, at) => ({
    ...manifest,
    platform: platformObject(spec.platforms[at]?.platform ?? ''),
    ...spec.platforms[at]?.descriptorFields,
  }));
  const index = {
    schemaVersion: 2,
    mediaType,
    manifests: [...entries, ...(spec.moreManifests ?? [])],
    ...(spec.annotations && { annotations: spec.annotations }),
  };
  return { root: add(mediaType, index), blobs, manifests };
}

type AddBlob = (mediaType: string, content: Buffer | object, digest?: Digest) => BuiltDescriptor;

function addPlatform(spec: PlatformSpec, isOci: boolean, add: AddBlob): BuiltDescriptor {
  const compression = spec.compression ?? 'gzip';
  const suffix = compression === 'none' ? '' : `${isOci ? '+' : '.'}${compression}`;
  const built = (spec.layers ?? []).map((layer) =>
    isBuilt(layer) ? layer : layerOf(itemsOf(layer), compression),
  );
  const layerType = `${isOci ? OCI_LAYER : DOCKER_LAYER}${suffix}`;
  const layers = built.map(({ bytes, descriptor }) => add(layerType, bytes, descriptor.digest));
  const config = add(isOci ? OCI_CONFIG : DOCKER_CONFIG, {
    ...platformObject(spec.platform),
    config: spec.config ?? {},
    rootfs: { type: 'layers', diff_ids: built.map(({ diffId }) => diffId) },
    ...spec.configFields,
  });
  const mediaType = isOci ? OCI_MANIFEST : DOCKER_MANIFEST;
  return add(mediaType, { schemaVersion: 2, mediaType, config, layers });
}

function isBuilt(layer: LayerSpec): layer is BuiltLayer {
  return 'diffId' in layer && 'bytes' in layer && Buffer.isBuffer(layer.bytes);
}

function itemsOf(layer: Exclude<LayerSpec, BuiltLayer>): Buffer | readonly (TarItem | Buffer)[] {
  return Buffer.isBuffer(layer) || isList(layer) ? layer : itemsOfTree(layer);
}

export function itemsOfTree(tree: Tree): TarItem[] {
  return Object.entries(tree).map(([name, value]) => {
    const item = typeof value === 'string' || Buffer.isBuffer(value) ? { data: value } : value;
    return { name, ...(name.endsWith('/') && { flag: '5', mode: 0o755 }), ...item };
  });
}

function isList(layer: readonly (TarItem | Buffer)[] | Tree): layer is readonly (TarItem | Buffer)[] {
  return Array.isArray(layer);
}

export function platformObject(platform: string): Readonly<Record<string, string>> {
  const [os = '', architecture = '', variant] = platform.split('/');
  return { os, architecture, ...(variant !== undefined && { variant }) };
}

/** path -> bytes of an OCI layout that holds these images under their names ('' for none). */
export function layoutFiles(images: Readonly<Record<string, BuiltImage>>): Record<string, Buffer> {
  const files: Record<string, Buffer> = {
    'oci-layout': Buffer.from('{"imageLayoutVersion":"1.0.0"}'),
    'index.json': Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        manifests: Object.entries(images).map(([name, { root }]) => ({
          ...root,
          ...(name !== '' && { annotations: { 'org.opencontainers.image.ref.name': name } }),
        })),
      }),
    ),
  };
  for (const { blobs } of Object.values(images)) {
    for (const [digest, bytes] of blobs) files[`blobs/${digest.replace(':', '/')}`] = bytes;
  }
  return files;
}

export function writeFiles(folder: string, files: Readonly<Record<string, Buffer>>): string {
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

export function tarOfFiles(files: Readonly<Record<string, Buffer>>): Buffer {
  return tarOf(Object.entries(files).map(([name, data]) => ({ name, data })));
}

export function writeLayout(folder: string, images: Readonly<Record<string, BuiltImage>>): string {
  return writeFiles(folder, layoutFiles(images));
}

export function writeOciArchive(file: string, images: Readonly<Record<string, BuiltImage>>): string {
  writeFileSync(file, tarOfFiles(layoutFiles(images)));
  return file;
}

/** As an engine before 25 saves it: manifest.json, uncompressed layers, no digests. Names are `name:tag`. */
export function dockerArchiveFiles(images: Readonly<Record<string, PlatformSpec>>): Record<string, Buffer> {
  const files: Record<string, Buffer> = {};
  const list = Object.entries(images).map(([name, spec]) => {
    const built = buildImage({
      platforms: [{ ...spec, compression: 'none' }],
      root: 'manifest',
      mediaTypes: 'docker',
    });
    const manifest: { config: BuiltDescriptor; layers: BuiltDescriptor[] } = JSON.parse(
      Buffer.from(built.blobs.get(built.root.digest) ?? '').toString(),
    );
    const hex = (descriptor: BuiltDescriptor): string => descriptor.digest.slice('sha256:'.length);
    const path = (layer: BuiltDescriptor): string => `${hex(layer)}/layer.tar`;
    files[`${hex(manifest.config)}.json`] = built.blobs.get(manifest.config.digest) ?? Buffer.alloc(0);
    for (const layer of manifest.layers)
      files[path(layer)] = built.blobs.get(layer.digest) ?? Buffer.alloc(0);
    return {
      Config: `${hex(manifest.config)}.json`,
      RepoTags: name === '' ? null : [name],
      Layers: manifest.layers.map(path),
    };
  });
  files['manifest.json'] = Buffer.from(JSON.stringify(list));
  return files;
}

export function writeDockerArchive(file: string, images: Readonly<Record<string, PlatformSpec>>): string {
  writeFileSync(file, tarOfFiles(dockerArchiveFiles(images)));
  return file;
}
