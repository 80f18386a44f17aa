import { effectOn, LIBRARIES, loadingOf } from './loading-words.ts';
import { startRule } from './rule.ts';
import { refusedSteps } from './start-words.ts';

export const libraryMismatch = startRule({
  id: 'library-mismatch',
  title: 'A shared library does not fit the loader',
  severity: 'error',
  what: 'A file of the library’s name was found, but the loader cannot use it: it is for another machine, another word size or another ABI, it is no shared library at all (a text, a linker script, a directory, an empty file), it is a second dynamic loader in the process, or it is a libc.so.6 of an older glibc than the loader.',
  why: 'glibc’s loader passes over libraries of another machine in silence and then says that there is none: `cannot open shared object file: No such file or directory`, or `wrong ELF class: ELFCLASS32`; of other files it says `invalid ELF header` or `file too short`. musl’s loader takes the first file of that name, whatever it is: `Exec format error`, `unsupported relocation type`.',
  fix: 'Replace the file with the library of the image’s own platform. It often came with `COPY --from` of a stage of another platform, with a download whose URL names an architecture, or as a Git LFS pointer or symlink that a checkout on another system turned into text.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['library-mismatch'], LIBRARIES)) {
      const { program, asker, base } = loadingOf(trace, found);
      const { step, refusal } = found;
      const path = step.file?.located.path ?? refusal.passedOver[0]?.path ?? step.name;
      const passedOver = refusal.passedOver.map((other) => `${other.path}: ${other.why}`).join('; ');
      const unused = step.file === null ? passedOver : `the loader finds ${path} and cannot use it`;
      const why = refusal.reason ?? unused;
      yield {
        ...base,
        title: `${effectOn(program, refusal.hosts, refusal.effect)}: ${path} is not a library for its loader`,
        message: `${asker} needs ${step.name}; ${why}.`,
        path,
        evidence: { ...base.evidence, library: step.name, neededBy: asker, passedOver },
      };
    }
  },
});
