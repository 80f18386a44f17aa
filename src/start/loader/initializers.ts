/**
 * Whether what is called before the program can be called: functions of libraries by glibc's loader itself
 * (`_dl_init`), those of the program by `__libc_start_main` of the libc it calls, which under musl calls all of them.
 */
import type { ElfFacts } from '../../elf/elf-facts.ts';
import { START } from '../../elf/symbols.ts';
import type { Linked, LinkedObject } from './link-map.ts';
import { endedBy } from './loader-messages.ts';
import type { LibraryFault } from './library-refusal.ts';
import { referencesOf } from './symbol-lookup.ts';
import { isAtLeast } from '../../base/compare-versions.ts';

export interface BrokenInitializers {
  readonly of: LinkedObject;
  readonly refusal: LibraryFault;
}

/** Of libraries; the program's own are the program's fault. */
export function brokenInitializers(
  { objects }: Linked,
  program: LinkedObject,
  loader: LinkedObject,
  libc: 'glibc' | 'musl',
): BrokenInitializers[] {
  return objects
    .filter((object) => object !== program && object !== loader)
    .filter((object) => initializersFaultOf(object.elf, program.elf, libc) !== null)
    .map((of) => ({ of, refusal: { ...endedBy('SIGSEGV'), kind: 'library-broken' } }));
}

/** In words. */
export function initializersFaultOf(elf: ElfFacts, program: ElfFacts, libc: 'glibc' | 'musl'): string | null {
  const fault = elf.dynamic?.faults.find(
    ({ when, of }) => when === 'initialized' && (of === 'every loader' || of === libc),
  );
  if (fault === undefined) return null;
  const isCalled = libc === 'glibc' ? elf !== program || startsAnew(program) : calls(program).length > 0;
  return isCalled ? fault.text : null;
}

/** Programs linked with glibc before 2.34 brought the function along that called theirs. */
function startsAnew(program: ElfFacts): boolean {
  return calls(program).some((version) => isAtLeast(version, 'GLIBC_2.34'));
}

/** The versions of the start function that the program calls. */
function calls({ symbols }: ElfFacts): (string | null)[] {
  const wanted = [symbols?.undefined ?? '', symbols?.called ?? ''].flatMap(referencesOf);
  return wanted.filter(({ name }) => name === START).map(({ version }) => version);
}
