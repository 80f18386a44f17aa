import { expect, test } from '@jest/globals';
import { layerMediaType } from '../../src/rules/layer-media-type.ts';
import { entry, imageFacts, says } from '../support/image-facts.ts';

const DOCKER = 'application/vnd.docker.distribution.manifest.v2+json';
const OCI = 'application/vnd.oci.image.manifest.v1+json';

test.each([
  [DOCKER, 'application/vnd.docker.image.rootfs.diff.tar.zstd', true],
  [DOCKER, 'application/vnd.oci.image.layer.v1.tar+zstd', true],
  [DOCKER, 'application/vnd.docker.image.rootfs.diff.tar.gzip', false],
  [OCI, 'application/vnd.oci.image.layer.v1.tar+zstd', false],
])('%s with %s: %s', (manifestType, layerType, wrong) => {
  const said = says(layerMediaType, imageFacts({ entries: [entry({ manifestType, layerType })] }));
  expect(said).toEqual(wrong ? ['error: {platforms} {has|have} zstd layers under a Docker manifest'] : []);
});
