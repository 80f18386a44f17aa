import { constants, open, type FileHandle } from 'node:fs/promises';
import { Failure } from '../base/failure.ts';
import { errorCode } from './error-code.ts';

/** Reads of this size are the fastest for big files (64 KiB ones take three times as long). */
const CHUNK = 1024 * 1024;

/**
 * Opens a regular file and nothing else: a symlink as last component is not followed when `links` is
 * 'refused', and a FIFO, device or folder is refused before a byte is read, without waiting for a writer.
 * @throws {Failure} E_NOT_FOUND, E_FILE
 */
export async function openRegularFile(path: string, links: 'followed' | 'refused'): Promise<FileHandle> {
  const noFollow = links === 'refused' ? constants.O_NOFOLLOW : 0;
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | noFollow);
  } catch (cause) {
    throw fileFailure(path, cause);
  }
  try {
    const stat = await handle.stat();
    if (stat.isFile()) return handle;
    const kind = stat.isDirectory() ? 'a folder' : stat.isFIFO() ? 'a FIFO' : 'not a regular file';
    throw new Failure('E_FILE', `${path} is ${kind}`, 'name a regular file');
  } catch (failure) {
    await handle.close();
    throw failure;
  }
}

/** `length` bytes from `start`, in chunks. @throws {Failure} E_FILE when the file ends before */
export async function* readRange(
  handle: FileHandle,
  range: { readonly path: string; readonly start: number; readonly length: number },
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  for (let at = 0; at < range.length;) {
    signal.throwIfAborted();
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, range.length - at));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, range.start + at);
    if (bytesRead === 0) {
      throw new Failure(
        'E_FILE',
        `${range.path} ends early: it is cut, or was changed while it was read`,
        'write the file again and check it when it is complete',
      );
    }
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

export function fileFailure(path: string, cause: unknown): Failure {
  const code = errorCode(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new Failure(
      'E_NOT_FOUND',
      `${path} does not exist`,
      'check the path; it is relative to the working directory',
      { cause },
    );
  }
  const why =
    code === 'ELOOP' ? 'is a symbolic link' : `cannot be read: ${code === '' ? 'unknown error' : code}`;
  return new Failure('E_FILE', `${path} ${why}`, 'check the path and its permissions', { cause });
}
