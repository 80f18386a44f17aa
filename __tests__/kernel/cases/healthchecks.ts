/** HEALTHCHECK's own program: the container starts all the same. */
import { file } from '../../support/layer-builder.ts';
import type { KernelCase } from '../kernel-case.ts';
import { program } from '../kernel-case.ts';
import { LIBC, PROGRAMS, withLibraries, WRAPPERS } from '../programs.ts';

const { amd64, arm64, busybox } = PROGRAMS;
const ITEMS = [
  program('bin/sh', busybox),
  ...withLibraries('/bin/bash', '/usr/bin/dash', '/usr/bin/grep'),
  ...LIBC,
  WRAPPERS.tini,
  WRAPPERS.gosu,
  program('usr/bin/app', amd64),
  program('usr/bin/foreign', arm64),
  file('data', amd64),
  program('usr/bin/lost', '#!/opt/sh\n'),
];

function probe(name: string, healthcheck: readonly string[], works: 'works' | 'broken'): KernelCase {
  const expect = works === 'works' ? 'starts' : ({ warning: 'healthcheck-broken' } as const);
  return { name, layers: [ITEMS], config: { entrypoint: ['app'], healthcheck }, runs: 'healthcheck', expect };
}

export const healthcheckCases: readonly KernelCase[] = [
  probe('a program', ['CMD', 'app'], 'works'),
  probe('a path', ['CMD', '/usr/bin/app', 'x'], 'works'),
  probe('a program that is not there', ['CMD', 'curl', '-f', 'http://localhost/'], 'broken'),
  probe('a program of another machine', ['CMD', 'foreign'], 'broken'),
  probe('a program without an x bit', ['CMD', '/data'], 'broken'),
  probe('the shell form', ['CMD-SHELL', 'app'], 'works'),
  probe(
    'the shell form of a program that is not there',
    ['CMD-SHELL', 'curl -f http://localhost/'],
    'broken',
  ),
  probe('the shell form with exit 1', ['CMD-SHELL', 'curl -f http://localhost/ || exit 1'], 'broken'),
  probe('the shell form with exit 1, the program there', ['CMD-SHELL', 'app || exit 1'], 'works'),
  probe('the shell form with a way out', ['CMD-SHELL', 'curl -f http://localhost/ || app'], 'works'),
  probe('a way out that is not there either', ['CMD-SHELL', 'curl -f x || httpie x || exit 1'], 'broken'),
  probe('a way out that is there', ['CMD-SHELL', 'curl -f x || app || exit 1'], 'works'),
  probe('a way out for another machine', ['CMD-SHELL', 'curl -f x || foreign'], 'broken'),
  probe('a pipe into what is not there', ['CMD-SHELL', 'app | httpie || exit 1'], 'broken'),
  probe('a condition', ['CMD-SHELL', '[ -f /none ] || app'], 'works'),
  probe('a test of a program that is there', ['CMD-SHELL', 'test "$(app)" = "" || exit 1'], 'works'),
  probe('a path in a list', ['CMD-SHELL', '/usr/bin/app && /opt/probe'], 'broken'),
  probe('exec', ['CMD-SHELL', 'exec curl x'], 'broken'),
  probe('a whole command line in one word', ['CMD', 'app x'], 'broken'),
  probe('the shell form of a list', ['CMD-SHELL', 'app && foreign'], 'broken'),
  probe('a pipe from what is not there', ['CMD-SHELL', 'missing | app'], 'works'),
  probe('grep behind what is not there', ['CMD-SHELL', 'curl -sf x | grep -qi "up"'], 'broken'),
  probe('grep and exit 1 behind what is not there', ['CMD-SHELL', 'curl -s x | grep UP || exit 1'], 'broken'),
  probe('grep behind what is for another machine', ['CMD-SHELL', 'foreign status | grep -v down'], 'broken'),
  probe('grep of a file behind what is not there', ['CMD-SHELL', 'curl x | grep "" /data'], 'works'),
  probe('grep that is to find nothing', ['CMD-SHELL', '! curl -s x | grep down'], 'works'),
  probe('a way out of grep', ['CMD-SHELL', 'curl -s x | grep UP || app'], 'works'),
  probe('a way out of a script whose interpreter is not there', ['CMD-SHELL', 'lost || app'], 'works'),
  probe('no way out of a script whose interpreter is not there', ['CMD-SHELL', 'lost || lost x'], 'broken'),
  probe('grep behind a script whose interpreter is not there', ['CMD-SHELL', 'lost | grep -q up'], 'broken'),
  probe('a status that is kept', ['CMD-SHELL', 'curl x; rc=$?; app; exit $rc'], 'broken'),
  probe('a user that is not there', ['CMD', 'gosu', 'nobody', 'app'], 'broken'),
  probe('tini with nothing behind it', ['CMD', 'tini', '--'], 'broken'),
];
