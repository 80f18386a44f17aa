/**
 * Whether the files that were really found define the versions that the others need: `_dl_check_map_versions` of
 * glibc's elf/dl-version.c. musl does not look at versions at all.
 */
import { type Linked, type LinkedObject, nameOf } from './link-map.ts';
import type { SymbolVersionRefusal } from './loader-refusal.ts';

export interface UnmetVersions {
  /** The library that lacks them. */
  readonly of: LinkedObject;
  readonly refusal: SymbolVersionRefusal;
}

/** One for each library that lacks something. */
export function unmetVersions({ objects, named }: Linked, program: LinkedObject): UnmetVersions[] {
  const unmet = new Map<LinkedObject, Map<string, Set<string>>>();
  for (const object of objects) {
    for (const { file, versions } of object.elf.dynamic?.versionsNeeded ?? []) {
      const library = named.get(file);
      const defined = library?.elf.dynamic?.versionsDefined ?? null;
      // A library without version definitions at all is taken as it is.
      if (library === undefined || defined === null) continue;
      for (const { name, weak } of versions) {
        if (weak || defined.includes(name)) continue;
        const byVersion = unmet.get(library) ?? new Map<string, Set<string>>();
        unmet.set(library, byVersion.set(name, (byVersion.get(name) ?? new Set()).add(nameOf(object))));
      }
    }
  }
  return [...unmet].map(([library, byVersion]) => refusalOf(library, byVersion, program));
}

function refusalOf(
  library: LinkedObject,
  byVersion: ReadonlyMap<string, ReadonlySet<string>>,
  program: LinkedObject,
): UnmetVersions {
  const versions = [...byVersion.keys()].toSorted(compareVersions);
  const [first, [firstBy] = []] = [...byVersion][0] ?? [''];
  const error = `${nameOf(program)}: ${nameOf(library)}: version \`${first}' not found (required by ${firstBy ?? ''})`;
  return {
    of: library,
    refusal: {
      kind: 'symbol-version-not-found',
      error,
      versions,
      neededBy: [...new Set([...byVersion.values()].flatMap((paths) => [...paths]))],
      defined: library.elf.dynamic?.versionsDefined ?? [],
      hosts: { on: 'all' },
    },
  };
}

/** `GLIBC_2.9` before `GLIBC_2.10`. */
export function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** `2.36` of a libc that defines GLIBC_2.36 and nothing newer; null when the names are not glibc's. */
export function glibcVersionOf(defined: readonly string[]): string | null {
  const numbered = defined.filter((name) => /^GLIBC_\d+\.\d/.test(name)).toSorted(compareVersions);
  return numbered.at(-1)?.slice('GLIBC_'.length) ?? null;
}
