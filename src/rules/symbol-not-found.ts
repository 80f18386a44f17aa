import { effectOn, LIBRARIES, loadingOf } from './loading-words.ts';
import { startRule } from './rule.ts';
import { placedAt, refusedSteps } from './start-words.ts';

export const symbolNotFound = startRule({
  id: 'symbol-not-found',
  title: 'A symbol that the program needs is in no library',
  severity: 'error',
  what: 'A program or library refers to a function or variable that none of the libraries defines which its loader maps, or none in the version that was linked with. It is reported only where the loader looks all symbols up before the program runs: always under musl, under glibc for files linked with `-z now`.',
  why: 'The loader ends the process: `Error relocating /app: __memcpy_chk: symbol not found` (musl), `symbol lookup error: /app: undefined symbol: foo` (glibc). On Alpine it is mostly a program or a library that was built against glibc and that musl has no `__*_chk`, `fcntl64`, `gnu_get_libc_version` … for, with or without gcompat; elsewhere it is a library of another release than the one that the program was linked with.',
  fix: 'Use a build of the program for the libc of the image (a `-musl` or `alpine` build, or a glibc base image), and libraries of the release that it was linked with.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['symbol-not-found'], LIBRARIES)) {
      const { program, placeless } = loadingOf(trace, found);
      const { symbols, neededBy, libc, hosts } = found.refusal;
      const more = symbols.length > 5 ? ` and ${symbols.length - 5} more` : '';
      yield {
        ...placeless,
        ...placedAt(trace, neededBy),
        title: `${effectOn(program, hosts)}: ${symbols[0] ?? ''} is in none of its libraries`,
        message: `${neededBy} needs ${symbols.slice(0, 5).join(', ')}${more}; nothing that ${libc}’s loader maps for ${program} defines ${symbols.length === 1 ? 'it' : 'them'}.`,
        evidence: { ...placeless.evidence, neededBy, libc, symbols: symbols.slice(0, 50) },
      };
    }
  },
});
