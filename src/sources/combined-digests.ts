/**
 * Several manifests or indexes of one repository as one image: what `docker buildx imagetools create` would make of a
 * matrix build's digests, before it moves a tag. The index exists in this process only; its digest is nobody's.
 */
import type { Digest } from '../oci/digest.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { OCI_INDEX } from '../oci/media-type.ts';
import { rootOf } from './layout-index.ts';

/** `open` gives the source of one digest; content is read through the first, which holds the whole repository. */
export function combineDigests(
  name: string,
  digests: readonly [Digest, ...Digest[]],
  open: (digest: Digest) => ImageSource,
): ImageSource {
  const parts = digests.map(open);
  const first = parts[0] ?? open(digests[0]);
  let index: Promise<{ readonly root: Descriptor; readonly bytes: Uint8Array }> | undefined;

  async function combine(
    signal: AbortSignal,
  ): Promise<{ readonly root: Descriptor; readonly bytes: Uint8Array }> {
    const roots = await Promise.all(parts.map((part) => part.resolve(signal)));
    const bytes = indexOver(roots);
    return { root: rootOf(bytes, OCI_INDEX), bytes };
  }

  return {
    name,
    resolve: async (signal) => (await (index ??= combine(signal))).root,
    async *open(descriptor, signal) {
      const { root, bytes } = await (index ??= combine(signal));
      if (descriptor.digest === root.digest) yield bytes;
      else yield* first.open(descriptor, signal);
    },
    close: async () => {
      await Promise.all(parts.map((part) => part.close()));
    },
  };
}

/** An index of indexes: readers follow it down to the platforms (image-spec, image-index.md). */
export function indexOver(roots: readonly Descriptor[]): Uint8Array {
  const manifests = roots.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
}
