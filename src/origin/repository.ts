/** The checkout beside the image, as far as origins look into it. */

export interface RepositoryFile {
  /** The whole content, decoded by `decodeBytes`: equal texts are equal bytes. */
  readonly text: string;
  /** Bytes. */
  readonly size: number;
  /** Hex digest of the content. */
  readonly sha256: string;
  /** Any x bit; null where the file system has none (Windows). */
  readonly executable: boolean | null;
}

/**
 * Reads a file by its path relative to the repository (`docker/Dockerfile`, never absolute, never with `..`); null
 * when there is none. It must not follow symlinks out of the repository.
 */
export type Repository = (path: string) => RepositoryFile | null;

/** A path relative to the repository, without `.` and double slashes; null when it leads out of it. */
export function repositoryPath(...parts: readonly string[]): string | null {
  const result: string[] = [];
  for (const part of parts.join('/').split('/')) {
    if (part === '..') {
      if (result.pop() === undefined) return null;
    } else if (part !== '' && part !== '.') result.push(part);
  }
  const path = result.join('/');
  return path === '' || path.includes('\0') || (parts[0] ?? '').startsWith('/') ? null : path;
}
