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
  /** The instruction that took it from the build context. */
  readonly copy: Maker;
  /** False when nobody told where the build context lies. */
  readonly certain: boolean;
}

/** Directories of the repository that the build context is, or may be. */
export interface ContextPlaces {
  readonly told: readonly string[];
  readonly guessed: readonly string[];
}

/**
 * null when the repository has no such file, or another one. Where nobody told the place of the context, two files
 * that would do are none: one of them would be the wrong one.
 */
export function findSourceFile(
  entry: Entry,
  copies: readonly Maker[],
  { told, guessed }: ContextPlaces,
  repository: Repository,
): SourceFile | null {
  for (const same of ['bytes', 'but-line-ends'] as const) {
    const found = (directories: readonly string[], certain: boolean): readonly SourceFile[] =>
      directories.flatMap((directory) => filesIn(directory, certain, entry, copies, repository));
    const [first] = found(told, true).filter((file) => file.same === same);
    if (first !== undefined) return first;
    const guesses = found(guessed, false).filter((file) => file.same === same);
    const [guess] = guesses;
    if (guess !== undefined) return guesses.every(({ path }) => path === guess.path) ? guess : null;
  }
  return null;
}

function filesIn(
  directory: string,
  certain: boolean,
  entry: Entry,
  copies: readonly Maker[],
  repository: Repository,
): readonly SourceFile[] {
  return copies.flatMap((copy) =>
    copy.context
      .filter((source) => !source.path.includes(HOLE))
      .flatMap((source) => {
        const path = repositoryPath(directory, source.path);
        const file = path === null ? null : repository(path);
        const same = file === null ? null : compare(entry, file);
        return path === null || file === null || same === null ? [] : [{ path, file, same, copy, certain }];
      }),
  );
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
