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
import { isIndex, isManifest, OCI_INDEX, OCI_MANIFEST, SCHEMA_1 } from './media-type.ts';

export type ManifestOrIndex =
  | { readonly kind: 'index'; readonly index: ImageIndex }
  | { readonly kind: 'manifest'; readonly manifest: Manifest };

/**
 * `promised` is the media type of the descriptor that led here; `where` names the document in messages.
 * @throws {Failure} E_JSON, E_JSON_AMBIGUOUS, E_AMBIGUOUS_MANIFEST, E_UNSUPPORTED, E_LIMIT
 */
export function parseManifestOrIndex(bytes: Uint8Array, promised: string, where: string): ManifestOrIndex {
  const fields = Fields.parse(bytes, where);
  const mediaType = mediaTypeOf(fields);
  if (mediaType !== promised) {
    throw disagreement(where, `is ${mediaType} but was promised as ${promised}`);
  }
  return isIndex(mediaType)
    ? { kind: 'index', index: readIndex(fields, mediaType) }
    : { kind: 'manifest', manifest: readManifest(fields, mediaType) };
}

/** What the document is, where only its bytes can say (files, and servers that answer `application/json`). */
export function sniffMediaType(bytes: Uint8Array, where: string): string {
  return mediaTypeOf(Fields.parse(bytes, where));
}

function mediaTypeOf(fields: Fields): string {
  const { where } = fields;
  const written = fields.text('mediaType');
  const listsManifests = fields.has('manifests');
  const listsLayers = fields.has('layers') || fields.has('config');
  if (
    fields.integer('schemaVersion') === 1 ||
    fields.has('fsLayers') ||
    SCHEMA_1.some((one) => one === written)
  ) {
    throw new Failure(
      'E_UNSUPPORTED',
      `${where}: is a Docker schema 1 manifest, which container engines no longer run`,
      'push the image again with a current builder',
    );
  }
  if (listsManifests && listsLayers) {
    throw disagreement(where, 'lists manifests and is a manifest itself, at once');
  }
  if (written === undefined || written === '') {
    if (listsManifests) return OCI_INDEX;
    if (listsLayers) return OCI_MANIFEST;
  } else if (isIndex(written) ? !listsLayers : isManifest(written) && !listsManifests) {
    return written;
  } else if (isIndex(written) || isManifest(written)) {
    throw disagreement(where, `calls itself ${written} but has the fields of the other kind`);
  }
  throw new Failure(
    'E_UNSUPPORTED',
    `${where}: is ${written === undefined ? 'neither an image index nor an image manifest' : `"${written.slice(0, 120)}", not an image`}`,
    'name a container image: this is something else that is kept in registries',
  );
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
