import { describe, expect, test } from '@jest/globals';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import type { Digest } from '../../src/oci/digest.ts';
import type { ImageSource } from '../../src/oci/image-source.ts';
import { parseManifestOrIndex } from '../../src/oci/manifest-or-index.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-type.ts';
import { combineDigests } from '../../src/sources/combined-digests.ts';
import { verified } from '../../src/sources/verified.ts';

const A = `sha256:${'a'.repeat(64)}` as const;
const B = `sha256:${'b'.repeat(64)}` as const;
const never = new AbortController().signal;

describe('digests of a matrix build as one image', () => {
  const closed: Digest[] = [];
  const part = (digest: Digest): ImageSource => ({
    name: digest,
    resolve: async (): Promise<Descriptor> => ({
      mediaType: digest === A ? OCI_INDEX : OCI_MANIFEST,
      digest,
      size: digest.length,
      annotations: {},
    }),
    async *open({ digest: asked }) {
      yield Buffer.from(`${digest} has ${asked}`);
    },
    close: async () => void closed.push(digest),
  });

  test('the root is an index over them, with its own size and digest', async () => {
    const source = verified(combineDigests('acme/shop', [A, B], part));
    const root = await source.resolve(never);
    const bytes = await source.readBytes(root, 10_000, never);
    const document = parseManifestOrIndex(bytes, root.mediaType, 'index');
    expect(document).toMatchObject({
      kind: 'index',
      index: {
        manifests: [
          { digest: A, mediaType: OCI_INDEX },
          { digest: B, mediaType: OCI_MANIFEST },
        ],
      },
    });
  });

  test('everything else is read through the first, and all are closed', async () => {
    const source = combineDigests('acme/shop', [A, B], part);
    let text = '';
    for await (const chunk of source.open(await part(B).resolve(never), never)) text += String(chunk);
    expect(text).toBe(`${A} has ${B}`);
    await source.close();
    expect(closed).toEqual([A, B]);
  });
});
