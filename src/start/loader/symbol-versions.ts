/**
 * Whether the files that were really found define the versions that the others need: `_dl_check_map_versions` of
 * glibc's elf/dl-version.c. musl does not look at versions at all.
 */
import { compareVersions, isAtLeast } from '../../base/compare-versions.ts';
import { calledAs, type Linked, type LinkedObject, nameOf, programOf } from './link-map.ts';
import type { SymbolVersionRefusal } from './library-refusal.ts';

export interface UnmetVersions {
  /** The library that lacks them; where it is not loaded, the first that needs them. */
  readonly of: LinkedObject;
  readonly refusal: SymbolVersionRefusal;
}

/** What is needed of one library. */
interface Wanted {
  readonly name: string;
  readonly library: LinkedObject | null;
  readonly defined: readonly string[] | null;
  /** Who needs each version. */
  readonly byVersion: Map<string, LinkedObject[]>;
}

/** One for each library that lacks something; `glibc` is the version of the loader. */
export function unmetVersions(linked: Linked, glibc: string | null): UnmetVersions[] {
  const wanted = new Map<string, Wanted>();
  for (const object of linked.objects) {
    for (const { file, versions } of object.elf.dynamic?.versionsNeeded ?? []) {
      const want = wanted.get(file) ?? wantedOf(linked, file, glibc);
      if (want === null) continue;
      wanted.set(file, want);
      for (const { name, weak } of versions) {
        // Of a library that is not loaded even weak versions end the start: the loader's own assertion fails.
        if (want.defined === null || (!weak && !want.defined.includes(name))) {
          want.byVersion.set(name, [...(want.byVersion.get(name) ?? []), object]);
        }
      }
    }
  }
  return [...wanted.values()].flatMap((want) => unmetOf(want, glibc));
}

/** Null when nothing can be said, or is said elsewhere: it is missing, or its version definitions are none or unread. */
function wantedOf(
  { objects, named, missing, unread }: Linked,
  name: string,
  glibc: string | null,
): Wanted | null {
  const found = named.get(name);
  // Nobody may need the loader by its name, which counts here since 2.41 all the same.
  const isLoaded = found !== undefined && (objects.includes(found) || isAtLeast(glibc, '2.41'));
  const library = isLoaded ? found : null;
  if (library === null) {
    const isSaid =
      missing.some((other) => other.name === name && other.refusal.effect === 'stops') || unread.length > 0;
    return isSaid ? null : { name, library, defined: null, byVersion: new Map() };
  }
  const isRead = library.elf.problems.every(({ part }) => part !== 'versions');
  const defined = isRead ? (library.elf.dynamic?.versionsDefined ?? null) : null;
  return defined === null ? null : { name, library, defined, byVersion: new Map() };
}

function unmetOf({ name, library, defined, byVersion }: Wanted, glibc: string | null): UnmetVersions[] {
  const [first] = byVersion;
  const [version, [object] = []] = first ?? [''];
  if (object === undefined) return [];
  const neededBy = new Set([...byVersion.values()].flat().map(nameOf));
  return [
    {
      of: library ?? object,
      refusal: {
        kind: 'symbol-version-not-found',
        error: messageOf(object, library, version, glibc),
        library: name,
        versions: [...byVersion.keys()].toSorted(compareVersions),
        neededBy: [...neededBy],
        defined,
        glibc: versionInName(library?.file.located.path ?? '') ?? glibc,
        hosts: { on: 'all' },
      },
    },
  ];
}

function messageOf(
  object: LinkedObject,
  library: LinkedObject | null,
  version: string,
  glibc: string | null,
): string {
  if (library === null) {
    const line = isAtLeast(glibc, '2.35') ? 204 : 205;
    return `Inconsistency detected by ld.so: dl-version.c: ${line}: _dl_check_map_versions: Assertion \`needed != NULL' failed!`;
  }
  const program = calledAs(programOf(object));
  return `${program}: ${calledAs(library)}: version \`${version}' not found (required by ${calledAs(object)})`;
}

/** Until glibc 2.33 `libc.so.6` was a link to `libc-2.31.so`. */
function versionInName(path: string): string | null {
  return /\/\w+-(2\.\d+)\.so$/.exec(path)?.[1] ?? null;
}

/**
 * `GLIBC_2.36`, the newest that a library of glibc defines; null when it defines none of that form. Not every release
 * adds one to every library: 2.31 has nothing newer than GLIBC_2.30 in libc.so.6 for x86-64.
 */
export function newestGlibcOf(versions: readonly string[]): string | null {
  const numbered = versions.filter((name) => /^GLIBC_\d+\.\d/.test(name)).toSorted(compareVersions);
  return numbered.at(-1) ?? null;
}

/** Whether a glibc of that version is too old for a version name. */
export function isNewerThan(name: string, glibc: string): boolean {
  return compareVersions(name, `GLIBC_${glibc}`) > 0;
}
