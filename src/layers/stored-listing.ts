/**
 * A layer listing as bytes, to be kept between runs. Who can write where they are kept could forge a verdict, so
 * nothing read back is believed but what the same version sealed for the same layer: the seal is an HMAC, secret
 * when a key is given (a repository's secret), otherwise a checksum against accidents.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { types } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Entry } from '../rootfs/entry.ts';
import type { LayerListing } from '../rootfs/layer-listing.ts';
import type { LayerToList } from './list-layer.ts';

/** Listings with another seal are foreign. */
export interface Seal {
  /** Of this program: facts change their meaning between versions. */
  readonly version: string;
  /** Empty: no secret. */
  readonly key: string;
}

const MARK = Buffer.from('exec-format-guard layer listing\n');
const SEAL_BYTES = 32;
/** Facts of a very large layer; more is not worth keeping. */
const MAX_BYTES = 512 * 1024 * 1024;
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Null for a listing that is too large to be kept. */
export function formatListing(listing: LayerListing, seal: Seal): Buffer | null {
  const plain = serialize(listing);
  if (plain.length > MAX_BYTES) return null;
  const body = zstdCompressSync(plain, FAST);
  return Buffer.concat([MARK, sealOf(body, listing.digest, listing.diffId, seal), body]);
}

/** Null for whatever is not exactly what {@link formatListing} made for this layer under this seal. */
export function parseListing(bytes: Buffer, layer: LayerToList, seal: Seal): LayerListing | null {
  const at = MARK.length + SEAL_BYTES;
  if (bytes.length <= at || !bytes.subarray(0, MARK.length).equals(MARK)) return null;
  const body = bytes.subarray(at);
  const expected = sealOf(body, layer.descriptor.digest, layer.diffId, seal);
  if (!timingSafeEqual(bytes.subarray(MARK.length, at), expected)) return null;
  try {
    const value: unknown = deserialize(zstdDecompressSync(body, { maxOutputLength: MAX_BYTES }));
    return isListing(value) && isOf(value, layer) ? value : null;
  } catch {
    return null;
  }
}

function sealOf(body: Buffer, digest: string, diffId: string, { version, key }: Seal): Buffer {
  const about = JSON.stringify([version, process.versions.v8, digest, diffId]);
  return createHmac('sha256', key).update(about).update('\n').update(body).digest();
}

function isOf(listing: LayerListing, { descriptor, diffId }: LayerToList): boolean {
  const { digest, size } = descriptor;
  return listing.digest === digest && listing.diffId === diffId && listing.size === size;
}

/** The outer shape; what is inside an entry's content is as the sealer wrote it. */
function isListing(value: unknown): value is LayerListing {
  if (typeof value !== 'object' || value === null) return false;
  const { entries, whiteouts, opaques }: Partial<Record<keyof LayerListing, unknown>> = value;
  if (!types.isMap(entries) || !isPathSet(whiteouts) || !isPathSet(opaques)) return false;
  for (const [path, entry] of entries) if (!isPath(path) || !isEntry(entry)) return false;
  return true;
}

function isPathSet(value: unknown): boolean {
  return types.isSet(value) && [...value].every(isPath);
}

function isPath(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('/');
}

function isEntry(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { type, mode, uid, gid, size }: Partial<Record<keyof Entry, unknown>> = value;
  return typeof type === 'string' && [mode, uid, gid, size].every(Number.isSafeInteger);
}
