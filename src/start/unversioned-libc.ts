/**
 * A libc.so.6 without any symbol versions (musl's, put under the name of glibc's) before glibc's loader: that the
 * library has no versions is passed over (elf/dl-version.c), but a symbol with a version that is then found in it
 * ends the start (`check_match` of elf/dl-lookup.c asserts that this cannot be). Of other libraries it is not known
 * which of their symbols were linked with a version, so that nothing is said.
 */
import { hasSymbol } from '../elf/symbol-hash.ts';
import type { Linked, LinkedObject } from './link-map.ts';
import type { UnmetVersions } from './symbol-versions.ts';

const LIBC = 'libc.so.6';
const ERROR =
  "Inconsistency detected by ld.so: dl-lookup.c: 107: check_match: Assertion `version->filename == NULL || ! _dl_name_match_p (version->filename, map)' failed!";

export function unversionedLibc({ objects, named }: Linked): UnmetVersions[] {
  const libc = named.get(LIBC);
  if (libc === undefined || hasVersions(libc)) return [];
  const asker = objects.find((object) => versionsOf(object).length > 0 && bindsTo(object, libc, objects));
  if (asker === undefined) return [];
  return [
    {
      of: libc,
      refusal: {
        kind: 'symbol-version-not-found',
        error: ERROR,
        library: LIBC,
        versions: versionsOf(asker),
        neededBy: [asker.file.path],
        defined: [],
        glibc: null,
        hosts: { on: 'all' },
      },
    },
  ];
}

/** `l_versyms` is only set where there are versions of either kind. */
function hasVersions({ elf: { dynamic, problems } }: LinkedObject): boolean {
  const isRead = problems.every(({ part }) => part !== 'versions');
  return !isRead || dynamic === null || dynamic.versionsDefined !== null || dynamic.versionsNeeded.length > 0;
}

function versionsOf({ elf }: LinkedObject): string[] {
  const needs = (elf.dynamic?.versionsNeeded ?? []).filter(({ file }) => file === LIBC);
  return needs.flatMap(({ versions }) => versions.map(({ name }) => name));
}

/** Whether a symbol that is bound before the program runs is nowhere but in the libc: glibc has no other kind. */
function bindsTo({ elf }: LinkedObject, libc: LinkedObject, objects: readonly LinkedObject[]): boolean {
  const own = libc.elf.symbols?.defined;
  if (own === undefined || elf.symbols === null) return false;
  const others = objects.filter((object) => object !== libc).flatMap((object) => object.elf.symbols ?? []);
  return elf.symbols.undefined
    .split('\n')
    .some(
      (name) =>
        name !== '' && hasSymbol(own, name) && !others.some(({ defined }) => hasSymbol(defined, name)),
    );
}
