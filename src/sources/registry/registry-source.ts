/**
 * An image in a registry (OCI distribution-spec 1.1, and what registries made of it). A tag is asked for with
 * every media type we read, because a registry that misses one answers with something else.
 */
import { createHash } from 'node:crypto';
import { Failure } from '../../base/failure.ts';
import { LIMITS } from '../../base/limits.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { algorithmOf, shortDigest, type Digest } from '../../oci/digest.ts';
import type { ImageSource } from '../../oci/image-source.ts';
import { sniffMediaType } from '../../oci/manifest-or-index.ts';
import { bareMediaType, isIndex, isManifest, MANIFEST_TYPES, SCHEMA_1 } from '../../oci/media-type.ts';
import type { RegistryReference } from '../../oci/reference.ts';
import { collectBytes } from '../collect-bytes.ts';
import type { SourceHost } from '../source-host.ts';
import { failureOfAnswer, readErrorBody } from './answer-failure.ts';
import { downloadBlob } from './blob-download.ts';
import type { HttpAnswer } from './http-request.ts';
import { RegistryClient } from './registry-client.ts';

const ACCEPT = [...MANIFEST_TYPES, ...SCHEMA_1.map((type) => `${type};q=0.1`)].join(', ');
/** Servers that do not know what they hold; the document says it itself. */
const VAGUE_TYPES = new Set(['', 'application/json', 'application/octet-stream']);

interface FetchedManifest {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

export function openRegistry(reference: RegistryReference, host: SourceHost): ImageSource {
  const client = new RegistryClient(reference, host);
  const base = `/v2/${reference.repository}`;
  let root: { readonly digest: Digest; readonly bytes: Uint8Array } | undefined;
  let deadline: number | undefined;

  /** Again and again while the answer is 404 and the time to wait is not over; that time is one for the whole image. */
  async function whenThere<T>(what: string, attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let wait = 500; ; wait = Math.min(wait * 2, 4_000)) {
      try {
        return await attempt();
      } catch (cause) {
        deadline ??= host.clock.now() + host.waitForImage;
        const left = deadline - host.clock.now();
        if (!(cause instanceof Failure) || cause.code !== 'E_NOT_FOUND' || left <= 0) throw cause;
        if (wait === 500)
          host.notice(
            `${reference.text}: ${what} is not there yet, waiting up to ${Math.ceil(left / 1_000)} s`,
          );
        host.progress({
          kind: 'waiting',
          name: reference.text,
          amount: Math.min(wait, left),
          why: cause.code,
        });
        await host.clock.sleep(Math.min(wait, left), signal);
      }
    }
  }

  async function fetchManifest(tagOrDigest: string, signal: AbortSignal): Promise<FetchedManifest> {
    const headers = { accept: ACCEPT, 'accept-encoding': 'identity' };
    const answer = await client.get(`${base}/manifests/${tagOrDigest}`, headers, signal);
    if (answer.status !== 200) throw failureOfAnswer(answer, await readErrorBody(answer), reference.text);
    return readManifest(answer, reference.text);
  }

  async function* openBlob(descriptor: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const done = await client.network.turns.take(client.server);
    try {
      yield* downloadBlob(client, `${base}/blobs/${descriptor.digest}`, descriptor, reference.text, signal);
    } finally {
      done();
    }
  }

  return {
    name: reference.text,
    async resolve(signal) {
      const asked = reference.digest ?? reference.tag ?? 'latest';
      const { bytes, mediaType } = await whenThere(asked, () => fetchManifest(asked, signal), signal);
      const digest = digestOf(bytes, reference.digest);
      if (reference.digest !== undefined && digest !== reference.digest)
        throw otherContent(reference, digest);
      root = { digest, bytes };
      return { mediaType, digest, size: bytes.length, annotations: {} };
    },
    async *open(descriptor, signal) {
      const { digest, mediaType } = descriptor;
      if (digest === root?.digest) {
        yield root.bytes;
      } else if (isIndex(mediaType) || isManifest(mediaType)) {
        const fetched = await whenThere(shortDigest(digest), () => fetchManifest(digest, signal), signal);
        requireSameType(fetched.mediaType, descriptor, reference.text);
        yield fetched.bytes;
      } else {
        yield* openBlob(descriptor, signal);
      }
    },
    close: async () => {},
  };
}

/** The bytes and the type that the server and the document agree on. @throws {Failure} */
async function readManifest(answer: HttpAnswer, name: string): Promise<FetchedManifest> {
  const bytes = await collectBytes(answer.body, LIMITS.manifestBytes, () => tooLargeManifest(name));
  const sent = bareMediaType(answer.headers['content-type'] ?? '');
  if (/html/.test(sent) || bytes[0] === 0x3c) throw notARegistry(answer, name, sent);
  const mediaType = sniffMediaType(bytes, name);
  if (VAGUE_TYPES.has(sent) || sent === mediaType) return { bytes, mediaType };
  if (!MANIFEST_TYPES.some((type) => type === sent)) throw notARegistry(answer, name, sent);
  throw new Failure(
    'E_AMBIGUOUS_MANIFEST',
    `${name}: the registry calls the document ${sent}, the document calls itself ${mediaType}`,
    'do not trust this image: readers of it disagree about what it is; push it again',
  );
}

function tooLargeManifest(name: string): Failure {
  return new Failure(
    'E_LIMIT',
    `${name}: the manifest is larger than ${LIMITS.manifestBytes} bytes`,
    'no ordinary builder writes such a manifest; build and push the image again',
  );
}

function digestOf(bytes: Uint8Array, like: Digest | undefined): Digest {
  const algorithm = like === undefined ? 'sha256' : algorithmOf(like);
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

function otherContent({ text }: RegistryReference, actual: Digest): Failure {
  return new Failure(
    'E_DIGEST',
    `${text}: the registry answers with other content, whose digest is ${shortDigest(actual)}`,
    'do not trust this registry, or what stands before it',
  );
}

function requireSameType(actual: string, descriptor: Descriptor, name: string): void {
  if (actual === descriptor.mediaType) return;
  throw new Failure(
    'E_AMBIGUOUS_MANIFEST',
    `${name}: ${shortDigest(descriptor.digest)} is ${actual} but was promised as ${descriptor.mediaType}`,
    'do not trust this image: readers of it disagree about what it is; push it again',
  );
}

function notARegistry(answer: HttpAnswer, name: string, sent: string): Failure {
  return new Failure(
    'E_NOT_A_REGISTRY',
    `${name}: ${answer.url.host} answered ${sent === '' ? 'something' : sent.slice(0, 80)} where a manifest was asked for`,
    'check the host name: this is no image registry, or a log-in page stands before it',
  );
}
