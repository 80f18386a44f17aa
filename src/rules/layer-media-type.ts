import { indexRule } from './rule.ts';

const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

export const layerMediaType = indexRule({
  id: 'layer-media-type',
  title: 'A layer has a media type that its manifest format does not have',
  severity: 'error',
  what: 'A zstd layer stands in a Docker schema 2 manifest. Docker never defined zstd for its own media types; only OCI manifests have it.',
  why: 'Runtimes answer `unsupported media type application/vnd.docker.image.rootfs.diff.tar.zstd` or `invalid tar header` when they pull the image.',
  fix: 'Build with `oci-mediatypes=true` (`--output type=image,oci-mediatypes=true,compression=zstd`), or leave the compression at gzip.',
  *examine({ entries }) {
    for (const { image, platform } of entries) {
      if (image === null || image.manifest.mediaType !== DOCKER_MANIFEST) continue;
      const wrong = image.manifest.layers.filter(({ mediaType }) => mediaType.endsWith('zstd'));
      const [first] = wrong;
      if (first === undefined) continue;
      yield {
        ...(platform === null ? {} : { platforms: [platform] }),
        title: '{platforms} {has|have} zstd layers under a Docker manifest',
        message: `${wrong.length} of ${image.manifest.layers.length} layers have the media type ${first.mediaType} in a manifest of type ${DOCKER_MANIFEST}.`,
        runtimeError: `unsupported media type ${first.mediaType}`,
        evidence: { manifest: DOCKER_MANIFEST, layers: wrong.map(({ digest }) => digest) },
      };
    }
  },
});
