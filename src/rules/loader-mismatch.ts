import { LOADERS, loadingOf } from './loading-words.ts';
import { startRule } from './rule.ts';
import { refusedSteps } from './start-words.ts';

export const loaderMismatch = startRule({
  id: 'loader-mismatch',
  title: 'The dynamic loader does not fit the program',
  severity: 'error',
  what: 'The file at the path in `PT_INTERP` is there, but it is no loader that the kernel would start for this program: it is for another machine, it is a script, a text or empty, it is damaged, it is a program or a library that would need a loader itself, or it is a musl too old for the program’s packed relocations.',
  why: 'The kernel maps program and loader into one process, so they must be of one kind. People see `exec /app: accessing a corrupted shared library` (ELIBBAD), or a process that is killed before its first instruction. It happens when a userland of another architecture was copied into the image, or when a file was made up to look like the loader.',
  fix: 'Take the loader from the libc package of the image’s own platform, and do not copy `/lib` or `/lib64` from a stage of another platform.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['loader-mismatch'], LOADERS)) {
      const { program, base } = loadingOf(trace, found);
      const { name, file } = found.step;
      yield {
        ...base,
        title: `{platforms} cannot start ${program}: its loader ${name} does not fit`,
        message: `${program} wants the loader ${name}; ${file?.located.path ?? name} ${found.refusal.text}.`,
        evidence: { ...base.evidence, found: found.refusal.text },
      };
    }
  },
});
