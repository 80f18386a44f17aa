/** Which directory of PATH a caller takes the program from, when the first file of the name lacks what starts it. */
import { buildElf } from '../../support/elf-builder.ts';
import { directory, file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { LIBC, PROGRAMS, withLibraries, WRAPPERS } from '../programs.ts';
import { SHELLS } from './shells.ts';

const { amd64, arm64, busybox } = PROGRAMS;
const config = { env: ['PATH=/opt:/srv:/usr/bin:/bin'] };
const NO_INTERPRETER = 'interpreter-not-found';

const FOREIGN = 'wrong-architecture';

const NO_SCRIPT = [program('opt/app', '#!/missing\n')];

/** What execvp(3) goes on after: ENOENT, ENOTDIR and EACCES of the interpreter or the loader. */
const LACKING: readonly (readonly [string, readonly TarItem[]])[] = [
  ['a script without its interpreter', NO_SCRIPT],
  ['a script with a file for a directory', [program('opt/app', '#!/opt/app/sh\n')]],
  ['a script whose interpreter may not be executed', [program('opt/app', '#!/opt/text\n'), file('opt/text')]],
  ['a script whose interpreter is a directory', [program('opt/app', '#!/srv\n')]],
  [
    'a script of a script without its interpreter',
    [program('opt/app', '#!/opt/other\n'), program('opt/other', '#!/missing\n')],
  ],
  ['a program without its loader', [program('opt/app', elf('/missing'))]],
  ['a program with a directory for a loader', [program('opt/app', elf('/srv'))]],
];

/** What it ends with where there is a shell: without one glibc's execvp goes on after ENOEXEC too. */
const FINAL: readonly (readonly [string, readonly TarItem[], string])[] = [
  ['a program of another machine', [program('opt/app', arm64)], FOREIGN],
  ['a script that is its own interpreter', [program('opt/app', '#!/opt/app\n')], 'interpreter-loop'],
];

const UNTOLD: readonly (readonly [string, readonly TarItem[], string])[] = [
  ['a program of another machine without a loader', [program('opt/app', elf('/missing', 'arm64'))], FOREIGN],
  ['the first bytes of a program', [program('opt/app', amd64.subarray(0, 3))], 'unknown-format'],
  ['a program without program headers', [program('opt/app', amd64.subarray(0, 64))], 'malformed-elf'],
];

function elf(interpreter: string, machine: 'amd64' | 'arm64' = 'amd64'): Buffer {
  return Buffer.from(buildElf({ machine, interpreter }));
}

const ENV = withLibraries('/usr/bin/env');
const SHELL = program('bin/sh', busybox);
const TINI = [WRAPPERS.tini, ...LIBC];

/** Callers, each with its own files and its command line. */
type Caller = readonly [name: string, tools: readonly TarItem[], words: readonly string[]];

const EXECVP: readonly Caller[] = [
  ['env', ENV, ['env', 'app']],
  ["busybox's env", [program('bin/env', busybox)], ['env', 'app']],
  ['tini', TINI, ['tini', '--', 'app']],
];
const GOING_ON: readonly Caller[] = [
  ...EXECVP,
  ['dash', SHELLS['dash'] ?? [], ['dash', '-c', 'app']],
  ['exec of dash', SHELLS['dash'] ?? [], ['dash', '-c', 'exec app']],
  ["busybox's sh", SHELLS['sh'] ?? [], ['sh', '-c', 'exec app']],
];
const ENDING: readonly Caller[] = [
  ['runc', [], ['app']],
  ['bash', SHELLS['bash'] ?? [], ['bash', '-c', 'app']],
];

function ask(name: string, [, tools, words]: Caller, items: readonly TarItem[], expect: string): KernelCase {
  return kernelCase(name, [...tools, ...items, program('srv/app', amd64)], words, expect, { config });
}

/** Every caller before the first of what is lacking, and one caller before each other. */
export const secondDirectoryCases: readonly KernelCase[] = [
  ...LACKING.flatMap(([what, items], index) =>
    GOING_ON.filter((_, at) => index === 0 || at === index % GOING_ON.length).map((caller) =>
      ask(`${caller[0]} goes on after ${what}`, caller, items, 'starts'),
    ),
  ),
  ...ENDING.map((caller) =>
    ask(`${caller[0]} ends with a script without its interpreter`, caller, NO_SCRIPT, NO_INTERPRETER),
  ),
  ...[...GOING_ON, ...ENDING].map((caller) => {
    const [verb, expect] = EXECVP.includes(caller)
      ? ['ends with', 'program-not-found']
      : ['goes on after', 'starts'];
    return ask(`${caller[0]} ${verb} a loop of symlinks`, caller, [symlink('opt/app', 'app')], expect);
  }),
  ...FINAL.map(([what, items, expect]) =>
    ask(`env ends with ${what}`, ['env', [...ENV, SHELL], ['env', 'app']], items, expect),
  ),
  // What a shell says of files of so few bytes, and of those that are no whole program, is not known.
  ...UNTOLD.map(([what, items, expect]) => ({
    ...ask(`env ends with ${what}`, ['env', [...ENV, SHELL], ['env', 'app']], items, expect),
    tells: 'nothing' as const,
  })),
  kernelCase(
    'nothing better comes',
    [...ENV, ...NO_SCRIPT, directory('srv/app')],
    ['env', 'app'],
    NO_INTERPRETER,
    {
      config,
    },
  ),
];
