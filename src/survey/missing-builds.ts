import type { BinaryFile } from './binary-file.ts';
import { type FileGroup, groupFiles } from './file-group.ts';
import { rootOf } from './platform-builds.ts';
import { platformWordsOf, type PlatformWords } from './platform-words.ts';

/** A package that has builds for other platforms, or for another libc, and none for this one. */
export interface MissingBuild extends FileGroup {
  /** The package with `*` where its name varies: `/app/node_modules/@esbuild/*`. */
  readonly family: string;
  /** What there is: `linux/amd64`, `linux/arm64 (musl)`. */
  readonly present: readonly string[];
}

export function missingBuilds(files: readonly BinaryFile[]): MissingBuild[] {
  return groupFiles(files, familyOf).map(([group, file]) => {
    const family = familyOf(file);
    const members = files.filter((each) => familyOf(each) === family);
    const present = members.flatMap(({ path }) => wordsOf(platformWordsOf(path)) ?? []);
    return { ...group, family, present: [...new Set(present)].sort() };
  });
}

function familyOf({ path }: BinaryFile): string {
  const words = platformWordsOf(path);
  return words === null ? path : rootOf(words);
}

function wordsOf(words: PlatformWords | null): string | null {
  if (words === null) return null;
  const name = `${words.os ?? 'linux'}/${words.architecture ?? 'unknown'}`;
  return words.libc === null ? name : `${name} (${words.libc})`;
}
