/**
 * What `docker save` and `buildx --output type=docker` write (Docker image specification v1.2, manifest.json).
 * Old engines write manifest.json only: there is no manifest in it, so one is made from the config and the layers.
 * Engines since 25 and buildx write an OCI layout beside manifest.json: that is read, and both must name the
 * same image, because older and newer engines load one or the other.
 */
import { Failure } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { isDigest, shortDigest, type Digest } from '../oci/digest.ts';
import { Fields } from '../oci/fields.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { parseJson } from '../oci/json.ts';
import { parseManifestOrIndex } from '../oci/manifest-or-index.ts';
import type { PathReference } from '../oci/reference.ts';
import type { FileTree } from './file-tree.ts';
import { sameName } from './layout-index.ts';
import { makeManifest, type MadeManifest, type SavedImage } from './made-manifest.ts';
import { openBlob, resolveInLayout } from './oci-layout.ts';
import { openTarTree } from './tar-tree.ts';

interface Opened {
  readonly tree: FileTree;
  readonly root: Descriptor;
  /** null: the archive has an OCI layout, blobs are where their digest says. */
  readonly made: MadeManifest | null;
}

export function openDockerArchive(reference: PathReference): ImageSource {
  return sourceOfDockerArchive(reference, (signal) => openTarTree(reference.path, reference.text, signal));
}

export function sourceOfDockerArchive(
  reference: PathReference,
  openTree: (signal: AbortSignal) => Promise<FileTree>,
): ImageSource {
  let tree: Promise<FileTree> | undefined;
  let opened: Promise<Opened> | undefined;
  const open = async (signal: AbortSignal): Promise<Opened> => {
    tree ??= openTree(signal);
    return (opened ??= openArchive(await tree, reference));
  };
  return {
    name: reference.text,
    resolve: async (signal) => (await open(signal)).root,
    async *open(descriptor, signal) {
      const { tree, made } = await open(signal);
      const path = made?.paths.get(descriptor.digest);
      if (!made) {
        yield* openBlob(tree, descriptor, signal);
      } else if (descriptor.digest === made.root.digest) {
        yield made.bytes;
      } else if (path !== undefined) {
        yield* tree.stream(path, signal);
      } else {
        throw notThere(`a blob ${shortDigest(descriptor.digest)}`, reference.text, []);
      }
    },
    close: async () => (await tree?.catch(() => undefined))?.close(),
  };
}

async function openArchive(tree: FileTree, reference: PathReference): Promise<Opened> {
  const saved = await readSavedImages(tree);
  const hasLayout = (await tree.sizeOf('oci-layout')) !== null && (await tree.sizeOf('index.json')) !== null;
  if (hasLayout) {
    const root = await resolveInLayout(tree, reference);
    await requireSameImage(tree, root, chooseSaved(saved, reference));
    return { tree, root, made: null };
  }
  if (saved.length === 0) {
    const hasList = (await tree.sizeOf('manifest.json')) !== null;
    throw new Failure(
      'E_NOT_FOUND',
      hasList
        ? `${tree.name} holds no image: its manifest.json lists none`
        : `${tree.name} is not an image archive: it has no manifest.json`,
      hasList
        ? 'save the image again, and name it: docker save -o FILE IMAGE'
        : 'name what docker save wrote; docker export writes a file system without an image',
    );
  }
  const [image, ...others] = chooseSaved(saved, reference);
  if (!image) throw notThere(`an image ${reference.tag ?? reference.digest ?? ''}`, tree.name, saved);
  if (others.length > 0) {
    throw new Failure(
      'E_AMBIGUOUS_REFERENCE',
      `${tree.name} holds ${others.length + 1} images: ${choices(saved)}`,
      'choose one: add :NAME:TAG after the path',
    );
  }
  const made = await makeManifest(tree, image);
  return { tree, root: made.root, made };
}

async function readSavedImages(tree: FileTree): Promise<readonly SavedImage[]> {
  if ((await tree.sizeOf('manifest.json')) === null) return [];
  const where = `${tree.name}: manifest.json`;
  const list = parseJson(await tree.read('manifest.json', LIMITS.manifestBytes), where);
  const items = Array.isArray(list) ? list : [list];
  return items.map((item, index) => {
    const fields = new Fields(item, `${where}[${index}]`);
    const config = fields.text('Config');
    if (config === undefined) throw fields.missing('Config');
    return { config, names: fields.texts('RepoTags') ?? [], layers: fields.texts('Layers') ?? [] };
  });
}

function chooseSaved(saved: readonly SavedImage[], { tag, digest }: PathReference): readonly SavedImage[] {
  const fitting = saved.filter((image) => {
    if (digest !== undefined) return configDigest(image) === digest;
    return tag === undefined || image.names.some((name) => sameName(name, tag));
  });
  return [...new Map(fitting.map((image) => [image.config, image])).values()];
}

/** `HEX.json` in old archives, `blobs/sha256/HEX` in new ones. */
function configDigest({ config }: SavedImage): Digest | null {
  const [, hex = ''] = /([0-9a-f]{64})(?:\.json)?$/.exec(config) ?? [];
  const digest = `sha256:${hex}`;
  return isDigest(digest) ? digest : null;
}

async function requireSameImage(
  tree: FileTree,
  root: Descriptor,
  saved: readonly SavedImage[],
): Promise<void> {
  const configs = await configsUnder(tree, root, 0);
  const stranger = saved.find((image) => !configs.includes(configDigest(image)));
  if (!stranger || saved.length > 1) return;
  throw new Failure(
    'E_AMBIGUOUS_MANIFEST',
    `${tree.name}: index.json and manifest.json name different images, and engines load one or the other`,
    'write the archive again with docker save or buildx',
  );
}

async function configsUnder(
  tree: FileTree,
  descriptor: Descriptor,
  depth: number,
): Promise<readonly (Digest | null)[]> {
  const path = `blobs/${descriptor.digest.replace(':', '/')}`;
  if (depth > LIMITS.indexDepth || (await tree.sizeOf(path)) === null) return [];
  const bytes = await tree.read(path, LIMITS.manifestBytes);
  const document = parseManifestOrIndex(
    bytes,
    descriptor.mediaType,
    `${tree.name}: ${shortDigest(descriptor.digest)}`,
  );
  if (document.kind === 'manifest') return [document.manifest.config.digest];
  const children = document.index.manifests.slice(0, LIMITS.manifests);
  return (await Promise.all(children.map((child) => configsUnder(tree, child, depth + 1)))).flat();
}

function choices(saved: readonly SavedImage[]): string {
  return saved
    .map(({ names, config }) => names[0] ?? config)
    .slice(0, 10)
    .join(', ');
}

function notThere(what: string, where: string, saved: readonly SavedImage[]): Failure {
  const others = saved.length === 0 ? '' : `; it holds ${choices(saved)}`;
  return new Failure(
    'E_NOT_FOUND',
    `${where} has not ${what}${others}`,
    'save the image again, or choose one that is there',
  );
}
