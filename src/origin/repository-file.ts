/** The repository's file behind a file of the image: copied from the build context, with the same content. */
import { decodeBytes } from '../base/plain-text.ts';
import { HOLE } from '../dockerfile/expand-word.ts';
import type { ScriptFacts } from '../rootfs/content-facts.ts';
import type { Entry } from '../rootfs/entry.ts';
import type { Maker } from './follow-file.ts';
import { type Repository, type RepositoryFile, repositoryPath } from './repository.ts';

export interface SourceFile {
  readonly path: string;
  readonly file: RepositoryFile;
  /** `but-line-ends`: the image has CR LF where the repository has LF. */
  readonly same: 'bytes' | 'but-line-ends';
}

/** null when the repository has no such file, or another one. `contexts` are directories, best guess first. */
export function findSourceFile(
  entry: Entry,
  { context }: Maker,
  contexts: readonly string[],
  repository: Repository,
): SourceFile | null {
  for (const directory of contexts) {
    for (const source of context.filter(({ path }) => !path.includes(HOLE))) {
      const path = repositoryPath(directory, source.path);
      const file = path === null ? null : repository(path);
      const same = file === null ? null : compare(entry, file);
      if (path !== null && file !== null && same !== null) return { path, file, same };
    }
  }
  return null;
}

function compare({ content, size }: Entry, file: RepositoryFile): SourceFile['same'] | null {
  if (content?.kind === 'elf') return content.sha256 === file.sha256 ? 'bytes' : null;
  if (content?.kind === 'empty') return file.size === 0 ? 'bytes' : null;
  if (content?.kind !== 'script' && content?.kind !== 'other') return null;
  const text =
    content.text ?? (size <= content.head.length ? decodeBytes(Buffer.from(content.head, 'latin1')) : null);
  if (text === null) return content.kind === 'script' && looksEqual(content, size, file) ? 'bytes' : null;
  if (text === file.text) return 'bytes';
  return !file.text.includes('\r') && text.replaceAll('\r\n', '\n') === file.text ? 'but-line-ends' : null;
}

/** Of a long script only its beginning is kept: that, its size and the number of CR LF must do. */
function looksEqual({ head, crlfLines }: ScriptFacts, size: number, file: RepositoryFile): boolean {
  const begin = Buffer.from(file.text.slice(0, head.length), 'utf8').subarray(0, head.length);
  return (
    size === file.size &&
    begin.toString('latin1') === head &&
    file.text.split('\r\n').length - 1 === crlfLines
  );
}
