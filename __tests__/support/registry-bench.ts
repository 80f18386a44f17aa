import { LIMITS } from '../../src/base/limits.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { parseManifestOrIndex } from '../../src/oci/manifest-or-index.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { openSource } from '../../src/sources/index.ts';
import type { SourceHost } from '../../src/sources/source-host.ts';
import { verified } from '../../src/sources/verified.ts';
import { buildImage, type BuiltImage } from './image-builder.ts';
import { never } from './source-host.ts';

/** One platform, one layer: two manifests, a config, a layer. */
export const SMALL_IMAGE: BuiltImage = buildImage({
  platforms: [
    { platform: 'linux/arm64', config: { Entrypoint: ['/server'] }, layers: [{ server: 'x'.repeat(3_000) }] },
  ],
});

/** Reads every byte of an image as the program does, and gives the layers' bytes. @throws {Failure} */
export async function pull(reference: string, host: SourceHost, signal = never()): Promise<Buffer> {
  const source = verified(openSource(parseReference(reference), host));
  const layers: Buffer[] = [];
  const read = async (descriptor: Descriptor): Promise<void> => {
    const bytes = await source.readBytes(descriptor, LIMITS.manifestBytes, signal);
    const document = parseManifestOrIndex(bytes, descriptor.mediaType, descriptor.digest);
    if (document.kind === 'index') {
      for (const manifest of document.index.manifests) await read(manifest);
      return;
    }
    await source.readBytes(document.manifest.config, LIMITS.configBytes, signal);
    for (const layer of document.manifest.layers) {
      for await (const chunk of source.stream(layer, signal)) layers.push(Buffer.from(chunk));
    }
  };
  try {
    await read(await source.resolve(signal));
    return Buffer.concat(layers);
  } finally {
    await source.close();
  }
}

/** The layers' bytes of a built image, to compare with. */
export function layerBytes(image: BuiltImage): Buffer {
  return Buffer.concat(
    image.manifests.flatMap(({ digest }) => {
      const manifest: { layers: { digest: `sha256:${string}` }[] } = JSON.parse(
        image.blobs.get(digest)?.toString() ?? '{}',
      );
      return manifest.layers.map((layer) => image.blobs.get(layer.digest) ?? Buffer.of());
    }),
  );
}
