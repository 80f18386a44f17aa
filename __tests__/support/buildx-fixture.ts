/** Real images written by buildx (`__tests__/fixtures/buildx`), opened just far enough to ask where their files come from. */
import { readFileSync } from 'node:fs';
import { listLayer } from '../../src/layers/list-layer.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { type ImageConfig, NO_PROCESS } from '../../src/oci/image-config.ts';
import { parsePlatform, samePlatform } from '../../src/oci/platform.ts';
import type { LayerListing } from '../../src/rootfs/layer-listing.ts';
import { RootFs } from '../../src/rootfs/rootfs.ts';

export const FIXTURES = '__tests__/fixtures/buildx';

export interface FixtureImage {
  readonly layers: readonly Digest[];
  readonly config: ImageConfig;
  /** The attestation's text; null when there is none. */
  readonly provenance: string | null;
  readonly rootfs: RootFs;
}

/** What these files are known to hold. */
interface WireDescriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}
interface WireIndex {
  readonly manifests?: readonly WireDescriptor[];
}
interface WireManifest {
  readonly config: WireDescriptor;
  readonly layers: readonly WireDescriptor[];
}
interface WireConfig {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly config: { readonly [field: string]: string[] | undefined } & {
    User?: string;
    WorkingDir?: string;
  };
  readonly history: readonly { created_by?: string; comment?: string; empty_layer?: boolean }[];
  readonly rootfs: { readonly diff_ids: readonly Digest[] };
}

/** @param platform as `linux/arm64` */
export async function openFixture(name: string, platform: string): Promise<FixtureImage> {
  const files = untar(readFileSync(`${FIXTURES}/${name}.oci.tar`));
  const blob = (digest: Digest): Buffer => member(files, `blobs/${digest.replace(':', '/')}`);
  const readManifest = (digest: Digest): WireManifest => JSON.parse(blob(digest).toString('utf8'));
  const index: WireIndex = JSON.parse(member(files, 'index.json').toString('utf8'));
  const top = first(index.manifests);
  const root: WireIndex = JSON.parse(blob(top.digest).toString('utf8'));
  const wanted = parsePlatform(platform);
  const image =
    root.manifests?.find((entry) => entry.platform && samePlatform(entry.platform, wanted)) ?? top;
  const attestation = root.manifests?.find(
    ({ annotations }) => annotations?.['vnd.docker.reference.digest'] === image.digest,
  );
  const { config, layers } = readManifest(image.digest);
  const wire: WireConfig = JSON.parse(blob(config.digest).toString('utf8'));
  const listings: LayerListing[] = [];
  for (const [index, descriptor] of layers.entries()) {
    const layer = { ...descriptor, platform: { os: '', architecture: '' }, annotations: {} };
    const diffId = wire.rootfs.diff_ids[index] ?? 'sha256:';
    listings.unshift(await listLayer({ descriptor: layer, diffId }, chunks(blob(descriptor.digest))));
  }
  return {
    layers: layers.map(({ digest }) => digest),
    config: configOf(wire),
    provenance:
      attestation === undefined
        ? null
        : blob(first(readManifest(attestation.digest).layers).digest).toString('utf8'),
    rootfs: RootFs.of(listings),
  };
}

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function configOf({ os, architecture, variant, config, history, rootfs }: WireConfig): ImageConfig {
  return {
    platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
    diffIds: rootfs.diff_ids,
    history: history.map((entry) => ({
      createdBy: entry.created_by ?? '',
      comment: entry.comment ?? '',
      emptyLayer: entry.empty_layer === true,
    })),
    process: {
      ...NO_PROCESS,
      user: config.User ?? '',
      workingDir: config.WorkingDir ?? '',
      entrypoint: config['Entrypoint'] ?? null,
      cmd: config['Cmd'] ?? null,
      env: config['Env'] ?? [],
    },
    labels: {},
  };
}

/** Name and bytes of each member of a plain tar. */
export function untar(tar: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; at + 512 <= tar.length;) {
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    if (name === '') break;
    const size = Number.parseInt(tar.toString('utf8', at + 124, at + 136), 8);
    files.set(name, tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

function member(files: ReadonlyMap<string, Buffer>, name: string): Buffer {
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`the fixture has no ${name}`);
  return bytes;
}

function first<T>(list: readonly T[] | undefined): T {
  const [item] = list ?? [];
  if (item === undefined) throw new Error('the fixture has an empty list');
  return item;
}
