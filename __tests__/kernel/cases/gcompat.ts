/** Programs of glibc where gcompat stands in for its loader. */
import type { TarItem } from '../../support/layer-builder.ts';
import { type KernelCase, program } from '../kernel-case.ts';
import { fails, GLIBC_PATH, MUSL, MUSL_PATH, starts } from '../loading.ts';
import { compile } from '../programs.ts';

const begins = (name: string, items: readonly TarItem[]) => starts(name, [...MUSL, ...items]);
const unbound = (name: string, items: readonly TarItem[]) =>
  fails('symbol-not-found', name, [...MUSL, ...items], { kernel: 'exit 127' });

const NOTHING = 'int main(void) { return 0; }';

/** What gcompat's stand-in for glibc's loader does. */
const STAND_IN = `
#include <unistd.h>
#include <string.h>
int main(int argc, char **argv, char **envp) {
  static char target[4096];
  char *words[64] = { argv[0], "--preload", "/lib/libgcompat.so.0", target };
  if (readlink("/proc/self/exe", target, sizeof target - 1) < 0) return 1;
  for (int i = 1; i < argc && i < 50; i++) words[3 + i] = argv[i];
  execve("${MUSL_PATH}", words, envp);
  return 1;
}`;
const standIn = program(GLIBC_PATH.slice(1), compile('musl-gcc', ['-static'], STAND_IN));
const gcompat = program(
  'lib/libgcompat.so.0',
  compile('musl-gcc', ['-shared', '-fPIC'], 'const char *gnu_get_libc_version(void) { return "2"; }'),
);
const glibcProgram = (source: string) => program('app', compile('gcc', ['-O2'], source));

export const gcompatCases: readonly KernelCase[] = [
  begins('a glibc program', [standIn, gcompat, glibcProgram(NOTHING)]),
  begins('a glibc program that needs what gcompat has', [
    standIn,
    gcompat,
    glibcProgram('#include <gnu/libc-version.h>\nint main(void) { return gnu_get_libc_version() == 0; }'),
  ]),
  unbound('a glibc program that needs what nobody has', [
    standIn,
    gcompat,
    glibcProgram('#include <mcheck.h>\nint main(int c, char **v) { if (c > 5) mtrace(); return 0; }'),
  ]),
  fails('loader-not-found', 'without musl’s loader', [standIn, gcompat, glibcProgram(NOTHING)], {
    kernel: 'exit 1',
    tells: 'nothing',
  }),
];
