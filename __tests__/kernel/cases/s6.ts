/**
 * s6-overlay: its own init scripts before real shells and execline, with stand-ins for the programs that only a
 * container of its own can run.
 */
import { file, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { PROGRAMS, withLibraries } from '../programs.ts';

const { amd64, arm64, busybox } = PROGRAMS;
const LOST = 'program-not-found';
const FOREIGN = 'wrong-architecture';

/** layout/rootfs-overlay/init of v3.2, without its comments. */
const INIT_3 = `#!/bin/sh -e
addpath () {
  x="$1"
  IFS=:
  set -- $PATH
  IFS=
  while test "$#" -gt 0 ; do
    if test "$1" = "$x" ; then
      return
    fi
    shift
  done
  PATH="\${x}:$PATH"
}
if test -z "$PATH" ; then
  PATH=/bin
fi
addpath /bin
addpath /usr/bin
addpath /command
export PATH
if read _ 2>/dev/null <&3 ; then
  exec 3<&-
fi
exec s6-overlay-suexec \\
  ' /package/admin/s6-overlay-3.2.1.0/libexec/preinit' \\
  '' \\
  /package/admin/s6-overlay-3.2.1.0/libexec/stage0 \\
  "$@"
`;

/** What stage0 and rc.init come to: their programs, cont-init.d, CMD. */
const STAGES = `#!/bin/sh -e
shift 3
s6-linux-init-maker
s6-rc-compile
s6-rc-init
s6-rc
for each in /etc/cont-init.d/*; do if test -x "$each"; then "$each"; fi; done
if test "$#" -gt 0; then "$@"; fi
`;
const OVERLAY_3: readonly TarItem[] = [
  program('bin/sh', busybox),
  program('init', INIT_3),
  program('command/s6-overlay-suexec', STAGES),
  ...['s6-linux-init-maker', 's6-rc-compile', 's6-rc-init', 's6-rc'].map((name) =>
    program(`command/${name}`, amd64),
  ),
];

/** builder/overlay-rootfs/init of v2.2, and a stage 1 that comes to CMD. */
const INIT_2 = `#!/bin/execlineb -S0

##
## load default PATH if it doesn't exist, then go ahead with stage1.
##

/bin/importas -D /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PATH PATH
export PATH \${PATH}
/etc/s6/init/init-stage1 $@
`;
/** Debian keeps execline's programs in a directory of their own; v2 of the overlay has them in /bin. */
const EXECLINE = '/usr/lib/execline/bin/';
const OVERLAY_2: readonly TarItem[] = [
  ...withLibraries(...['execlineb', 'importas', 'export', 'foreground'].map((name) => EXECLINE + name)).map(
    (item) => ({ ...item, name: item.name.toString().replace(EXECLINE.slice(1), 'bin/') }),
  ),
  program('init', INIT_2),
  program('etc/s6/init/init-stage1', '#!/bin/execlineb -S0\nforeground { s6-svscan }\n$@\n'),
  program('bin/s6-svscan', amd64),
];

const APPS = [program('usr/bin/app', amd64), program('usr/bin/foreign', arm64)];

type More = readonly TarItem[];

/** Each for both versions. */
const COMMANDS: readonly (readonly [name: string, cmd: readonly string[], more: More, expect: string])[] = [
  ['a CMD', ['app', 'x'], [], 'starts'],
  ['a CMD with a path', ['/usr/bin/app'], [], 'starts'],
  ['a CMD that is not there', ['missing'], [], LOST],
  ['a CMD with a path that is not there', ['/opt/missing', 'x'], [], LOST],
  ['a CMD for another machine', ['foreign'], [], FOREIGN],
  [
    'a service for another machine',
    ['app'],
    [program('etc/services.d/web/run', arm64)],
    `warning ${FOREIGN}`,
  ],
  [
    'a service whose script wants a program for another machine',
    ['app'],
    [program('etc/services.d/web/run', '#!/usr/bin/foreign\n')],
    `warning ${FOREIGN}`,
  ],
  ['a service that is not executable yet', ['app'], [file('etc/services.d/web/run', amd64)], 'starts'],
];

function overlay(
  version: 2 | 3,
  name: string,
  cmd: readonly string[],
  more: More,
  expect: string,
  without?: RegExp,
): KernelCase {
  const own = (version === 3 ? OVERLAY_3 : OVERLAY_2).filter(
    (item) => without?.test(item.name.toString()) !== true,
  );
  const question = kernelCase(
    `s6-overlay v${version}: ${name}`,
    [...own, ...APPS, ...more],
    '/init',
    expect,
    {
      config: { entrypoint: ['/init'], cmd },
    },
  );
  const [severity = '', warning = ''] = expect.split(' ');
  return severity === 'warning' ? { ...question, expect: { warning } } : question;
}

const LATE = program('etc/cont-init.d/10-late', '#!/bin/sh\ncp /usr/bin/app /usr/bin/late\n');

export const s6Cases: readonly KernelCase[] = [
  ...COMMANDS.flatMap(([name, cmd, more, expect]) => [
    overlay(3, name, cmd, more, expect),
    overlay(2, name, cmd, more, expect),
  ]),
  overlay(3, 'no CMD', [], [], 'starts'),
  overlay(3, 'a CMD that only the overlay has', ['s6-rc'], [], 'starts'),
  overlay(3, 'a CMD that a script brings', ['late'], [LATE, program('bin/cp', busybox)], 'starts'),
  overlay(
    3,
    'a CMD for another machine behind a script',
    ['foreign'],
    [LATE, program('bin/cp', busybox)],
    FOREIGN,
  ),
  overlay(
    3,
    'its programs for another machine',
    ['app'],
    [program('command/s6-overlay-suexec', arm64)],
    FOREIGN,
    /suexec/,
  ),
  overlay(3, 'without its programs', ['app'], [], LOST, /suexec/),
  overlay(3, 'without its other programs', ['app'], [], LOST, /init-maker/),
  overlay(
    2,
    'execlineb for another machine',
    ['app'],
    [program('bin/execlineb', arm64)],
    FOREIGN,
    /bin\/execlineb$/,
  ),
  overlay(2, 'without execlineb', ['app'], [], 'interpreter-not-found', /bin\/execlineb$/),
  overlay(2, 'without importas', ['app'], [], LOST, /^bin\/importas$/),
  overlay(2, 'without its first stage', ['app'], [], LOST, /stage1/),
];
