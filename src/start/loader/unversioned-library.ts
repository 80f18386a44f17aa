/**
 * A library without any symbol versions before glibc's loader, in the place of one that has them: musl's libc under
 * the name of glibc's, a library that was built without its version script and without a libc. That it has no versions
 * is only complained of (elf/dl-version.c), but a symbol with a version that is then found in it ends the start:
 * `check_match` of elf/dl-lookup.c asserted before glibc 2.41 that this cannot be.
 */
import { type Linked, type LinkedObject, nameOf } from './link-map.ts';
import { boundAtStart, type Eagerness } from './symbol-binding.ts';
import { definerOf, type Reference } from './symbol-lookup.ts';
import { compareVersions, isAtLeast } from '../../base/compare-versions.ts';
import type { UnmetVersions } from './symbol-versions.ts';

/** The line of the assertion, by the first version that has it there. */
const LINES = [
  ['2.39', 106],
  ['2.36', 107],
  ['2.35', 106],
  ['2.33', 105],
] as const;
const LINE_BEFORE = 111;

const WITHOUT_ASSERTION = '2.41';

function errorOf(glibc: string | null): string {
  const [, line] = LINES.find(([since]) => isAtLeast(glibc, since)) ?? [];
  return `Inconsistency detected by ld.so: dl-lookup.c: ${line ?? LINE_BEFORE}: check_match: Assertion \`version->filename == NULL || ! _dl_name_match_p (version->filename, map)' failed!`;
}

/** One for each such library from which something is bound before the program runs; `glibc`: the loader's version. */
export function unversionedLibraries(
  linked: Linked,
  eagerness: Eagerness,
  glibc: string | null,
): UnmetVersions[] {
  if (isAtLeast(glibc, WITHOUT_ASSERTION)) return [];
  const suspects = [...linked.named].filter(([, { elf }]) => elf.symbols?.versioned === null);
  if (suspects.length === 0) return [];
  const bound = boundAtStart(linked, eagerness);
  return suspects.flatMap(([name, library]) => {
    const needs = bound.flatMap(({ of, references }) =>
      references
        .filter(({ wanted }) => wanted.version !== null && wanted.file === name)
        .filter(({ wanted, scope }) => definerOf(wanted, scope) === library)
        .map(({ wanted }) => ({ of, wanted })),
    );
    return needs.length === 0 ? [] : [faultOf(name, library, needs, errorOf(glibc))];
  });
}

function faultOf(
  library: string,
  of: LinkedObject,
  needs: readonly { readonly of: LinkedObject; readonly wanted: Reference }[],
  error: string,
): UnmetVersions {
  const versions = new Set(needs.flatMap(({ wanted: { version } }) => version ?? []));
  return {
    of,
    refusal: {
      kind: 'symbol-version-not-found',
      error,
      library,
      versions: [...versions].sort(compareVersions),
      neededBy: [...new Set(needs.map((need) => nameOf(need.of)))],
      defined: [],
      glibc: null,
      hosts: { on: 'all' },
    },
  };
}
