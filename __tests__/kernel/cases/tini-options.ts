/** tini without `--`: its getopt(3) looks for options behind the command where the libc is glibc, musl's does not. */
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { MUSL } from '../loading.ts';
import { compile, LIBC, PROGRAMS, WRAPPERS } from '../programs.ts';

const OK = 'starts';
const LOST = 'program-not-found';
const REFUSED = 'malformed-command';
const NOTHING = 'no-start-command';

/** As tini reads its words. */
const SOURCE = `
#include <stdio.h>
#include <unistd.h>
int main(int argc, char **argv) {
  int option;
  while ((option = getopt(argc, argv, "p:hvwgle:s")) != -1) {
    if (option == '?') return 1;
    if (option == 'p') return fprintf(stderr, "[FATAL tini (%i)] Not a valid option for -p: %s\\n", 1, optarg), 1;
  }
  execvp(argv[optind], argv + optind);
  fprintf(stderr, "[FATAL tini (%i)] exec %s failed: %m\\n", 1, argv[optind]);
  return 127;
}`;
const APP = program('usr/bin/app', PROGRAMS.amd64);
const ROOTS = {
  glibc: [WRAPPERS.tini, ...LIBC, APP],
  'static glibc': [{ ...WRAPPERS['tini-static'], name: 'usr/bin/tini' }, APP],
  musl: [program('usr/bin/tini', compile('musl-gcc', [], SOURCE)), ...MUSL, APP],
  'static musl': [program('usr/bin/tini', compile('musl-gcc', ['-static'], SOURCE)), APP],
} as const;

/** [words, with glibc, with musl] */
const LINES: readonly (readonly [words: string, glibc: string, musl: string])[] = [
  ['app -c', REFUSED, OK],
  ['app --port 80', REFUSED, OK],
  ['app x -- -c', OK, OK],
  ['app -g', OK, OK],
  ['app -gx', REFUSED, OK],
  ['app -p 8080', REFUSED, OK],
  ['-g app -p', NOTHING, OK],
  ['missing -x', REFUSED, LOST],
  ['missing -s', LOST, LOST],
  ['-- app -c --port 80', OK, OK],
  ['-g -- app -c', OK, OK],
  ['app x', OK, OK],
  ['-x app', REFUSED, REFUSED],
];

const caseOf = (libc: keyof typeof ROOTS, words: string, expect: string, env: readonly string[] = []) =>
  kernelCase(
    `tini ${words}, with ${[libc, ...env].join(' and ')}`,
    ROOTS[libc],
    ['tini', ...words.split(' ')],
    expect,
    env.length === 0 ? {} : { config: { entrypoint: ['tini', ...words.split(' ')], env } },
  );

export const tiniOptionCases: readonly KernelCase[] = [
  ...LINES.flatMap(([words, glibc, musl]) => [
    caseOf('glibc', words, glibc),
    caseOf('static glibc', words, glibc),
    caseOf('musl', words, musl),
  ]),
  // Nothing in it shows which libc that is.
  caseOf('static musl', 'app -c', OK),
  caseOf('static musl', '-- missing -c', LOST),
  caseOf('static musl', 'missing -c', 'not known: it may take options that stand behind its command'),
  caseOf('glibc', 'app -c', OK, ['PATH=/usr/bin', 'POSIXLY_CORRECT=']),
];
