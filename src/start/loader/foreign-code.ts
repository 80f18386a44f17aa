/**
 * Libraries of another machine that musl mapped all the same: it does not look at e_machine, and one in which nothing
 * is relocated or run does no harm until somebody calls a function of it.
 */
import type { LinkedObject, Linked } from './link-map.ts';
import { endedBy } from './loader-messages.ts';
import type { LibraryFault } from './library-refusal.ts';
import { boundAtStart } from './symbol-binding.ts';
import { isDefinedForMusl } from './symbol-lookup.ts';

export interface ForeignCode {
  readonly of: LinkedObject;
  readonly refusal: LibraryFault;
}

/** One for each such library that answers to a symbol which somebody needs. */
export function boundToForeignCode(linked: Linked, loader: LinkedObject): ForeignCode[] {
  const { objects } = linked;
  if (objects.every((object) => isAtHome(object, loader))) return [];
  const references = boundAtStart(linked, 'all').filter(({ of }) => isAtHome(of, loader));
  const definers = references.flatMap(({ references: all }) =>
    all.map(({ wanted, scope }) => scope.find((object) => isDefinedForMusl(wanted, [object]))),
  );
  return objects
    .filter((object) => !isAtHome(object, loader) && definers.includes(object))
    .map((of) => ({ of, refusal: endedBy('SIGSEGV') }));
}

function isAtHome({ elf }: LinkedObject, loader: LinkedObject): boolean {
  return elf.machine === loader.elf.machine;
}
