import type { SymbolVersionRefusal } from '../start/loader/library-refusal.ts';
import { isNewerThan, newestGlibcOf } from '../start/loader/symbol-versions.ts';
import { effectOn, LIBRARIES, loadingOf } from './loading-words.ts';
import { startRule } from './rule.ts';
import { placedAt, refusedSteps } from './start-words.ts';
import { missingVersion } from './unmet-words.ts';

export const symbolVersionNotFound = startRule({
  id: 'symbol-version-not-found',
  title: 'A library of the image is older than the program needs',
  severity: 'error',
  what: 'Programs and libraries record which versions of each library’s symbols they were linked with (`GLIBC_2.38`, `GLIBCXX_3.4.32`). The library that the loader finds in the image does not define one of them. The same is asked of add-ons (`.node`, extensions of Python and others) and of programs outside of `PATH`: it is an error for an add-on that an interpreter loads by its name, where no library of the image defines the version, and else a warning.',
  why: "glibc’s loader checks all of them before the program runs and ends it: `version `GLIBC_2.38' not found (required by /app)`. The program was built on a newer distribution than the one it runs on: the build stage and the final stage are different releases, or a prebuilt binary wants a newer base.",
  fix: 'Build on the release that the image is based on, or an older one; or base the image on a newer release. Never copy a single libc file from another image: loader and libc belong together.',
  *examine({ trace, survey }) {
    for (const found of refusedSteps(trace, ['symbol-version-not-found'], LIBRARIES)) {
      const { program, placeless } = loadingOf(trace, found);
      const { versions, neededBy, defined, library, hosts, glibc } = found.refusal;
      const lacking = defined === null ? null : (found.step.file?.located.path ?? null);
      const has = foundOf(found.refusal, lacking ?? library);
      yield {
        ...placeless,
        ...placedAt(trace, neededBy[0] ?? program),
        title: `${effectOn(program, hosts)}: it needs ${versions.at(-1) ?? ''} and ${has}`,
        message: `${neededBy.join(', ')} need${neededBy.length === 1 ? 's' : ''} ${versions.join(', ')} of ${library}; ${has}.`,
        evidence: { ...placeless.evidence, lacking, libc: glibc, versions, neededBy },
      };
    }
    for (const unmet of survey?.unmet ?? []) if (unmet.versions.length > 0) yield missingVersion(unmet);
  },
});

function foundOf({ versions, defined, glibc }: SymbolVersionRefusal, path: string): string {
  if (defined === null) return 'no DT_NEEDED asks for that library';
  const newest = newestGlibcOf(defined);
  const needed = newestGlibcOf(versions);
  if (newest === null) return `${path} does not define it`;
  // A libc of one release beside the loader of another is neither.
  if (glibc !== null && (needed === null || isNewerThan(needed, glibc)))
    return `the image has glibc ${glibc}`;
  return `${path} defines up to ${newest}`;
}
