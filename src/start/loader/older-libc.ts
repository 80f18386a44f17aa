/**
 * A libc.so.6 that is older than glibc's loader. The two share variables whose layout no version of a symbol tells; what
 * becomes of them was seen with loaders of 2.36, 2.41 and 2.43 and libraries of 2.31, 2.36 and 2.41. A newer libc.so.6
 * asks an older loader for what it lacks by name, or goes well.
 */
import { EM_X86_64 } from '../../elf/machines.ts';
import type { GlibcLoader } from '../../elf/loader-facts.ts';
import type { Linked, LinkedObject } from './link-map.ts';
import type { LibraryFault } from './library-refusal.ts';
import { endedBy } from './loader-messages.ts';
import { compareVersions } from '../../base/compare-versions.ts';

export interface OlderLibc {
  readonly of: LinkedObject;
  readonly refusal: LibraryFault;
}

/** `__libc_early_init` is new in 2.32, and every loader since then calls it. */
const WITH_EARLY_INIT = '2.32';
const WITHOUT_EARLY_INIT =
  "Inconsistency detected by ld.so: dl-call-libc-early-init.c: 37: _dl_call_libc_early_init: Assertion `sym != NULL' failed!";

/** On x86-64: this loader or a newer one ends so with this libc.so.6 or an older one. On AArch64 the first goes well. */
const FATAL_PAIRS = [
  ['2.41', '2.36', '*** stack smashing detected ***: terminated'],
  ['2.43', '2.41', endedBy('SIGSEGV').error],
] as const;

export function olderLibc({ objects }: Linked, loader: LinkedObject, { version }: GlibcLoader): OlderLibc[] {
  return objects.flatMap((of) => {
    const { libcVersion, machine } = of.elf;
    if (version === null || libcVersion === null || compareVersions(libcVersion, version) >= 0) return [];
    const reason = `${of.file.path} is of glibc ${libcVersion}, and the loader ${loader.file.path} of ${version}`;
    const isFatal = ([since, upTo]: (typeof FATAL_PAIRS)[number]) =>
      compareVersions(version, since) >= 0 && compareVersions(libcVersion, upTo) <= 0;
    const [, , error = null] = (machine === EM_X86_64 ? FATAL_PAIRS.find(isFatal) : undefined) ?? [];
    const crash = { ...endedBy('SIGSEGV'), reason };
    if (compareVersions(libcVersion, WITH_EARLY_INIT) < 0)
      return [{ of, refusal: { ...crash, error: WITHOUT_EARLY_INIT } }];
    return [{ of, refusal: error === null ? { ...crash, effect: 'perhaps' } : { ...crash, error } }];
  });
}
