import type { Digest } from '../oci/digest.ts';
import type { Entry } from './entry.ts';

/**
 * One layer, read once and forgotten: plain facts, keyed by the layer's digest, shared by every platform that
 * has the layer. Paths are absolute, canonical, without a trailing slash (`/usr/bin/env`; the root is `/`),
 * and already placed as an unpacker places them: symlinks of this same layer are followed on the way. Every ancestor
 * of an entry is an entry of type directory (`implied` where the archive has none); the root is never an entry; no
 * whiteout is also an entry.
 */
export interface LayerListing {
  readonly digest: Digest;
  readonly diffId: Digest;
  /** Compressed and uncompressed bytes read. */
  readonly size: number;
  readonly uncompressedSize: number;
  readonly entries: ReadonlyMap<string, Entry>;
  /** Paths that `.wh.NAME` removes from the layers below. */
  readonly whiteouts: ReadonlySet<string>;
  /** Directories whose lower content `.wh..wh..opq` hides. */
  readonly opaques: ReadonlySet<string>;
  /** In words, what some engines refuse while this listing shows what the others do. */
  readonly notes?: readonly string[];
}
