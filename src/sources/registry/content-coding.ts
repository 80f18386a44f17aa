import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { Failure } from '../../base/failure.ts';

const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
  ['zstd', () => createZstdDecompress()],
]);

/** Whether a Content-Encoding says that the bytes on the way are not the content's own (RFC 9110, section 8.4). */
export function isCoded(coding: string | undefined): coding is string {
  return coding !== undefined && coding.trim() !== '' && coding.trim().toLowerCase() !== 'identity';
}

/** Some proxies compress on the way though nobody asked: undone before anything is counted or hashed. @throws {Failure} E_HTTP */
export async function* decodeBody(
  body: AsyncIterable<Uint8Array>,
  coding: string,
  url: URL,
): AsyncIterable<Uint8Array> {
  const decoder = DECODERS.get(coding.trim().toLowerCase());
  if (!decoder) throw broken(url, `in the unknown content coding "${coding.slice(0, 40)}"`);
  const chunks: AsyncIterable<unknown> = pipeline(
    Readable.from(body, { objectMode: false }),
    decoder(),
    () => {},
  );
  try {
    for await (const chunk of chunks) if (chunk instanceof Uint8Array) yield chunk;
  } catch (cause) {
    throw cause instanceof Failure ? cause : broken(url, `with broken ${coding} coding`, cause);
  }
}

function broken(url: URL, how: string, cause?: unknown): Failure {
  return new Failure('E_HTTP', `${url.host} answers ${how}`, 'look at the proxy before the registry', {
    cause,
  });
}
