/** Scripts for an interpreter of another machine: whoever hands to a shell what the kernel refuses, has the shell read them. */
import { symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { LIBC, PROGRAMS, withLibraries, WRAPPERS } from '../programs.ts';

const FOREIGN = 'wrong-architecture';

const ITEMS: readonly TarItem[] = [
  ...LIBC,
  ...withLibraries('/usr/bin/dash', '/bin/bash', '/usr/bin/env'),
  WRAPPERS.tini,
  program('bin/busybox', PROGRAMS.busybox),
  symlink('bin/sh', '/usr/bin/dash'),
  program('usr/bin/app', PROGRAMS.amd64),
  program('usr/bin/foreign', PROGRAMS.arm64),
];

/** `null`: nobody but the kernel. */
const CALLERS: readonly (readonly string[] | null)[] = [
  ['dash', '-c', 'exec /script'],
  ['bash', '-c', '/script'],
  ['busybox', 'sh', '-c', '/script'],
  ['env', '/script'],
  ['tini', '--', '/script'],
  null,
];

/** What stands below the `#!` line, and what a shell makes of it. */
const TEXTS: readonly (readonly [text: string, error: string | null])[] = [
  ['', null],
  ['exec app\n', null],
  ['exec missing\n', 'program-not-found'],
  ['import os\nprint("x")\n', FOREIGN],
];

export const foreignInterpreterCases: readonly KernelCase[] = CALLERS.flatMap((caller) =>
  TEXTS.map(([text, error]) => {
    const items = [...ITEMS, program('script', `#!/usr/bin/foreign\n${text}`)];
    const name = `${JSON.stringify(text)} by ${caller?.join(' ') ?? 'the runtime'}`;
    const expect = caller === null ? { error: FOREIGN } : error === null ? { warning: FOREIGN } : { error };
    const besides =
      caller === null || error === null || error === FOREIGN ? {} : { besides: `warning ${FOREIGN}` };
    return { ...kernelCase(name, items, caller ?? ['/script'], 'starts'), expect, ...besides };
  }),
);
