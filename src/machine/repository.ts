import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { decodeBytes } from '../base/plain-text.ts';
import type { Repository } from '../origin/repository.ts';

/** Larger files are not looked into: Dockerfiles, workflows and scripts are small. */
const SIZE_LIMIT = 16 * 1024 * 1024;

/** Files below a folder; symlinks that lead out of it are not there. */
export function repositoryIn(folder: string): Repository {
  const root = realPath(folder);
  return (path) => {
    const file = root === null ? null : realPath(join(root, path));
    if (root === null || file === null || !file.startsWith(root === sep ? sep : root + sep)) return null;
    const status = statSync(file);
    if (!status.isFile() || status.size > SIZE_LIMIT) return null;
    const bytes = readFileSync(file);
    return {
      text: decodeBytes(bytes),
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      executable: process.platform === 'win32' ? null : (status.mode & 0o111) !== 0,
    };
  };
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
