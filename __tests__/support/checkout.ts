/** A checkout for origins: a folder's files, or only the given ones, with some replaced or taken away. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decodeBytes } from '../../src/base/plain-text.ts';
import type { Repository } from '../../src/origin/repository.ts';

/** `files` come before the folder's; null stands for a file that is not there. */
export function checkout(
  files: Readonly<Record<string, string | null>>,
  folder: string | null = null,
  executable: boolean | null = true,
): Repository {
  return (path) => {
    const given = Object.hasOwn(files, path) ? files[path] : undefined;
    const bytes = given === undefined ? readFrom(folder, path) : given === null ? null : Buffer.from(given);
    if (bytes === null) return null;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { text: decodeBytes(bytes), size: bytes.length, sha256, executable };
  };
}

function readFrom(folder: string | null, path: string): Buffer | null {
  try {
    return folder === null ? null : readFileSync(`${folder}/${path}`);
  } catch {
    return null;
  }
}
