import { examplesOf, namedFiles, placeOfGroup } from './foreign-words.ts';
import type { ExecutableStacks } from '../survey/exec-stack.ts';
import { imageRule } from './rule.ts';

/** dlopen(3) makes no stack executable any more (glibc 2.41, NEWS). */
const REFUSING_GLIBC = 41;

const ERROR = 'cannot enable executable stack as shared object requires: Invalid argument';

export const execStack = imageRule({
  id: 'exec-stack',
  title: 'A library wants an executable stack',
  severity: 'warning',
  what: 'A shared library asks for an executable stack (`PT_GNU_STACK` with the x flag; on amd64, 386, arm and s390x also a library without `PT_GNU_STACK`). From glibc 2.41 on, dlopen(3) refuses such a library. With an older glibc it is a note, and where a program of the image is linked with the library: then the stack is made executable when the program starts, by every glibc.',
  why: 'Interpreters and plug-in hosts fail when they load it: `cannot enable executable stack as shared object requires: Invalid argument`. Hosts with SELinux refuse it with any libc: `Permission denied`. Mostly one assembly file without `.note.GNU-stack` marks the whole library.',
  fix: 'Update the package, link it with `-Wl,-z,noexecstack`, or clear the flag where the library does not need it: `patchelf --clear-execstack FILE`.',
  *examine({ survey }) {
    const minor = survey?.glibcMinor ?? null;
    for (const group of survey?.executableStacks ?? []) {
      const { evidence, ...place } = placeOfGroup(group);
      const refuses = minor !== null && minor >= REFUSING_GLIBC && !group.isLinked;
      yield {
        ...place,
        severity: refuses ? 'warning' : 'note',
        title: refuses
          ? `{platforms} cannot load ${namedFiles(group)}: an executable stack is wanted`
          : `{platforms} {has|have} code that wants an executable stack: ${namedFiles(group)}`,
        message: `${namedFiles(group)}${examplesOf(group)} ${group.count === 1 ? 'wants' : 'want'} an executable stack${answerOf(group, minor)}.`,
        ...(refuses ? { runtimeError: `${group.paths[0] ?? group.path}: ${ERROR}` } : {}),
        evidence: { ...evidence, glibcMinor: minor, linked: group.isLinked },
      };
    }
  },
});

function answerOf({ isLinked }: ExecutableStacks, minor: number | null): string {
  if (minor === null) return '';
  if (minor < REFUSING_GLIBC) return `, which glibc 2.${minor} of the image still grants`;
  return isLinked
    ? `, which programs that are linked with it get when they start`
    : `, which glibc 2.${minor} of the image refuses to dlopen`;
}
