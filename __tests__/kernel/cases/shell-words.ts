/** Shells and entrypoint scripts with the words that people give them: dash, bash, and busybox as Alpine has it. */
import { readFileSync } from 'node:fs';
import { file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { PROGRAMS } from '../programs.ts';
import { COMMON, SHELLS } from './shells.ts';

const OK = 'starts';
const LOST = 'program-not-found';
const UNKNOWN = 'not known: stands for';
const REFUSED = 'malformed-command';

/** Lists that are not JSON, as docker hands them to a shell. */
const LISTS: readonly (readonly [line: string, expect: string])[] = [
  ["['app']", LOST],
  ["['app', 'x']", LOST],
  ["['/usr/bin/app']", LOST],
  ['[app]', LOST],
  ['[“/usr/bin/app”]', LOST],
  ["['app'] || app", OK],
  ["exec ['app']", LOST],
  ["app ['x']", OK],
  // Files of one letter would match.
  ["cd /letters && ['xa']", UNKNOWN],
  ["['a-z']", UNKNOWN],
];

type Answers = readonly [dash: string, bash: string, ash: string];

/** Words behind the shell itself. */
const WORDS: readonly (readonly [words: readonly string[], ...Answers])[] = [
  [['there.sh'], LOST, OK, LOST],
  [['-e', 'there.sh'], LOST, OK, LOST],
  [['srv/there.sh'], OK, OK, OK],
  [['nowhere.sh'], LOST, LOST, LOST],
  [['srv/nul.sh'], OK, 'not known: NUL bytes', OK],
  [['-o', 'pipefail', '-c', 'app | app'], REFUSED, OK, OK],
  [['-eo', 'pipefail', '-c', 'app | app'], REFUSED, OK, OK],
  [['-o', 'pipefail', '-c', 'missing | app'], REFUSED, LOST, LOST],
];

/** CMD behind an entrypoint script that ends in `exec "$@"`. */
const COMMANDS: readonly (readonly [cmd: readonly string[], ...Answers])[] = [
  [['--flag'], LOST, LOST, LOST],
  [['-flag', 'app'], LOST, LOST, LOST],
  [['-x', 'app'], LOST, LOST, LOST],
  [['-l', 'app'], LOST, OK, LOST],
];

const FILES: readonly TarItem[] = [
  ...COMMON,
  file('letters/x', ''),
  program('usr/bin/there.sh', 'exec app\n'),
  program('srv/there.sh', 'exec app\n'),
  file('srv/nul.sh', '#!/bin/sh\nexec app\0\n'),
];

const ORDER = ['dash', 'bash', 'ash'] as const;
const BUSYBOX: readonly TarItem[] = [
  program('bin/busybox', PROGRAMS.busybox),
  symlink('bin/ash', '/bin/busybox'),
];

function itemsOf(shell: string): readonly TarItem[] {
  return [...(SHELLS[shell] ?? BUSYBOX), ...FILES];
}

const listed = ORDER.flatMap((shell) =>
  LISTS.map(([line, expect]) =>
    kernelCase(`${shell} -c "${line}"`, itemsOf(shell), [`/bin/${shell}`, '-c', line], expect),
  ),
);

const called = ORDER.flatMap((shell, at) =>
  WORDS.map(([words, ...answers]) => {
    const entrypoint = [`/bin/${shell}`, ...words];
    const config = { entrypoint, env: ['PATH=/usr/bin:/bin'] };
    const name = `${shell} ${words.join(' ')}`;
    return kernelCase(name, itemsOf(shell), entrypoint, answers[at] ?? OK, { config });
  }),
);

const commanded = ORDER.flatMap((shell, at) =>
  COMMANDS.map(([cmd, ...answers]) => {
    const script = program('entrypoint.sh', `#!/bin/${shell}\nset -e\nexec "$@"\n`);
    const config = { entrypoint: ['/entrypoint.sh'], cmd };
    const name = `${shell}: exec "$@" with a CMD of ${cmd.join(' ')}`;
    return kernelCase(name, [...itemsOf(shell), script], '/entrypoint.sh', answers[at] ?? OK, { config });
  }),
);

const nothingToRun = ORDER.map((shell): KernelCase => ({
  ...kernelCase(`${shell} -c without a CMD`, itemsOf(shell), [`/bin/${shell}`, '-c'], 'no-start-command'),
}));

/** Names that `which` finds, which is a script on Debian. */
const FOUND: readonly (readonly [body: string, expect: string])[] = [
  ['exec $(which app)', OK],
  ['exec "$(which foreign)" x', 'wrong-architecture'],
  ['APP=`which foreign`\nexec $APP', 'wrong-architecture'],
  ['exec "$(which missing)"', LOST],
  ['exec $(which missing)\nexec app', OK],
  ['if [ -x "$(which missing)" ]; then exec missing; fi\nexec app', OK],
];

const found = ORDER.flatMap((shell) =>
  FOUND.map(([body, expect]) => {
    const items = [
      ...itemsOf(shell),
      ...(SHELLS['dash'] ?? []),
      symlink('bin/sh', 'dash'),
      program('usr/bin/which', readFileSync('/usr/bin/which.debianutils')),
      program('entrypoint.sh', `#!/bin/${shell}\n${body}\n`),
    ];
    return kernelCase(`${shell}: ${body.replaceAll('\n', '; ')}`, items, '/entrypoint.sh', expect);
  }),
);

/** `#!/bin/sh -`, which ends the options, with a CR behind it. */
const dashed = ORDER.map((shell) =>
  kernelCase(
    `a script of Windows for ${shell} -`,
    [...itemsOf(shell), program('entrypoint.sh', `#!/bin/${shell} -\r\nexec app\r\n`)],
    '/entrypoint.sh',
    'crlf-script',
  ),
);

export const shellWordCases: readonly KernelCase[] = [
  ...listed,
  ...called,
  ...commanded,
  ...nothingToRun,
  ...found,
  ...dashed,
];
