import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../base/failure.ts';
import { collectBytes } from './collect-bytes.ts';
import type { FileTree } from './file-tree.ts';
import { fileFailure, openRegularFile, readRange } from './regular-file.ts';

/**
 * A folder on disk. Paths come from us (`blobs/sha256/…`), never from a document. Links are refused inside; the
 * folder itself may be one.
 * @throws {Failure} E_NOT_FOUND, E_FILE when it is no folder
 */
export async function openDirectoryTree(root: string, name: string): Promise<FileTree> {
  await requireFolder(root);
  async function* stream(path: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const full = join(root, path);
    const handle = await openRegularFile(full, 'refused');
    try {
      const { size } = await handle.stat();
      yield* readRange(handle, { path: full, start: 0, length: size }, signal);
    } finally {
      await handle.close();
    }
  }
  return {
    name,
    async sizeOf(path) {
      try {
        return (await lstat(join(root, path))).size;
      } catch (cause) {
        const failure = fileFailure(join(root, path), cause);
        if (failure.code === 'E_NOT_FOUND') return null;
        throw failure;
      }
    },
    read: (path, limit) =>
      collectBytes(stream(path, new AbortController().signal), limit, () =>
        tooLarge(join(root, path), limit),
      ),
    stream,
    close: async () => {},
  };
}

async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    throw fileFailure(path, cause);
  });
  if (found.isDirectory()) return;
  throw new Failure(
    'E_FILE',
    `${path} is a file, not the folder of an OCI image layout`,
    'write oci-archive: before a layout in a tar, docker-archive: before what docker save wrote',
  );
}

export function tooLarge(path: string, limit: number): Failure {
  return new Failure(
    'E_LIMIT',
    `${path} is larger than ${limit} bytes`,
    'write the image again with a current builder',
  );
}
