import { createHash } from 'node:crypto';
import { Failure } from '../../base/failure.ts';
import { LIMITS } from '../../base/limits.ts';
import { algorithmOf, isDigest, shortDigest, type Digest } from '../../oci/digest.ts';
import { mediaTypeOfDocument } from '../../oci/manifest-or-index.ts';
import { bareMediaType, isSchema1, MANIFEST_TYPES, SCHEMA_1 } from '../../oci/media-type.ts';
import { collectBytes } from '../collect-bytes.ts';
import { failureOfAnswer, readErrorBody } from './answer-failure.ts';
import type { HttpAnswer } from './http-request.ts';

/** All four types, or the registry answers with something else; schema 1 last, so that we can say what it is. */
export const ACCEPT = [...MANIFEST_TYPES, ...SCHEMA_1.map((type) => `${type};q=0.1`)].join(', ');
/** Servers that do not know what they hold; the document says it itself. */
const VAGUE_TYPES = new Set(['', 'application/json', 'application/octet-stream', 'text/plain']);

export interface FetchedManifest {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly digest: Digest;
  /** What the server said the digest is, when that is something else; the bytes decide. */
  readonly claimedDigest: string | null;
}

/** What is known before: the digest it was asked by, the media type its descriptor promised. */
export interface Expectation {
  readonly digest: Digest | null;
  readonly mediaType: string | null;
}

/** @throws {Failure} E_DIGEST, E_NOT_A_REGISTRY, E_AMBIGUOUS_MANIFEST, E_LIMIT, and what the status means */
export async function readManifestAnswer(
  answer: HttpAnswer,
  expected: Expectation,
  name: string,
): Promise<FetchedManifest> {
  if (answer.status !== 200) throw failureOfAnswer(answer, await readErrorBody(answer), name);
  const bytes = await collectBytes(answer.body, LIMITS.manifestBytes, () => tooLarge(name));
  const sent = bareMediaType(answer.headers['content-type'] ?? '');
  const isKnown = VAGUE_TYPES.has(sent) || isSchema1(sent) || MANIFEST_TYPES.some((type) => type === sent);
  if (!isKnown && sent.startsWith('application/vnd.') && bytes[0] === 0x7b) throw notAnImage(name, sent);
  if (!isKnown || bytes[0] === 0x3c) throw notARegistry(answer, name, sent);
  const digest = digestOf(bytes, expected.digest);
  if (expected.digest !== null && digest !== expected.digest)
    throw otherContent(name, expected.digest, digest);
  const promises = [expected.mediaType, VAGUE_TYPES.has(sent) || isSchema1(sent) ? null : sent];
  const mediaType = mediaTypeOfDocument(
    bytes,
    promises.filter((promise) => promise !== null),
    name,
  );
  const claimed = [answer.headers['docker-content-digest']].flat()[0];
  const isLie = claimed !== undefined && isDigest(claimed) && claimed !== digestOf(bytes, claimed);
  return { bytes, mediaType, digest, claimedDigest: isLie ? claimed : null };
}

function digestOf(bytes: Uint8Array, like: Digest | null): Digest {
  const algorithm = like === null ? 'sha256' : algorithmOf(like);
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

function tooLarge(name: string): Failure {
  return new Failure(
    'E_LIMIT',
    `${name}: the manifest is larger than ${LIMITS.manifestBytes} bytes`,
    'no ordinary builder writes such a manifest; build and push the image again',
  );
}

function otherContent(name: string, expected: Digest, actual: Digest): Failure {
  return new Failure(
    'E_DIGEST',
    `${name}: asked for ${shortDigest(expected)}, the registry answers with ${shortDigest(actual)}`,
    'do not trust this registry, or what stands before it',
  );
}

/** Registries keep more than images, each with a type of its own. */
function notAnImage(name: string, sent: string): Failure {
  return new Failure(
    'E_UNSUPPORTED',
    `${name} is not an image but ${JSON.stringify(sent.slice(0, 80))}`,
    'name a container image: this is something else that is kept in registries',
  );
}

function notARegistry(answer: HttpAnswer, name: string, sent: string): Failure {
  return new Failure(
    'E_NOT_A_REGISTRY',
    `${name}: ${answer.url.host} answers ${sent === '' ? 'something' : JSON.stringify(sent.slice(0, 80))} where a manifest was asked for`,
    'check the host name: this is no image registry, or a log-in page stands before it',
  );
}
