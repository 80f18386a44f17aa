/**
 * From the root descriptor to the platform images under it: indexes are followed (nested ones too, with bounds),
 * build attestations are set apart, every manifest and config is parsed. An entry that cannot be read is kept with
 * its failure, so that the others are still judged.
 */
import { Failure, recordOf } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { shortDigest } from '../oci/digest.ts';
import { parseImageConfig } from '../oci/image-config.ts';
import type { ImageIndex } from '../oci/image-index.ts';
import { type ManifestOrIndex, parseManifestOrIndex } from '../oci/manifest-or-index.ts';
import type { Manifest } from '../oci/manifest.ts';
import { isImageConfig, isTarLayer } from '../oci/media-type.ts';
import { type Platform, samePlatform } from '../oci/platform.ts';
import type { IndexEntry, PlatformImage } from '../rules/facts.ts';

/** What is needed of a source here; size and digest of what it returns are verified. */
export interface ManifestReader {
  readBytes(descriptor: Descriptor, limit: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** An attestation manifest of BuildKit: about the image with the digest `subject`. */
export interface Attestation {
  readonly descriptor: Descriptor;
  readonly subject: string;
  readonly manifest: Manifest;
}

export interface PlatformImages {
  readonly root: Descriptor;
  readonly isIndex: boolean;
  readonly entries: readonly IndexEntry[];
  /** Indexes below the root. */
  readonly nested: readonly Descriptor[];
  readonly attestations: readonly Attestation[];
  /** Signatures, SOCI indexes and the like that lie in the index: nothing is started from them. */
  readonly artifacts: readonly Descriptor[];
}

/** @throws {Failure} when the root itself cannot be read; what is below it fails entry by entry. */
export async function readPlatformImages(
  reader: ManifestReader,
  root: Descriptor,
  signal: AbortSignal,
): Promise<PlatformImages> {
  const walk = new Walk(reader, signal);
  const document = await walk.document(root);
  const isIndex = document.kind === 'index';
  const found = isIndex
    ? await walk.children(document.index, 1)
    : [await walk.image(root, document.manifest)];
  const isApart = (item: Found, at: number): boolean =>
    'artifact' in item && isPassedOver(item.artifact, found.slice(0, at));
  return {
    root,
    isIndex,
    entries: found.flatMap((item, at) => (isApart(item, at) ? [] : entriesOf(item))),
    nested: walk.nested,
    attestations: found.filter((item) => 'subject' in item),
    artifacts: found.flatMap((item, at) => (isApart(item, at) ? entriesOf(item) : [])).map(descriptorOf),
  };
}

type Found = IndexEntry | Attestation | Artifact;

/** An entry that says itself that it is no image, and that is none. */
interface Artifact {
  readonly artifact: IndexEntry;
}

function entriesOf(item: Found): readonly IndexEntry[] {
  if ('artifact' in item) return [item.artifact];
  return 'platform' in item ? [item] : [];
}

function descriptorOf({ descriptor }: IndexEntry): Descriptor {
  return descriptor;
}

/** Runtimes take the first entry for their platform. Where that is the artifact, nothing starts there. */
function isPassedOver({ descriptor: { platform } }: IndexEntry, earlier: readonly Found[]): boolean {
  if (platform === undefined || isUnknown(platform)) return true;
  return earlier.some(
    (item) => 'image' in item && item.image !== null && samePlatform(item.image.platform, platform),
  );
}

class Walk {
  readonly #reader: ManifestReader;
  readonly #signal: AbortSignal;
  readonly nested: Descriptor[] = [];
  #entries = 0;

  constructor(reader: ManifestReader, signal: AbortSignal) {
    this.#reader = reader;
    this.#signal = signal;
  }

  async document(descriptor: Descriptor): Promise<ManifestOrIndex> {
    const bytes = await this.#reader.readBytes(descriptor, LIMITS.manifestBytes, this.#signal);
    return parseManifestOrIndex(
      bytes,
      descriptor.mediaType,
      `the manifest ${shortDigest(descriptor.digest)}`,
    );
  }

  /**
   * Everything below an index, in its order. Entries count as often as they are listed, because an index can name the
   * same index many times at every level; too many are a failure of the whole image.
   */
  async children(index: ImageIndex, depth: number): Promise<Found[]> {
    if (depth > LIMITS.indexDepth) {
      throw new Failure(
        'E_LIMIT',
        `indexes are nested deeper than ${LIMITS.indexDepth}`,
        'publish one flat index',
      );
    }
    this.#entries += index.manifests.length;
    if (this.#isOverLimit()) {
      throw new Failure(
        'E_LIMIT',
        `the index lists more than ${LIMITS.manifests} manifests`,
        'check its parts one by one',
      );
    }
    const nested = await Promise.all(index.manifests.map((descriptor) => this.#child(descriptor, depth)));
    return nested.flat();
  }

  #isOverLimit(): boolean {
    return this.#entries > LIMITS.manifests;
  }

  async #child(descriptor: Descriptor, depth: number): Promise<Found[]> {
    try {
      const document = await this.document(descriptor);
      if (document.kind === 'index') {
        this.nested.push(descriptor);
        return await this.children(document.index, depth + 1);
      }
      if (isAttestation(descriptor)) return [attestationOf(descriptor, document.manifest)];
      if (isArtifact(document.manifest)) return [{ artifact: artifactEntry(descriptor, document.manifest) }];
      if (isUnknown(descriptor.platform)) throw notAnAttestation(descriptor);
      return [await this.image(descriptor, document.manifest)];
    } catch (error) {
      if (!(error instanceof Failure) || this.#isOverLimit()) throw error;
      // An engine that pulled the image has no attestations, and nothing starts from one.
      if (isAttestation(descriptor) && error.code === 'E_NOT_FOUND') return [];
      return [{ descriptor, platform: descriptor.platform ?? null, image: null, failure: recordOf(error) }];
    }
  }

  async image(descriptor: Descriptor, manifest: Manifest): Promise<IndexEntry> {
    const where = whereOf(descriptor);
    if (!isImageConfig(manifest.config.mediaType)) {
      throw notAnImage(where, manifest.artifactType ?? manifest.config.mediaType);
    }
    const bytes = await this.#reader.readBytes(manifest.config, LIMITS.configBytes, this.#signal);
    const config = parseImageConfig(bytes, `the config ${shortDigest(manifest.config.digest)}`);
    if (config.diffIds.length !== manifest.layers.length) {
      const other = manifest.layers.find(({ mediaType }) => !isTarLayer(mediaType));
      if (other !== undefined) throw notAnImage(where, other.mediaType);
      throw new Failure(
        'E_JSON',
        `${where} lists ${manifest.layers.length} layers, its config ${config.diffIds.length} diffIDs`,
        'build and push the image again: no runtime unpacks it as it is',
      );
    }
    const claimed = descriptor.platform ?? null;
    const platform = claimed ?? config.platform;
    const image: PlatformImage = { platform, claimed, descriptor, manifest, config };
    return { descriptor, platform, image, failure: null };
  }
}

function whereOf({ digest }: Descriptor): string {
  return `the manifest ${shortDigest(digest)}`;
}

/** Named as such, with a config that is no image's and without a file system. */
function isArtifact({ artifactType, config, layers }: Manifest): boolean {
  const isNamed = artifactType !== undefined && artifactType !== '';
  return (
    isNamed && !isImageConfig(config.mediaType) && !layers.some(({ mediaType }) => isTarLayer(mediaType))
  );
}

function artifactEntry(descriptor: Descriptor, { artifactType = '' }: Manifest): IndexEntry {
  const failure = recordOf(notAnImage(whereOf(descriptor), artifactType));
  return { descriptor, platform: descriptor.platform ?? null, image: null, failure };
}

/** A chart, a signature, a module: some of them say that their config is that of an image. */
function notAnImage(where: string, type: string): Failure {
  const hint = 'give the reference of an image';
  return new Failure('E_UNSUPPORTED', `${where} is not a container image but "${type}"`, hint);
}

/** No host selects `unknown/unknown`, so an attestation can never be started by mistake. */
function isAttestation({ annotations, platform }: Descriptor): boolean {
  return annotations['vnd.docker.reference.type'] === 'attestation-manifest' && isUnknown(platform);
}

function isUnknown(platform: Platform | undefined): boolean {
  return platform?.os === 'unknown' || platform?.architecture === 'unknown';
}

function attestationOf(descriptor: Descriptor, manifest: Manifest): Attestation {
  const stranger = manifest.layers.find(({ mediaType }) => mediaType !== 'application/vnd.in-toto+json');
  if (stranger !== undefined) {
    throw new Failure(
      'E_UNSUPPORTED',
      `the index entry ${shortDigest(descriptor.digest)} calls itself an attestation but holds a layer of type "${stranger.mediaType}"`,
      'rebuild the index with docker buildx: attestations hold in-toto statements only',
    );
  }
  return { descriptor, subject: descriptor.annotations['vnd.docker.reference.digest'] ?? '', manifest };
}

function notAnAttestation({ digest }: Descriptor): Failure {
  return new Failure(
    'E_UNSUPPORTED',
    `the index entry ${shortDigest(digest)} has the platform unknown/unknown and is not marked as a build attestation`,
    'give the entry its platform (docker manifest annotate), or take it out of the index',
  );
}
