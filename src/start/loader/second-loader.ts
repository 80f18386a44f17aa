/**
 * A second loader in one process: a copy of glibc's, or its own file under another name, that somebody needs as a
 * library or preloads. The one that runs is in no list of files (`_dl_map_object_from_fd` of elf/dl-load.c compares with
 * those that were opened), so it is mapped anew, and where it comes first, libc.so.6 takes its untouched variables for
 * those of the loader. Seen with 2.36, 2.41 and 2.43, which divide by the size of a page that is zero; 2.31 goes on.
 */
import type { GlibcLoader } from '../../elf/loader-facts.ts';
import type { Linked, LinkedObject } from './link-map.ts';
import { endedBy } from './loader-messages.ts';
import type { LibraryFault } from './library-refusal.ts';
import type { Unreadable } from '../start-trace.ts';
import { boundAtStart } from './symbol-binding.ts';
import { definerOf } from './symbol-lookup.ts';
import { isAtLeast } from '../../base/compare-versions.ts';

export interface SecondLoader {
  readonly of: LinkedObject;
  readonly refusal: LibraryFault;
}

/** Loaders in the place of a library, each by what must not be taken from it, and how that ends. */
const TAKEN = {
  glibc: {
    names: new Set(['_rtld_global', '_rtld_global_ro']),
    signal: 'SIGFPE',
  },
  // musl's is the libc as well, and begins what its own loader has not prepared.
  musl: { names: new Set(['__libc_start_main']), signal: 'SIGSEGV' },
} as const;

/** Without those of which it is not known what the loader does then. */
export function secondLoaders(
  linked: Linked,
  loader: LinkedObject,
  { version }: GlibcLoader,
): SecondLoader[] {
  return takenForLoader(linked, loader)
    .filter(({ libc }) => libc === 'musl' || isSure(version))
    .map(({ of, libc }) => ({ of, refusal: endedBy(TAKEN[libc].signal) }));
}

/** Those others. */
export function perhapsSecondLoaders(
  linked: Linked,
  loader: LinkedObject,
  { version }: GlibcLoader,
): Unreadable[] {
  const why =
    'it is a second loader beside the one that runs, and what this old glibc does with it is not known';
  return takenForLoader(linked, loader)
    .filter(({ libc }) => libc === 'glibc' && !isSure(version))
    .map(({ of: { file } }) => ({ path: file.located.path, why }));
}

/** Since 2.34 libc.so.6 has its threads inside, which ask for the size of a page at once. */
function isSure(version: string | null): boolean {
  return isAtLeast(version, '2.34');
}

interface Suspect {
  readonly of: LinkedObject;
  readonly libc: keyof typeof TAKEN;
}

function takenForLoader(linked: Linked, loader: LinkedObject): readonly Suspect[] {
  const suspects = linked.objects.flatMap((of): Suspect[] => {
    const libc = of === loader ? undefined : of.elf.loader?.libc;
    return libc === 'glibc' || libc === 'musl' ? [{ of, libc }] : [];
  });
  if (suspects.length === 0) return [];
  const bound = boundAtStart(linked, 'only those linked so').flatMap(({ references }) => references);
  return suspects.filter(({ of, libc }) =>
    bound.some(({ wanted, scope }) => TAKEN[libc].names.has(wanted.name) && definerOf(wanted, scope) === of),
  );
}
