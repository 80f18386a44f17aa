/** Scripts for an interpreter that is no program of this machine: whoever hands to a shell what the kernel refuses, has the shell read them. */
import { symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, onlyNamed, program } from '../kernel-case.ts';
import { LIBC, PROGRAMS, withLibraries, WRAPPERS } from '../programs.ts';

const FOREIGN = 'wrong-architecture';

const ITEMS: readonly TarItem[] = [
  ...LIBC,
  ...withLibraries('/usr/bin/dash', '/bin/bash', '/usr/bin/env'),
  WRAPPERS.tini,
  program('bin/busybox', PROGRAMS.busybox),
  symlink('bin/sh', '/usr/bin/dash'),
  program('usr/bin/app', PROGRAMS.amd64),
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
  ['# a\n\nfrom os import *\ndef f():\n  return 1\n', FOREIGN],
  ['"Main."\nimport os\nprint("x")\n', FOREIGN],
  ["'use strict';\nconst x = require('x');\n", FOREIGN],
  ["const x = require('x');\nx()\n", FOREIGN],
  ['X = 1\nY=2\nprint(X)\n', FOREIGN],
  ['Y=2\nuse strict;\nmy $x = f(1);\n', FOREIGN],
  ['package main\n\nfunc main() {\n}\n', FOREIGN],
  // More than is kept of it.
  [`import os\n${'print("x")\n'.repeat(40)}`, FOREIGN],
  [`x = f(1)\n${'print("x")\n'.repeat(40)}`, FOREIGN],
];

/** What stands behind `#!`, and the rule about it. */
const INTERPRETERS: readonly (readonly [path: string, data: string | Buffer, rule: string])[] = [
  ['/usr/bin/foreign', PROGRAMS.arm64, FOREIGN],
  ['/text', 'hello\n', 'no-shebang'],
  ['/empty', '', 'unknown-format'],
  ['/blank', '\n#!/bin/sh\n', 'malformed-shebang'],
  ['/leads-there', '#!/text\n', 'no-shebang'],
];

export const foreignInterpreterCases: readonly KernelCase[] = INTERPRETERS.flatMap(([path, data, rule]) =>
  CALLERS.flatMap((caller) =>
    TEXTS.map(([text, error]) => {
      const items = [
        ...onlyNamed(ITEMS, caller?.join(' ') ?? ''),
        program('text', 'hello\n'),
        program(path.slice(1), data),
        program('script', `#!${path}\n${text}`),
      ];
      const name = `${path} of ${JSON.stringify(text)} by ${caller?.join(' ') ?? 'the runtime'}`;
      const question = kernelCase(name, items, caller ?? ['/script'], 'starts');
      if (caller === null || error === FOREIGN) return { ...question, expect: { error: rule } };
      if (error === null) return { ...question, expect: { warning: rule } };
      return { ...question, expect: { error }, besides: `warning ${rule}` };
    }),
  ),
);
