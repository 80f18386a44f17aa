/**
 * Around every source: what comes out of here has the size and the digest that its descriptor promises
 * (image-spec, descriptor.md#digests). `urls` of a descriptor are never followed. Nothing that was not read to
 * its end counts as verified: a stream that is left early gives no promise.
 */
import { createHash } from 'node:crypto';
import { Failure } from '../base/failure.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { algorithmOf, shortDigest } from '../oci/digest.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { collectBytes } from './collect-bytes.ts';

export interface VerifiedSource {
  readonly name: string;
  /** Bytes that left the source so far, those of broken attempts excluded. */
  bytesFetched(): number;
  /** Asked once: whatever happens to the tag later, this run speaks of one digest. */
  resolve(signal: AbortSignal): Promise<Descriptor>;
  /** The whole of an index, manifest or config; fetched once. @throws {Failure} E_LIMIT above `limit` bytes */
  readBytes(descriptor: Descriptor, limit: number, signal: AbortSignal): Promise<Uint8Array>;
  /** A layer as stored. @throws {Failure} E_SIZE at the first byte too many, E_SIZE or E_DIGEST at the end */
  stream(descriptor: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export function verified(source: ImageSource): VerifiedSource {
  const read = new Map<string, Promise<Uint8Array>>();
  let fetched = 0;
  let root: Promise<Descriptor> | undefined;

  async function* stream(descriptor: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array> {
    if (descriptor.data) requireSameContent(descriptor, descriptor.data, source.name);
    const hash = createHash(algorithmOf(descriptor.digest));
    let size = 0;
    for await (const chunk of source.open(descriptor, signal)) {
      size += chunk.length;
      fetched += chunk.length;
      if (size > descriptor.size) throw wrongSize(descriptor, source.name, 'goes on after');
      hash.update(chunk);
      yield chunk;
    }
    if (size < descriptor.size) throw wrongSize(descriptor, source.name, `ends at ${size} of`);
    requireDigest(descriptor, hash.digest('hex'), source.name);
  }

  return {
    name: source.name,
    bytesFetched: () => fetched,
    resolve: (signal) => (root ??= source.resolve(signal)),
    async readBytes(descriptor, limit, signal) {
      if (descriptor.size > limit) {
        throw new Failure(
          'E_LIMIT',
          `${source.name}: ${descriptor.mediaType} ${shortDigest(descriptor.digest)} has ${descriptor.size} bytes, more than ${limit}`,
          'no ordinary builder writes such a document; build and push the image again',
        );
      }
      const key = `${descriptor.digest} ${descriptor.size} ${descriptor.mediaType}`;
      const known = read.get(key);
      if (known) return known;
      const started = collectBytes(stream(descriptor, signal), limit, () =>
        wrongSize(descriptor, source.name, 'is over'),
      );
      read.set(key, started);
      return started;
    },
    stream,
    close: () => source.close(),
  };
}

function requireSameContent(descriptor: Descriptor, data: Uint8Array, name: string): void {
  if (data.length !== descriptor.size) throw wrongSize(descriptor, name, 'embeds data of another size than');
  requireDigest(descriptor, createHash(algorithmOf(descriptor.digest)).update(data).digest('hex'), name);
}

function requireDigest(descriptor: Descriptor, hex: string, name: string): void {
  const actual = `${algorithmOf(descriptor.digest)}:${hex}`;
  if (actual === descriptor.digest) return;
  throw new Failure(
    'E_DIGEST',
    `${name}: the bytes of ${shortDigest(descriptor.digest)} have the digest ${shortDigest(actual)}`,
    'push the image again; if it happens again, the registry or something before it changes content',
  );
}

function wrongSize(descriptor: Descriptor, name: string, how: string): Failure {
  return new Failure(
    'E_SIZE',
    `${name}: ${shortDigest(descriptor.digest)} ${how} the ${descriptor.size} bytes of its descriptor`,
    'push the image again; if it happens again, the registry or something before it changes content',
  );
}
