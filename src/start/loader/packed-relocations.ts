/**
 * Packed relative relocations (DT_RELR) under glibc. Since 2.36 its loader does them, and ends the start of an object
 * that has them, versions and libc in DT_NEEDED, but no word of GLIBC_ABI_DT_RELR (`_dl_check_map_versions` of
 * elf/dl-version.c; which objects it spares was seen on the loader of Debian's 2.36). Before, it passes over them.
 */
import type { GlibcLoader } from '../../elf/loader-facts.ts';
import { calledAs, type LinkedObject, programOf } from './link-map.ts';
import type { PackedRelocationsRefusal } from './library-refusal.ts';
import type { Unreadable } from '../start-trace.ts';

export interface UndeclaredRelocations {
  readonly of: LinkedObject;
  readonly refusal: PackedRelocationsRefusal;
}

/** Its hash is all that the loader compares, and then the name. */
const PROMISE = 'GLIBC_ABI_DT_RELR';
const LIBC = 'libc.so.';

/** What a loader that does them refuses. */
export function undeclaredRelocations(
  objects: readonly LinkedObject[],
  { packedRelocations }: GlibcLoader,
): UndeclaredRelocations[] {
  if (packedRelocations === 'passed-over') return [];
  return objects.filter(isRefused).map((of) => {
    const error = `${calledAs(programOf(of))}: error while loading shared libraries: ${calledAs(of)}: DT_RELR without ${PROMISE} dependency`;
    return {
      of,
      refusal: { kind: 'packed-relocations', error, path: of.file.located.path, hosts: { on: 'all' } },
    };
  });
}

/** What a loader that does not know them leaves as it is: harm is done once something uses it. */
export function passedOverRelocations(
  objects: readonly LinkedObject[],
  { packedRelocations }: GlibcLoader,
): Unreadable[] {
  if (packedRelocations === 'done') return [];
  const why = 'its relocations are packed (DT_RELR), which glibc before 2.36 leaves undone';
  return objects
    .filter(({ elf }) => elf.dynamic?.packedRelocations === true)
    .filter((object) => !isPromised(object))
    .map(({ file }) => ({ path: file.located.path, why }));
}

function isRefused(object: LinkedObject): boolean {
  const { dynamic } = object.elf;
  if (dynamic === null || !dynamic.packedRelocations || dynamic.versionsNeeded.length === 0) return false;
  // Later loaders spare the parts of glibc itself, which alone define this version.
  if (dynamic.versionsDefined?.includes('GLIBC_PRIVATE') === true) return false;
  return dynamic.needed.some((name) => name.startsWith(LIBC)) && !isPromised(object);
}

function isPromised({ elf }: LinkedObject): boolean {
  return (elf.dynamic?.versionsNeeded ?? []).some(({ versions }) =>
    versions.some(({ name }) => name === PROMISE),
  );
}
