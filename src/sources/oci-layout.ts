/**
 * An OCI image layout (image-spec, image-layout.md), in a folder or in a tar: which image of its index.json is
 * meant, and its blobs. Blobs are read by digest only, so no document chooses a path.
 */
import { Failure } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { shortDigest, type Digest } from '../oci/digest.ts';
import { Fields } from '../oci/fields.ts';
import type { ImageSource } from '../oci/image-source.ts';
import type { PathReference } from '../oci/reference.ts';
import { openDirectoryTree } from './directory-tree.ts';
import type { FileTree } from './file-tree.ts';
import { chooseImage, rootOf } from './layout-index.ts';

export function openOciLayout(reference: PathReference): ImageSource {
  return sourceOfLayout(reference, () => openDirectoryTree(reference.path, reference.text));
}

/** The tree is opened when the source is first asked for something. */
export function sourceOfLayout(
  reference: PathReference,
  openTree: (signal: AbortSignal) => Promise<FileTree>,
): ImageSource {
  let opened: Promise<FileTree> | undefined;
  const tree = (signal: AbortSignal): Promise<FileTree> => (opened ??= openTree(signal));
  return {
    name: reference.text,
    resolve: async (signal) => resolveInLayout(await tree(signal), reference),
    async *open(descriptor, signal) {
      yield* openBlob(await tree(signal), descriptor, signal);
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

/** @throws {Failure} E_NOT_FOUND, E_AMBIGUOUS_REFERENCE, E_UNSUPPORTED, E_JSON … */
export async function resolveInLayout(tree: FileTree, reference: PathReference): Promise<Descriptor> {
  await requireLayout(tree);
  const bytes = await tree.read('index.json', LIMITS.manifestBytes);
  return chooseImage(bytes, reference, {
    name: tree.name,
    readBlob: async (digest) => {
      const exists = (await tree.sizeOf(blobPath(digest))) !== null;
      return exists ? tree.read(blobPath(digest), LIMITS.manifestBytes) : null;
    },
  });
}

export async function* openBlob(
  tree: FileTree,
  descriptor: Descriptor,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const path = blobPath(descriptor.digest);
  yield* tree.stream((await tree.sizeOf(path)) === null ? await otherPath(tree, descriptor) : path, signal);
}

/** An index.json that is itself the image has no blob. @throws {Failure} E_NOT_FOUND, E_FOREIGN_LAYER */
async function otherPath(tree: FileTree, descriptor: Descriptor): Promise<string> {
  const indexJson = await tree.read('index.json', LIMITS.manifestBytes);
  if (rootOf(indexJson, descriptor.mediaType).digest === descriptor.digest) return 'index.json';
  throw new Failure(
    descriptor.urls ? 'E_FOREIGN_LAYER' : 'E_NOT_FOUND',
    `${tree.name} has no blob ${shortDigest(descriptor.digest)} (${descriptor.mediaType})`,
    'copy the image with all its platforms; an engine saves only those it has: pull the others (docker pull --platform …), or name the wanted ones (platforms)',
  );
}

function blobPath(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}

async function requireLayout(tree: FileTree): Promise<void> {
  if ((await tree.sizeOf('oci-layout')) === null || (await tree.sizeOf('index.json')) === null) {
    throw new Failure(
      'E_NOT_FOUND',
      `${tree.name} is not an OCI image layout: it has no oci-layout or no index.json`,
      'name a folder or archive written with --output type=oci, skopeo copy … oci: or the like',
    );
  }
  const fields = Fields.parse(
    await tree.read('oci-layout', LIMITS.manifestBytes),
    `${tree.name}: oci-layout`,
  );
  const version = fields.text('imageLayoutVersion') ?? '';
  if (!/^1\.\d+\.\d+$/.test(version)) {
    throw new Failure(
      'E_UNSUPPORTED',
      `${tree.name} has the layout version "${version.slice(0, 40)}"`,
      'write it with version 1.0.0',
    );
  }
}
