import { Failure } from '../base/failure.ts';
import { parseDigest, type Digest } from './digest.ts';
import type { Fields } from './fields.ts';
import type { Platform } from './platform.ts';

/** Points at content: media type, digest, size in bytes (image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  /** Only in an index; spelled as the index spells it (see parsePlatform for the comparison form). */
  readonly platform?: Platform;
  readonly annotations: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  /** Where a non-distributable layer claims to live. Never fetched. */
  readonly urls?: readonly string[];
  /** Content embedded in the descriptor; must match digest and size like any other bytes. */
  readonly data?: Uint8Array;
}

/** @throws {Failure} E_JSON, E_JSON_AMBIGUOUS */
export function readDescriptor(fields: Fields): Descriptor {
  const mediaType = fields.text('mediaType');
  const digest = fields.text('digest');
  const size = fields.integer('size');
  if (mediaType === undefined) throw fields.missing('mediaType');
  if (digest === undefined) throw fields.missing('digest');
  if (size === undefined) throw fields.missing('size');
  const platform = fields.object('platform');
  const artifactType = fields.text('artifactType');
  const urls = fields.texts('urls');
  const data = fields.text('data');
  return {
    mediaType,
    digest: parseDigest(digest, fields.where),
    size,
    annotations: fields.textMap('annotations'),
    ...(platform && { platform: readPlatform(platform) }),
    ...(artifactType !== undefined && { artifactType }),
    ...(urls && { urls }),
    ...(data !== undefined && { data: decodeBase64(data, fields.where) }),
  };
}

/** How many distinct blobs these are, and their bytes. */
export function distinctBlobs(blobs: readonly Descriptor[]): {
  readonly count: number;
  readonly bytes: number;
} {
  const sizes = new Map(blobs.map(({ digest, size }) => [digest, size]));
  return { count: sizes.size, bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0) };
}

/** The platform fields of an index entry or a config, as written there. */
export function readPlatform(fields: Fields): Platform {
  const variant = fields.text('variant');
  const osVersion = fields.text('os.version');
  const osFeatures = fields.texts('os.features');
  return {
    os: fields.text('os') ?? '',
    architecture: fields.text('architecture') ?? '',
    ...(variant !== undefined && variant !== '' && { variant }),
    ...(osVersion !== undefined && osVersion !== '' && { osVersion }),
    ...(osFeatures && { osFeatures }),
  };
}

function decodeBase64(text: string, where: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') === text) return bytes;
  throw new Failure('E_JSON', `${where}: data is not base64`, 'build or push the image again');
}
