/** Entry scripts as people write them, with CMD behind them. */
import { directory, file, type TarItem } from '../../support/layer-builder.ts';
import { type KernelCase, program } from '../kernel-case.ts';
import { PROGRAMS } from '../programs.ts';
import { BUSYBOX, image, script, SERVER, TINI } from './busybox-image.ts';

const { amd64, arm64 } = PROGRAMS;
const LOST = 'program-not-found';
const FOREIGN = 'wrong-architecture';
const DENIED = 'not-executable';

const ENTRY = `#!/bin/sh
set -e
# first arg is an option
if [ "\${1#-}" != "\${1}" ] || [ -z "$(command -v "\${1}")" ] || { [ -f "\${1}" ] && ! [ -x "\${1}" ]; }; then
  set -- server "$@"
fi
exec "$@"
`;

/** [name, entry script, CMD, more files, expected] */
const ENTRIES: readonly (readonly [string, string, readonly string[], readonly TarItem[], string])[] = [
  ['the entry script of node with an option', ENTRY, ['--help'], [], 'starts'],
  ['the entry script of node with a program', ENTRY, ['server'], [], 'starts'],
  ['the entry script of node with a foreign program', ENTRY, ['foreign'], [], FOREIGN],
  ['the entry script of node with a script', ENTRY, ['main.js'], [], 'starts'],
  [
    'the entry script of node with a file of the working directory',
    ENTRY,
    ['lost'],
    [file('app/lost', '')],
    'starts',
  ],
  [
    'an entry script that drops to su-exec or gosu',
    '#!/bin/sh\nset -e\nif [ "$1" = server -a "$(id -u)" = 0 ]; then\n  exec gosu node "$0" "$@"\nfi\nexec "$@"\n',
    ['server'],
    [],
    'starts',
  ],
  ['exec gosu with the script’s arguments', '#!/bin/sh\nexec gosu node "$@"\n', ['server'], [], 'starts'],
  ['exec gosu of what is not there', '#!/bin/sh\nexec gosu node "$@"\n', ['missing'], [], LOST],
  ['exec gosu of what is foreign', '#!/bin/sh\nexec gosu node "$@"\n', ['foreign'], [], FOREIGN],
  ['exec tini -- "$@"', '#!/bin/sh\nexec /sbin/tini -- "$@"\n', ['server'], [], 'starts'],
  ['exec tini -- of what is not there', '#!/bin/sh\nexec /sbin/tini -- "$@"\n', ['missing'], [], LOST],
  [
    'a hook that fails without set -e',
    '#!/bin/sh\n/docker-entrypoint.d/10-missing.sh\nexec "$@"\n',
    ['server'],
    [],
    'starts',
  ],
  [
    'a loop over hooks',
    '#!/bin/sh\nset -e\nfor f in /docker-entrypoint.d/*; do\n  case "$f" in\n    *.sh) . "$f" ;;\n    *) echo "ignoring $f" ;;\n  esac\ndone\nexec "$@"\n',
    ['server'],
    [file('docker-entrypoint.d/10.sh', 'A=b\n')],
    'starts',
  ],
  [
    'a here-document',
    '#!/bin/sh\ncat > /tmp/x <<END\nexec missing\nEND\nexec "$@"\n',
    ['server'],
    [directory('tmp')],
    'starts',
  ],
  [
    'a script that adds to PATH',
    '#!/bin/sh\nexport PATH=$PATH:/opt/app\nexec app\n',
    [],
    [program('opt/app/app', amd64)],
    'starts',
  ],
  ['a trap before exec', '#!/bin/sh\ntrap "echo bye" EXIT TERM\nexec "$@"\n', ['server'], [], 'starts'],
  ['a background helper', '#!/bin/sh\nsleep 0 &\nexec "$@"\n', ['server'], [], 'starts'],
  ['a background helper that is missing', '#!/bin/sh\nmissing &\nexec "$@"\n', ['server'], [], 'starts'],
  ['eval', '#!/bin/sh\neval "exec $1"\n', ['server'], [], 'starts'],
  ['a subshell', '#!/bin/sh\n(cd /srv; server)\n', [], [directory('srv')], 'starts'],
  [
    'exec in a function with arguments',
    '#!/bin/sh\nrun() { shift; exec "$@"; }\nrun x "$@"\n',
    ['server'],
    [],
    'starts',
  ],
  [
    'a while loop with read',
    '#!/bin/sh\nwhile read -r line; do missing; done < /dev/null\nexec "$@"\n',
    ['server'],
    [],
    'starts',
  ],
  [
    'unset and default words',
    '#!/bin/sh\nset -eu\nexec ${WRAPPER:-} "${@:-server}"\n',
    ['server'],
    [],
    'starts',
  ],
  ['an array-like default', '#!/bin/sh\n: "${APP:=server}"\nexec "$APP" "$@"\n', ['x'], [], 'starts'],
  ['a default that is missing', '#!/bin/sh\n: "${APP:=missing}"\nexec "$APP" "$@"\n', ['x'], [], LOST],
  [
    'a default that was assigned before',
    '#!/bin/sh\n: "${APP:=server}"\nexec "${APP:-missing}"\n',
    [],
    [],
    'starts',
  ],
  [
    'a default that may have been assigned',
    '#!/bin/sh\nif [ -f /entrypoint.sh ]; then : "${APP:=server}"; fi\nexec "${APP:-missing}"\n',
    [],
    [],
    'starts',
  ],
  [
    'a plain assignment that may have been made',
    '#!/bin/sh\nif [ -f /entrypoint.sh ]; then APP=server; fi\nexec "${APP:-missing}"\n',
    ['server'],
    [],
    'starts',
  ],
  [
    'a export that may have been made',
    '#!/bin/sh\nif [ -f /entrypoint.sh ]; then export APP=server; fi\nexec "${APP:-missing}"\n',
    ['server'],
    [],
    'starts',
  ],
  [
    'a read-only variable that may have been made',
    '#!/bin/sh\nif [ -f /entrypoint.sh ]; then readonly APP=server; fi\nexec "${APP:-missing}"\n',
    ['server'],
    [],
    'starts',
  ],
  [
    'a default that is assigned where nobody comes',
    '#!/bin/sh\nif [ -f /nowhere ]; then : "${APP:=missing}"; fi\nexec "${APP:-server}"\n',
    [],
    [],
    'starts',
  ],
  [
    'command -v guards',
    '#!/bin/sh\nif command -v missing >/dev/null 2>&1; then exec missing; fi\nexec "$@"\n',
    ['server'],
    [],
    'starts',
  ],
  ['a pipeline before', '#!/bin/sh\nset -e\nmissing | cat\nexec "$@"\n', ['server'], [], 'starts'],
  ['negation', '#!/bin/sh\nset -e\n! missing\nexec "$@"\n', ['server'], [], 'starts'],
  [
    'a failing test under set -e',
    '#!/bin/sh\nset -e\n[ -n "$NOTHING" ] && missing\nexec "$@"\n',
    ['server'],
    [],
    'starts',
  ],
  ['exec with only a redirection', '#!/bin/sh\nexec 2>&1\nexec "$@"\n', ['server'], [], 'starts'],
  ['exec of the script’s second word', '#!/bin/sh\nexec "$2"\n', ['missing', 'server'], [], 'starts'],
  ['env in the script', '#!/bin/sh\nexec env A=b "$@"\n', ['server'], [], 'starts'],
  [
    'a call of another script',
    '#!/bin/sh\nset -e\n/setup.sh\nexec "$@"\n',
    ['server'],
    [script('#!/bin/sh\nexit 0\n', 'setup.sh')],
    'starts',
  ],
  [
    'a call of another script with CR',
    '#!/bin/sh\nset -e\n/setup.sh\nexec "$@"\n',
    ['server'],
    [script('#!/bin/sh\r\nexit 0\r\n', 'setup.sh')],
    'crlf-script',
  ],
  [
    'a call of another script without an x bit',
    '#!/bin/sh\nset -e\n/setup.sh\nexec "$@"\n',
    ['server'],
    [file('setup.sh', '#!/bin/sh\n')],
    DENIED,
  ],
  [
    'sh of a script without an x bit',
    '#!/bin/sh\nset -e\nsh /setup.sh\nexec "$@"\n',
    ['server'],
    [file('setup.sh', 'exit 0\n')],
    'starts',
  ],
  [
    'exec of a name that depends on who runs it',
    '#!/bin/sh\nexec ~/missing\n',
    [],
    [],
    'not known: what exec ~/missing starts',
  ],
  [
    'a pipe from what is not there',
    '#!/bin/sh\nmissing status | test "$1" = x\n',
    ['server'],
    [],
    'not known: what comes of a pipe of which a part cannot be started',
  ],
  [
    'a pipe from a wrapper of what is not there',
    '#!/bin/sh\nenv missing status | test "$1" = x\n',
    ['server'],
    [],
    'not known: what comes of a pipe of which a part cannot be started',
  ],
  ['a script that ends in wait', '#!/bin/sh\nserver &\nwait\n', [], [], 'starts'],
  [
    'until a file is there',
    '#!/bin/sh\nuntil [ -f /entrypoint.sh ]; do sleep 1; done\nexec "$@"\n',
    ['server'],
    [],
    'starts',
  ],
];

/** What the kernel refuses for what stands before its `#!`, and shells read all the same. */
const BEFORE = { 'a blank line': '\n', blanks: '  ', 'a byte order mark': '\ufeff' };

const behindOthers = Object.entries(BEFORE).flatMap(([what, before]) =>
  [
    ['tini', '--', '/entrypoint.sh'],
    ['sh', '/entrypoint.sh'],
  ].flatMap((entrypoint) =>
    [
      ['server', 'starts'],
      ['missing', LOST],
    ].map(([word = '', expect = '']) =>
      image(
        `${what} before #!, ${entrypoint[0]} and ${word}`,
        [BUSYBOX, TINI, [SERVER, script(`${before}#!/bin/sh\nset -e\nexec "$@"\n`)]],
        { expect, config: { entrypoint, cmd: [word] } },
      ),
    ),
  ),
);

export const entryScriptCases: readonly KernelCase[] = [
  ...ENTRIES.map(([name, text, cmd, more, expect]) =>
    image(name, [BUSYBOX, TINI, [SERVER, program('usr/bin/foreign', arm64), script(text), ...more]], {
      expect,
      config: { entrypoint: ['/entrypoint.sh'], cmd, workingDir: '/app' },
    }),
  ),
  ...behindOthers,
  image('a file of PHP that a shell reads', [BUSYBOX, TINI, [script('<?php echo 1;\n')]], {
    expect: 'not known: whether it can open ?php',
    config: { entrypoint: ['tini', '--', '/entrypoint.sh'] },
  }),
];
