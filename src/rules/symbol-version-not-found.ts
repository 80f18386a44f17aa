import { onHosts, severityOf, startRefusals } from '../start/start-refusals.ts';
import { glibcVersionOf } from '../start/symbol-versions.ts';
import { startRule } from './rule.ts';

export const symbolVersionNotFound = startRule({
  id: 'symbol-version-not-found',
  title: 'A library of the image is older than the program needs',
  severity: 'error',
  what: 'Programs and libraries record which versions of each library’s symbols they were linked with (`GLIBC_2.38`, `GLIBCXX_3.4.32`). The library that the loader finds in the image does not define one of them.',
  why: "glibc’s loader checks all of them before the program runs and ends it: `version `GLIBC_2.38' not found (required by /app)`. The program was built on a newer distribution than the one it runs on: the build stage and the final stage are different releases, or a prebuilt binary wants a newer base.",
  fix: 'Build on the release that the image is based on, or an older one; or base the image on a newer release. Never copy a single libc file from another image: loader and libc belong together.',
  *examine({ trace }) {
    for (const { step, refusal, program } of startRefusals(trace, 'symbol-version-not-found')) {
      const newest = refusal.versions.at(-1) ?? '';
      const has = glibcVersionOf(refusal.defined);
      const path = step.file?.located.path ?? step.name;
      const found = has === null ? `${path} does not define it` : `the image has glibc ${has}`;
      yield {
        severity: severityOf(step, refusal.hosts),
        title: `{platforms} cannot start ${program}${onHosts(refusal.hosts)}: it needs ${newest} and ${found}`,
        message: `${refusal.neededBy.join(', ')} need${refusal.neededBy.length === 1 ? 's' : ''} ${refusal.versions.join(', ')} of ${step.name}; ${found}.`,
        runtimeError: refusal.error,
        path,
        ...(step.file?.located.layer == null ? {} : { layer: step.file.located.layer }),
        evidence: {
          program,
          library: path,
          libc: has,
          versions: refusal.versions,
          neededBy: refusal.neededBy,
        },
      };
    }
  },
});
