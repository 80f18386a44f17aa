import type { Descriptor } from './descriptor.ts';

/**
 * The port of everything that holds images: registry, layout directory, archives, engine. A source fetches;
 * it neither parses nor decides. Size and digest are checked around every source by `sources/verified.ts`.
 */
export interface ImageSource {
  /** What the user wrote, for messages: `ghcr.io/acme/shop:1.4`, `oci:build/image`. */
  readonly name: string;
  /** The descriptor the reference points at: an index or a manifest. Size and digest are of the real bytes. */
  resolve(signal: AbortSignal): Promise<Descriptor>;
  /** The bytes of an index, manifest, config or layer, as stored (compressed). @throws {Failure} */
  open(descriptor: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}
