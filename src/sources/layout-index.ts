import { createHash } from 'node:crypto';
import { Failure } from '../base/failure.ts';
import { readDescriptor, type Descriptor } from '../oci/descriptor.ts';
import { shortDigest, type Digest } from '../oci/digest.ts';
import { Fields } from '../oci/fields.ts';
import { mediaTypeOfDocument } from '../oci/manifest-or-index.ts';
import { OCI_INDEX } from '../oci/media-type.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { PathReference } from '../oci/reference.ts';

const REF_NAME = 'org.opencontainers.image.ref.name';
/** The full name, as containerd, buildx and newer engines write it. */
const CONTAINERD_NAME = 'io.containerd.image.name';

/**
 * Which image of a layout is meant. Without a choice there must be one only; an index.json that lists platforms
 * without names is itself the image. @throws {Failure} E_NOT_FOUND, E_AMBIGUOUS_REFERENCE, E_JSON …
 */
export async function chooseImage(
  indexJson: Uint8Array,
  reference: PathReference,
  layout: { readonly name: string; readonly readBlob: (digest: Digest) => Promise<Uint8Array | null> },
): Promise<Descriptor> {
  const fields = Fields.parse(indexJson, `${layout.name}: index.json`);
  const listed = fields.objects('manifests').map(readDescriptor);
  if (reference.digest !== undefined) return findDigest(listed, reference.digest, layout);
  const { tag } = reference;
  const fitting =
    tag === undefined ? listed : listed.filter((one) => namesOf(one).some((name) => sameName(name, tag)));
  const images = distinct(fitting);
  const [only] = images;
  if (!only) throw notFound(layout.name, tag, listed);
  if (images.length === 1) return withoutPlatform(only);
  if (tag === undefined && listed.every((one) => one.platform && namesOf(one).length === 0)) {
    return rootOf(indexJson, OCI_INDEX);
  }
  throw new Failure(
    'E_AMBIGUOUS_REFERENCE',
    `${layout.name} holds ${images.length} images: ${listChoices(images)}`,
    `choose one: add :NAME or @DIGEST after the path`,
  );
}

/** A digest may also name what no entry lists, for example one platform of an image. */
async function findDigest(
  listed: readonly Descriptor[],
  digest: Digest,
  layout: { readonly name: string; readonly readBlob: (digest: Digest) => Promise<Uint8Array | null> },
): Promise<Descriptor> {
  const entry = listed.find((one) => one.digest === digest);
  if (entry) return withoutPlatform(entry);
  const bytes = await layout.readBlob(digest);
  if (!bytes) throw notFound(layout.name, shortDigest(digest), listed);
  return {
    ...rootOf(bytes, mediaTypeOfDocument(bytes, [], `${layout.name}: ${shortDigest(digest)}`)),
    digest,
  };
}

/** The descriptor of a document that nothing describes. */
export function rootOf(bytes: Uint8Array, mediaType: string): Descriptor {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const;
  return { mediaType, digest, size: bytes.length, annotations: {} };
}

/** Writers put the platform of their own machine there, whatever the image is for; only an image index speaks of platforms. */
function withoutPlatform(descriptor: Descriptor): Descriptor {
  const { platform: _, ...rest } = descriptor;
  return rest;
}

function namesOf({ annotations }: Descriptor): readonly string[] {
  return [annotations[REF_NAME] ?? '', annotations[CONTAINERD_NAME] ?? ''].filter((name) => name !== '');
}

/** `shop:1` is how people write `docker.io/library/shop:1`. */
export function sameName(name: string, asked: string): boolean {
  return [asked, `docker.io/${asked}`, `docker.io/library/${asked}`].some(
    (one) => one === name || `${one}:latest` === name,
  );
}

function distinct(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  return [...new Map(descriptors.map((one) => [one.digest, one])).values()];
}

function listChoices(images: readonly Descriptor[]): string {
  const shown = images.slice(0, 10).map((one) => {
    const platform = one.platform ? ` (${formatPlatform(one.platform)})` : '';
    return `${namesOf(one)[0] ?? one.digest}${platform}`;
  });
  return images.length > shown.length
    ? `${shown.join(', ')} and ${images.length - shown.length} more`
    : shown.join(', ');
}

function notFound(name: string, asked: string | undefined, listed: readonly Descriptor[]): Failure {
  if (listed.length === 0)
    return new Failure('E_NOT_FOUND', `${name} holds no image`, 'build it again with --output type=oci');
  return new Failure(
    'E_NOT_FOUND',
    `${name} has no image ${asked ?? ''}; it holds ${listChoices(listed)}`,
    'choose one of these',
  );
}
