import type { BinaryFile } from './binary-file.ts';
import { type FileGroup, groupFiles } from './file-group.ts';
import { platformWordsOf, type PlatformWords } from './platform-words.ts';

/** A package that has builds for other platforms, or for another libc, and none for this one. */
export interface MissingBuild extends FileGroup {
  /** The package with `*` where its name varies: `/app/node_modules/@esbuild/*`; `/app/**` for many packages. */
  readonly family: string;
  /** What there is: `linux/amd64`, `linux/arm64 (musl)`. */
  readonly present: readonly string[];
}

/** So many packages are told apart; more have one cause, and become one entry a layer. */
const FAMILIES = 24;

export function missingBuilds(files: readonly BinaryFile[]): MissingBuild[] {
  const named = files.map((file) => {
    const words = platformWordsOf(file.path);
    return { ...file, family: words === null ? file.path : words.root, words: wordsOf(words) };
  });
  const families = new Set(named.map(({ family }) => family));
  const isTold = families.size <= FAMILIES;
  const causeOf = ({ family }: { readonly family: string }): string => (isTold ? family : '');
  const byCause = Map.groupBy(named, causeOf);
  return groupFiles(named, causeOf).map(([group, file]) => {
    const present = (byCause.get(causeOf(file)) ?? []).flatMap(({ words }) => words ?? []);
    const family = isTold ? file.family : `${group.path === '/' ? '' : group.path}/**`;
    return { ...group, family, present: [...new Set(present)].sort() };
  });
}

function wordsOf(words: PlatformWords | null): string | null {
  if (words === null) return null;
  const name = `${words.os ?? 'linux'}/${words.architecture ?? 'unknown'}`;
  return words.libc === null ? name : `${name} (${words.libc})`;
}
