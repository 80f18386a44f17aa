/**
 * A layer's bytes, uncompressed: gzip with all its members (RFC 1952), zstd with all its frames (RFC 8878) or a
 * plain tar, told apart by the first bytes as engines do. Data after the end, about which engines disagree, is
 * E_TRAILING_DATA.
 */
import { constants, createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { Failure } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';
import { ZstdFrames } from './zstd-frames.ts';

type Compression = 'gzip' | 'zstd' | 'none';

/** Half a MiB halves the time against zlib's default of 16 KiB; more gains nothing. */
const CHUNK = 512 * 1024;
const STREAM = { chunkSize: CHUNK, highWaterMark: 2 * 1024 * 1024 };
const SNIFF_BYTES = 8;

/** `where` begins every message. @throws {Failure} E_COMPRESSION, E_TRAILING_DATA, E_LIMIT, E_UNSUPPORTED */
export async function* decompress(
  bytes: AsyncIterable<Uint8Array>,
  mediaType: string,
  where: string,
): AsyncGenerator<Buffer> {
  const chunks = coalesce(bytes);
  const first = await chunks.next();
  if (first.done === true) return;
  const compression = sniff(first.value, where);
  refuseMislabelled(compression, mediaType, where);
  const all = prepend(first.value, chunks);
  if (compression === 'none') yield* all;
  else if (compression === 'gzip') yield* decode(createGunzip(STREAM), all, where);
  else yield* decode(zstdDecoder(), frames(all, where), where);
}

function zstdDecoder(): ZstdDecompress {
  return createZstdDecompress({
    ...STREAM,
    params: { [constants.ZSTD_d_windowLogMax]: LIMITS.zstdWindowLog },
  });
}

/** Network and disk hand out small chunks; every chunk costs a round trip to zlib's thread. */
async function* coalesce(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    held.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    length += chunk.length;
    if (length < CHUNK) continue;
    yield held.length === 1 ? (held[0] ?? Buffer.alloc(0)) : Buffer.concat(held, length);
    held = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(held, length);
}

async function* prepend(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function sniff(chunk: Buffer, where: string): Compression {
  const magic = chunk.toString('latin1', 0, SNIFF_BYTES);
  if (magic.startsWith('\x1f\x8b\x08')) return 'gzip';
  if (magic.startsWith('\x28\xb5\x2f\xfd') || isSkippableFrame(chunk)) return 'zstd';
  const other = magic.startsWith('BZh') ? 'bzip2' : magic.startsWith('\xfd7zXZ\0') ? 'xz' : null;
  if (other === null) return 'none';
  const text = `${where}: the layer is compressed with ${other}, which only some engines read`;
  throw new Failure('E_UNSUPPORTED', text, 'compress the layer with gzip or zstd');
}

/** 0x184D2A5?: zstd:chunked and pzstd layers may begin with one. */
function isSkippableFrame(chunk: Buffer): boolean {
  return chunk.length >= 4 && (chunk.readUInt32LE(0) & 0xfffffff0) === 0x184d2a50;
}

/** containerd takes OCI's uncompressed media type by its word, other engines look at the bytes. */
function refuseMislabelled(compression: Compression, mediaType: string, where: string): void {
  const plain = /^application\/vnd\.oci\.image\.layer\.(?:nondistributable\.)?v1\.tar$/.test(mediaType);
  if (!plain || compression === 'none') return;
  const text = `${where}: the layer is ${compression}, but its media type says uncompressed: engines disagree`;
  throw new Failure('E_COMPRESSION', text, `give the layer the media type ${mediaType}+${compression}`);
}

async function* frames(chunks: AsyncIterable<Buffer>, where: string): AsyncGenerator<Buffer> {
  const splitter = new ZstdFrames(where);
  for await (const chunk of chunks) yield* splitter.split(chunk);
  splitter.end();
}

async function* decode(
  decoder: Gunzip | ZstdDecompress,
  chunks: AsyncIterable<Buffer>,
  where: string,
): AsyncGenerator<Buffer> {
  const pumping = pump(chunks, decoder);
  try {
    for await (const piece of decoder) yield piece;
  } catch (error) {
    throw decoderFailure(error, where);
  } finally {
    decoder.destroy();
  }
  if (decoder.bytesWritten !== (await pumping)) throw trailing(where);
}

/** Writes with backpressure; gives the number of bytes that the source had. Never rejects: errors go through the decoder. */
async function pump(chunks: AsyncIterable<Buffer>, decoder: Gunzip | ZstdDecompress): Promise<number> {
  let total = 0;
  let ended = false;
  decoder.once('end', () => (ended = true));
  try {
    for await (const chunk of chunks) {
      total += chunk.length;
      if (decoder.errored !== null || (decoder.destroyed && !ended)) break;
      if (!ended && !decoder.write(chunk)) await writableAgain(decoder);
    }
    if (!decoder.destroyed) decoder.end();
  } catch (error) {
    decoder.destroy(error instanceof Error ? error : new Error(String(error)));
  }
  return total;
}

function writableAgain(decoder: Gunzip | ZstdDecompress): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      for (const event of ['drain', 'end', 'close']) decoder.off(event, wake);
      resolve();
    };
    for (const event of ['drain', 'end', 'close']) decoder.on(event, wake);
  });
}

/** zlib's errors as failures; the source's own errors as they are. */
function decoderFailure(error: unknown, where: string): unknown {
  if (error instanceof Failure || typeof error !== 'object' || error === null) return error;
  const code = 'code' in error ? String(error.code) : '';
  const message = 'message' in error ? String(error.message) : '';
  // The first member's header was seen by `sniff`, so this is about the bytes after a member.
  if (message === 'incorrect header check' || code === 'ERR_STREAM_PUSH_AFTER_EOF') return trailing(where);
  if (!/^(?:Z_|ZSTD_)/.test(code)) return error;
  const text = `${where}: the compressed data is broken (${message})`;
  return new Failure('E_COMPRESSION', text, 'push the image again', { cause: error });
}

function trailing(where: string): Failure {
  const text = `${where}: bytes follow the end of the compressed data: engines disagree about them`;
  return new Failure('E_TRAILING_DATA', text, 'compress the layer again, with nothing after its end');
}
