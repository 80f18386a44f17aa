/**
 * The document a reference or an index entry points at (image-spec, image-index.md and manifest.md, and their
 * Docker forms). What it is must be beyond doubt: the media type that was promised, the one written inside and
 * the fields that are there have to agree, because two readers of one digest must see one image (CVE-2021-41190).
 */
import { Failure } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';
import { readDescriptor } from './descriptor.ts';
import { Fields } from './fields.ts';
import type { ImageIndex } from './image-index.ts';
import type { Manifest } from './manifest.ts';
import { isIndex, isManifest, OCI_INDEX, OCI_MANIFEST, isSchema1 } from './media-type.ts';

export type ManifestOrIndex =
  | { readonly kind: 'index'; readonly index: ImageIndex }
  | { readonly kind: 'manifest'; readonly manifest: Manifest };

/**
 * `promises` are the media types of those who led here: the descriptor, the server. `where` names the document
 * in messages. @throws {Failure} E_JSON, E_JSON_AMBIGUOUS, E_AMBIGUOUS_MANIFEST, E_UNSUPPORTED, E_LIMIT
 */
export function parseManifestOrIndex(
  bytes: Uint8Array,
  promises: string | readonly string[],
  where: string,
): ManifestOrIndex {
  const fields = Fields.parse(bytes, where);
  const mediaType = mediaTypeOf(fields, [promises].flat());
  return isIndex(mediaType)
    ? { kind: 'index', index: readIndex(fields, mediaType) }
    : { kind: 'manifest', manifest: readManifest(fields, mediaType) };
}

/** What the document is; without promises its bytes alone say it. @throws {Failure} as {@link parseManifestOrIndex} */
export function mediaTypeOfDocument(bytes: Uint8Array, promises: readonly string[], where: string): string {
  return mediaTypeOf(Fields.parse(bytes, where), promises);
}

function mediaTypeOf(fields: Fields, promises: readonly string[]): string {
  const { where } = fields;
  const kind = kindOf(fields);
  const written = fields.text('mediaType') ?? '';
  const claims = [...new Set(written === '' ? promises : [written, ...promises])];
  const [claim = kind === 'index' ? OCI_INDEX : OCI_MANIFEST, other] = claims;
  if (other !== undefined) {
    throw disagreement(where, `is ${quoted(claim)} for one and ${quoted(other)} for another`);
  }
  if (kind === 'index' ? isIndex(claim) : isManifest(claim)) return claim;
  if (isIndex(claim) || isManifest(claim)) {
    throw disagreement(where, `is called ${claim} but has the fields of the other kind`);
  }
  throw new Failure('E_UNSUPPORTED', `${where}: is ${quoted(claim)}, not an image`, NOT_AN_IMAGE);
}

/** What the document is by the fields it has. */
function kindOf(fields: Fields): 'index' | 'manifest' {
  const { where } = fields;
  const isIndexLike = fields.has('manifests');
  const isManifestLike = fields.has('layers') || fields.has('config');
  const written = fields.text('mediaType') ?? '';
  if (fields.value('schemaVersion') === 1 || fields.has('fsLayers') || isSchema1(written)) {
    throw new Failure(
      'E_UNSUPPORTED',
      `${where}: is a Docker schema 1 manifest, which container engines no longer run`,
      'push the image again with a current builder',
    );
  }
  if (isIndexLike && isManifestLike) {
    throw disagreement(where, 'lists manifests and is a manifest itself, at once');
  }
  if (isIndexLike || isManifestLike) return isIndexLike ? 'index' : 'manifest';
  const what = written === '' ? 'neither an image index nor an image manifest' : quoted(written);
  throw new Failure('E_UNSUPPORTED', `${where}: is ${what}, not an image`, NOT_AN_IMAGE);
}

const NOT_AN_IMAGE = 'name a container image: this is something else that is kept in registries';

function quoted(mediaType: string): string {
  return JSON.stringify(mediaType.slice(0, 120));
}

function readIndex(fields: Fields, mediaType: string): ImageIndex {
  const artifactType = fields.text('artifactType');
  return {
    mediaType,
    manifests: fields.objects('manifests').map(readDescriptor),
    annotations: fields.textMap('annotations'),
    ...(artifactType !== undefined && { artifactType }),
  };
}

function readManifest(fields: Fields, mediaType: string): Manifest {
  const config = fields.object('config');
  if (!config) throw fields.missing('config');
  const layers = fields.objects('layers').map(readDescriptor);
  if (layers.length > LIMITS.layers) {
    throw new Failure(
      'E_LIMIT',
      `${fields.where}: has ${layers.length} layers, more than ${LIMITS.layers}`,
      'build the image with fewer layers: no engine can mount so many',
    );
  }
  const artifactType = fields.text('artifactType');
  const subject = fields.object('subject');
  return {
    mediaType,
    config: readDescriptor(config),
    layers,
    annotations: fields.textMap('annotations'),
    ...(artifactType !== undefined && { artifactType }),
    ...(subject && { subject: readDescriptor(subject) }),
  };
}

function disagreement(where: string, how: string): Failure {
  return new Failure(
    'E_AMBIGUOUS_MANIFEST',
    `${where}: ${how}`,
    'do not trust this image: readers of it disagree about what it is; build and push it again',
  );
}
