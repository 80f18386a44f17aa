/**
 * One blob as a stream that survives cuts: what is missing is asked for with Range (RFC 9110, section 14), from
 * the registry again, because the address it redirects to may have expired. The digest over everything is
 * checked around this, so a server that resumes with other bytes is found out.
 */
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import { Failure } from '../../base/failure.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { failureOfAnswer, readErrorBody } from './answer-failure.ts';
import type { HttpAnswer } from './http-request.ts';
import type { RegistryClient } from './registry-client.ts';

/** Tries without this much progress in between. */
const TRIES = 5;
const PROGRESS = 1024 * 1024;

export async function* downloadBlob(
  client: RegistryClient,
  path: string,
  descriptor: Descriptor,
  subject: string,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  let received = 0;
  let mark = 0;
  let tries = 0;
  let canResume = true;
  for (;;) {
    const from = canResume ? received : 0;
    try {
      const answer = await client.get(path, rangeHeaders(from), signal);
      const start = await requireBlob(answer, from, descriptor, subject);
      if (start === null) {
        canResume = false;
      } else {
        let skip = received - start;
        for await (const chunk of decoded(answer, subject)) {
          const fresh = chunk.subarray(Math.min(skip, chunk.length));
          skip -= chunk.length - fresh.length;
          received += fresh.length;
          if (fresh.length > 0) yield fresh;
          if (received > descriptor.size) return;
        }
      }
      if (received >= descriptor.size) return;
    } catch (cause) {
      signal.throwIfAborted();
      const passes =
        cause instanceof Failure &&
        (cause.code === 'E_NETWORK' || cause.code === 'E_TIMEOUT' || cause.code === 'E_HTTP');
      if (!passes || tries + 1 >= TRIES) throw cause;
    }
    tries = received - mark >= PROGRESS ? 0 : tries + 1;
    mark = received;
    if (tries >= TRIES) throw keepsBreaking(descriptor, received, subject);
  }
}

function rangeHeaders(from: number): Readonly<Record<string, string>> {
  const plain = { accept: '*/*', 'accept-encoding': 'identity' };
  return from === 0 ? plain : { ...plain, range: `bytes=${from}-` };
}

/** Where the body of the answer begins in the blob; null: it cannot be used, ask for the whole. @throws {Failure} */
async function requireBlob(
  answer: HttpAnswer,
  from: number,
  descriptor: Descriptor,
  subject: string,
): Promise<number | null> {
  if (answer.status === 200) return 0;
  if (answer.status === 206 && from > 0) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(answer.headers['content-range'] ?? '');
    const fits =
      Number(range?.[1]) === from && (range?.[2] === '*' || Number(range?.[2]) === descriptor.size);
    if (fits) return from;
    answer.discard();
    return null;
  }
  const body = await readErrorBody(answer);
  if (answer.status === 416 && from > 0) return null;
  const failure = failureOfAnswer(answer, body, subject);
  if (failure.code !== 'E_NOT_FOUND' || !descriptor.urls) throw failure;
  throw new Failure(
    'E_FOREIGN_LAYER',
    `${subject}: a layer is not in the registry but elsewhere, where we do not fetch it`,
    'push the layer itself: docker push with allow-nondistributable-artifacts',
  );
}

const DECODERS = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
} as const;

/** A proxy that compresses on the way is undone before the bytes are counted. */
function decoded(answer: HttpAnswer, subject: string): AsyncIterable<Uint8Array> {
  const coding = (answer.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (coding === 'identity' || coding === '') return answer.body;
  const decoder = Object.entries(DECODERS).find(([name]) => name === coding)?.[1];
  if (!decoder) {
    answer.discard();
    throw new Failure(
      'E_HTTP',
      `${subject}: the answer has the unknown content coding "${coding.slice(0, 40)}"`,
      'look at the proxy before the registry',
    );
  }
  return pipeline(Readable.from(answer.body, { objectMode: false }), decoder(), () => {});
}

function keepsBreaking(descriptor: Descriptor, received: number, subject: string): Failure {
  return new Failure(
    'E_NETWORK',
    `${subject}: the download of ${descriptor.digest} stopped ${TRIES} times at ${received} of ${descriptor.size} bytes`,
    'run it again; if it happens again, look at the registry and the way to it',
  );
}
