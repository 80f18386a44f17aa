import { formatPlatform } from '../oci/platform.ts';
import { indexRule } from './rule.ts';

export const unexpectedIndex = indexRule({
  id: 'unexpected-index',
  title: 'The image is an index, where a single image was asked for',
  severity: 'error',
  what: 'The reference points at an image index (Docker: manifest list), and `forbid-index` is on: whoever takes the image takes the manifest of a single one only.',
  why: 'AWS Lambda refuses an index: `The image manifest, config or layer media type for the source image is not supported`. A build for one platform becomes one without a word, since `docker buildx build` attaches a provenance attestation by default: then an index holds the image and, under the platform `unknown/unknown`, the attestation.',
  fix: 'Build one platform with `provenance: false` and `sbom: false` (`docker buildx build --provenance=false --sbom=false`), and give each platform a tag of its own.',
  *examine({ index, isIndex, root, entries, attestations }) {
    if (index === 'any' || !isIndex) return;
    const platforms = entries.map(({ platform }) =>
      platform === null ? 'no platform' : formatPlatform(platform),
    );
    const attested = attestations === 1 ? '1 build attestation' : `${attestations} build attestations`;
    const beside = attestations === 0 ? '' : ` and ${attested}`;
    yield {
      title: 'the reference points at an index, not at a single image',
      message: `A single image was asked for; ${root.digest} is an index (${root.mediaType}) of ${platforms.join(', ')}${beside}.`,
      ...fixOf(platforms.length, attestations),
      evidence: { mediaType: root.mediaType, platforms, attestations },
    };
  },
});

function fixOf(images: number, attestations: number): { readonly fix?: string } {
  if (images > 1) return { fix: 'push the image of each platform under a tag of its own' };
  if (attestations === 0) return {};
  return {
    fix: 'build with `provenance: false` and `sbom: false`: without an attestation the image needs no index',
  };
}
