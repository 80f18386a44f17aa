import { isFromHost } from '../start/loader/host-libraries.ts';
import { effectOn, LIBRARIES, loadingOf } from './loading-words.ts';
import { startRule } from './rule.ts';
import { placedAt, refusedSteps } from './start-words.ts';
import { missingLibrary } from './unmet-words.ts';

const FROM_HOST = ' It belongs to a driver: only hosts whose runtime mounts it start the container.';

export const libraryNotFound = startRule({
  id: 'library-not-found',
  title: 'A shared library is not in the image',
  severity: 'error',
  what: 'The program, or a library that it needs, names a shared library (`DT_NEEDED`) that its loader finds nowhere: not in `RPATH` or `RUNPATH`, not in `LD_LIBRARY_PATH`, not in `/etc/ld.so.cache`, not in the directories that the loader was built with. Only what the loader maps before the program runs counts; what a program loads itself later (`dlopen`) cannot be known. It is a warning for libraries of a GPU’s driver (`libcuda.so.1`), which runtimes mount from the host. Of Node’s add-ons and of programs outside of `PATH` it is a warning, and only where no file of the image has the library’s name.',
  why: 'The loader ends the process before the program’s first line: `error while loading shared libraries: libssl.so.3: cannot open shared object file: No such file or directory` (glibc), `Error loading shared library libssl.so.3: No such file or directory (needed by /app)` (musl). Often the library was in the build stage only, its package was not installed in the final stage, or it lies in a directory that is in no cache because `ldconfig` was not run.',
  fix: 'Install the package that has the library in the final stage, or copy the library to a directory that the loader searches. For glibc, run `ldconfig` in the image after you add one. `ldd FILE` in the finished image shows what is missing.',
  *examine({ trace, survey }) {
    for (const found of refusedSteps(trace, ['library-not-found'], LIBRARIES)) {
      const { program, asker, placeless } = loadingOf(trace, found);
      const { step, refusal } = found;
      const closed = refusal.passedOver.map(({ path, why }) => `${path}: ${why}`).join('; ');
      const isDriver = isFromHost(step.name);
      yield {
        ...placeless,
        ...(isDriver && placeless.severity === 'error' && { severity: 'warning' }),
        ...placedAt(trace, asker),
        title: isDriver
          ? `{platforms} {starts|start} ${program} only where the host brings ${step.name}`
          : `${effectOn(program, refusal.hosts, refusal.effect)}: the library ${step.name} is not in the image`,
        message: `${asker} needs ${step.name} (${step.via}); ${closed === '' ? lookedIn(step.searched) : closed}.${isDriver ? FROM_HOST : ''}`,
        evidence: { ...placeless.evidence, library: step.name, neededBy: asker },
      };
    }
    for (const unmet of survey?.unmet ?? []) if (unmet.versions.length === 0) yield missingLibrary(unmet);
  },
});

function lookedIn(directories: readonly string[]): string {
  if (directories.length === 0) return 'there is nothing at that path';
  const shown = directories.slice(0, 8).join(', ');
  return `the loader looked in ${shown}${directories.length > 8 ? ` and ${directories.length - 8} more` : ''}`;
}
