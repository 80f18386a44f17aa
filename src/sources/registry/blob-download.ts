/**
 * One blob as a stream that survives cuts: what is missing is asked for with Range (RFC 9110, section 14), from
 * the registry again, because the address it redirects to may have expired. A server that cannot resume is asked
 * for the whole, of which what is known already is passed over. The digest over everything is checked around
 * this, so a server that goes on with other bytes is found out.
 */
import { Failure } from '../../base/failure.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { shortDigest } from '../../oci/digest.ts';
import { failureOfAnswer, readErrorBody } from './answer-failure.ts';
import type { HttpAnswer } from './http-request.ts';

/** Tries without this much progress in between. */
const TRIES = 5;
const PROGRESS = 1024 * 1024;

/** Failures that belong to one connection; another try may do better. */
const PASSING = new Set(['E_NETWORK', 'E_TIMEOUT', 'E_HTTP']);

/** Asks for the blob with these headers and gives an answer that {@link requireBlobAnswer} has let pass. */
export type AskForBlob = (headers: Readonly<Record<string, string>>) => Promise<HttpAnswer>;

/** Yields at most one chunk past the descriptor's size. @throws {Failure} */
export async function* downloadBlob(
  ask: AskForBlob,
  descriptor: Descriptor,
  name: string,
): AsyncIterable<Uint8Array> {
  const { size } = descriptor;
  let received = 0;
  let mark = 0;
  let canResume = true;
  let broken: Failure | null = null;
  for (let tries = 1; ; tries++) {
    try {
      const resumes = canResume && received > 0;
      const answer = await ask(resumes ? { ...HEADERS, range: `bytes=${received}-` } : HEADERS);
      const start = startOf(answer, received, size);
      canResume &&= start === received;
      if (start === null) await readErrorBody(answer);
      let skip = received - (start ?? received);
      for await (const chunk of start === null ? [] : answer.body) {
        const fresh = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - fresh.length;
        received += fresh.length;
        if (fresh.length > 0) yield fresh;
        if (received > size) return;
      }
      if (received === size) return;
    } catch (cause) {
      if (!(cause instanceof Failure) || !PASSING.has(cause.code)) throw cause;
      broken = cause;
    }
    if (received - mark >= PROGRESS) [mark, tries] = [received, 0];
    if (tries >= TRIES) throw broken ?? keepsBreaking(descriptor, received, name);
  }
}

const HEADERS = { accept: '*/*', 'accept-encoding': 'identity' };

const LOST =
  'push the image again: the registry has not this part of it; a fresh push may take a while to show (wait-for-image)';

/** Lets 200, 206 and 416 pass. @throws {Failure} what any other status means */
export async function requireBlobAnswer(
  answer: HttpAnswer,
  descriptor: Descriptor,
  name: string,
): Promise<HttpAnswer> {
  if (answer.status === 200 || answer.status === 206 || answer.status === 416) return answer;
  const subject = `${name}: ${shortDigest(descriptor.digest)}`;
  const failure = failureOfAnswer(answer, await readErrorBody(answer), subject);
  if (failure.code !== 'E_NOT_FOUND') throw failure;
  if (!descriptor.urls) throw new Failure(failure.code, failure.message, LOST);
  throw new Failure(
    'E_FOREIGN_LAYER',
    `${name}: the layer ${shortDigest(descriptor.digest)} is not in the registry but elsewhere, where we do not fetch it`,
    'push the layer itself: docker push with allow-nondistributable-artifacts',
  );
}

/** Where the body of the answer begins in the blob; null: it is of no use. */
function startOf({ status, headers, isCoded }: HttpAnswer, asked: number, size: number): number | null {
  if (status === 200) return 0;
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  const fits = Number(range?.[1]) === asked && (range?.[3] === '*' || Number(range?.[3]) === size);
  return status === 206 && fits && !isCoded ? asked : null;
}

function keepsBreaking(descriptor: Descriptor, received: number, name: string): Failure {
  return new Failure(
    'E_NETWORK',
    `${name}: the download of ${shortDigest(descriptor.digest)} stopped ${TRIES} times at ${received} of ${descriptor.size} bytes`,
    'run it again; if it happens again, look at the registry and the way to it',
  );
}
