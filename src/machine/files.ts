import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Failure } from '../base/failure.ts';
import type { GuardHost } from '../guard.ts';
import { errorCode } from '../sources/error-code.ts';

/** Metadata files are some 100 KiB; a larger one is something else. */
const SIZE_LIMIT = 64 * 1024 * 1024;

/** Files that inputs name, relative to the folder. */
export function filesIn(folder: string): GuardHost['files'] {
  return {
    read: (path) =>
      orFailure(path, async () => {
        const file = resolve(folder, path);
        const status = await stat(file);
        if (!status.isFile() || status.size > SIZE_LIMIT) throw new Error('not a file of ordinary size');
        return readFile(file);
      }),
    list: (path) =>
      orFailure(path, async () => {
        const entries = await readdir(resolve(folder, path), { recursive: true, withFileTypes: true });
        // A link is a file too: what is not understood is for the reader to refuse, and not to be missed here.
        return entries
          .filter((entry) => !entry.isDirectory())
          .map((entry) => join(entry.parentPath, entry.name));
      }),
  };
}

async function orFailure<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const why = errorCode(cause) || (cause instanceof Error ? cause.message : 'unknown cause');
    const hint = 'check the path: it is taken from the working folder';
    throw new Failure('E_CONFIG', `${path.slice(0, 200)} cannot be read: ${why}`, hint, { cause });
  }
}
