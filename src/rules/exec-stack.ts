import { examplesOf, namedFiles, placeOfGroup } from './foreign-words.ts';
import { imageRule } from './rule.ts';

/** dlopen(3) makes no stack executable any more (glibc 2.41, NEWS). */
const REFUSING_GLIBC = 41;

export const execStack = imageRule({
  id: 'exec-stack',
  title: 'A library wants an executable stack',
  severity: 'warning',
  what: 'A shared library asks for an executable stack (`PT_GNU_STACK` with the x flag). From glibc 2.41 on, dlopen(3) refuses such a library; with an older glibc it is a note.',
  why: 'Interpreters and plug-in hosts fail when they load it: `cannot enable executable stack as shared object requires: Invalid argument`. Hosts with SELinux refuse it with any libc: `Permission denied`. Mostly one assembly file without `.note.GNU-stack` marks the whole library.',
  fix: 'Update the package, link it with `-Wl,-z,noexecstack`, or clear the flag where the library does not need it: `patchelf --clear-execstack FILE`.',
  *examine({ survey }) {
    const minor = survey?.glibcMinor ?? null;
    const refuses = minor !== null && minor >= REFUSING_GLIBC;
    for (const group of survey?.executableStacks ?? []) {
      const { evidence, ...place } = placeOfGroup(group);
      const libc = minor === null ? 'the libc' : `glibc 2.${minor}`;
      yield {
        ...place,
        severity: refuses ? 'warning' : 'note',
        title: refuses
          ? `{platforms} cannot load ${namedFiles(group)}: an executable stack is wanted`
          : `{platforms} {has|have} code that wants an executable stack: ${namedFiles(group)}`,
        message: `${namedFiles(group)}${examplesOf(group)} ${group.count === 1 ? 'wants' : 'want'} an executable stack, which ${libc} of the image ${refuses ? 'refuses to dlopen' : 'still grants'}.`,
        runtimeError: `${group.paths[0] ?? group.path}: cannot enable executable stack as shared object requires: Invalid argument`,
        evidence: { ...evidence, glibcMinor: minor },
      };
    }
  },
});
