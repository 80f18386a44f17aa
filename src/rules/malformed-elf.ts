import { effectOn, LIBRARIES, loadingOf } from './loading-words.ts';
import { startRule } from './rule.ts';
import { about, nameOf, PROGRAMS, refusedSteps } from './start-words.ts';

export const malformedElf = startRule({
  id: 'malformed-elf',
  title: 'The program to start is damaged',
  severity: 'error',
  what: 'A program that the container starts, its loader or one of its libraries begins like an ELF file for the right machine, but the kernel cannot load it: it is cut off, its program headers or its `PT_INTERP` are broken, its segments cannot be mapped, there are zeros instead of code where it begins, tables that its loader reads are gone, or it is no program at all: an object file that was never linked, or a shared library.',
  why: 'Depending on what is broken the kernel answers `exec format error`, or it kills the process before its first instruction, so that the container ends with status 139 (segmentation fault) or 135 (bus error) and an empty log. Interrupted downloads, full disks and broken post-processing (`strip`, `upx`, `patchelf`) leave such files.',
  fix: 'Build or download the file again, and compare its checksum. Warnings are about files that some hosts start, that are cut off where the program may never look, or whose section headers and program headers contradict each other.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['malformed-elf'], [...PROGRAMS, 'loader'])) {
      const name = nameOf(trace, found.step);
      yield {
        ...about(trace, found),
        title: `{platforms} cannot start: the program ${name} is damaged`,
        message: `${found.step.file?.located.path ?? found.step.name}: ${found.refusal.fault.text}.`,
      };
    }
    for (const found of refusedSteps(trace, ['library-broken'], LIBRARIES)) {
      const { program, asker, base } = loadingOf(trace, found);
      const path = found.step.file?.located.path ?? found.step.name;
      yield {
        ...base,
        title: `${effectOn(program, found.refusal.hosts, found.refusal.effect)}: its library ${path} is damaged`,
        message: `${asker} needs ${found.step.name}; ${path} is cut off, or its headers are broken.`,
      };
    }
    for (const found of refusedSteps(trace, ['packed-relocations'], LIBRARIES)) {
      const { program, base } = loadingOf(trace, found);
      const { path, hosts } = found.refusal;
      yield {
        ...base,
        title: `${effectOn(program, hosts)}: ${path} was linked for another loader`,
        message: `${path} has packed relocations (DT_RELR), but does not say that it needs GLIBC_ABI_DT_RELR, and glibc's loader refuses it. Link it with binutils 2.38 or lld 15 or later, or without \`-z pack-relative-relocs\`.`,
        path,
      };
    }
  },
});
