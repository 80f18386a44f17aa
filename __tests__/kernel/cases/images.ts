/** Images as Dockerfiles make them: several faults and features of the other tables in one start. */
import {
  directory,
  file,
  hardLink,
  opaque,
  symlink,
  type TarItem,
  whiteout,
} from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { LIBC, PROGRAMS, withLibraries, WRAPPERS } from '../programs.ts';

const { amd64, arm64, busybox } = PROGRAMS;
const LOST = 'program-not-found';
const FOREIGN = 'wrong-architecture';
const DENIED = 'not-executable';

const APPLETS = [
  'sh',
  'ls',
  'cat',
  'env',
  'id',
  'su',
  'mkdir',
  'chown',
  'test',
  'echo',
  'sleep',
  'true',
  'nice',
];

/** In the manner of Alpine: everything is a link to busybox. */
const BUSYBOX: readonly TarItem[] = [
  directory('bin'),
  program('bin/busybox', busybox),
  ...APPLETS.map((name) => symlink(`bin/${name}`, '/bin/busybox')),
  file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n'),
  file('etc/group', 'root:x:0:\nnode:x:1000:\n'),
];
const TINI = [...LIBC, { ...WRAPPERS.tini, name: 'sbin/tini' }, WRAPPERS.gosu];
const SERVER = program('usr/local/bin/server', amd64);
const NODE = { uid: 1000, gid: 1000, groups: [] } as const;

const ENTRY = `#!/bin/sh
set -e
# first arg is an option
if [ "\${1#-}" != "\${1}" ] || [ -z "$(command -v "\${1}")" ] || { [ -f "\${1}" ] && ! [ -x "\${1}" ]; }; then
  set -- server "$@"
fi
exec "$@"
`;

interface Spec extends Omit<KernelCase, 'name' | 'layers' | 'expect'> {
  readonly expect: string;
}

function image(name: string, layers: readonly (readonly TarItem[])[], { expect, ...more }: Spec): KernelCase {
  return { ...kernelCase(name, [], [], expect, more), layers, config: more.config ?? {} };
}

const script = (text: string, name = 'entrypoint.sh', more: Partial<TarItem> = {}) =>
  program(name, text, more);
const exec = '#!/bin/sh\nexec "$@"\n';

/** [name, entry script, CMD, more files, expected] */
const ENTRIES: readonly (readonly [string, string, readonly string[], readonly TarItem[], string])[] = [
  ['the entry script of node with an option', ENTRY, ['--help'], [], 'starts'],
  ['the entry script of node with a program', ENTRY, ['server'], [], 'starts'],
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
  ['a script that ends in wait', '#!/bin/sh\nserver &\nwait\n', [], [], 'starts'],
  [
    'until a file is there',
    '#!/bin/sh\nuntil [ -f /entrypoint.sh ]; do sleep 1; done\nexec "$@"\n',
    ['server'],
    [],
    'starts',
  ],
];

const entries = ENTRIES.map(([name, text, cmd, more, expect]) =>
  image(name, [BUSYBOX, TINI, [SERVER, program('usr/bin/foreign', arm64), script(text), ...more]], {
    expect,
    config: { entrypoint: ['/entrypoint.sh'], cmd, workingDir: '/app' },
  }),
);

const SH = ['/bin/sh', '-c'];

export const imageCases: readonly KernelCase[] = [
  ...entries,
  image('tini -- entry script and CMD', [BUSYBOX, TINI, [SERVER, script(exec)]], {
    expect: 'starts',
    config: { entrypoint: ['/sbin/tini', '--', '/entrypoint.sh'], cmd: ['server'] },
  }),
  image('tini -- entry script and a missing CMD', [BUSYBOX, TINI, [script(exec)]], {
    expect: LOST,
    config: { entrypoint: ['/sbin/tini', '--', '/entrypoint.sh'], cmd: ['server'] },
  }),
  image('the shell form with &&', [BUSYBOX, [SERVER]], {
    expect: 'starts',
    config: { entrypoint: [...SH, 'mkdir -p /data && chown -R 0:0 /data && exec server'] },
  }),
  image('the shell form throws CMD away', [BUSYBOX, [SERVER]], {
    expect: 'starts',
    config: { entrypoint: [...SH, 'server'], cmd: [...SH, 'missing'] },
  }),
  image(
    'the shell form as a user who may not',
    [BUSYBOX, [program('usr/local/bin/server', amd64, { mode: 0o700 })]],
    {
      expect: LOST,
      config: { entrypoint: [...SH, 'exec server'], user: 'node' },
      as: NODE,
    },
  ),
  image(
    'a whiteout removes the shell’s target',
    [BUSYBOX, [SERVER, script(exec)], [whiteout('bin/busybox')]],
    {
      expect: 'interpreter-not-found',
      config: { entrypoint: ['/entrypoint.sh'], cmd: ['server'] },
    },
  ),
  image('an opaque directory hides the program', [[SERVER], [...opaqueWith('usr/local/bin', 'other')]], {
    expect: LOST,
    config: { entrypoint: ['server'] },
  }),
  image(
    'an opaque directory that brings it anew',
    [[program('usr/local/bin/server', arm64)], [...opaqueWith('usr/local/bin', 'server')]],
    {
      expect: 'starts',
      config: { entrypoint: ['server'] },
    },
  ),
  image(
    'a whiteout of libc above tini',
    [BUSYBOX, TINI, [SERVER, whiteout('lib/x86_64-linux-gnu/libc.so.6')]],
    {
      expect: 'library-not-found',
      config: { entrypoint: ['/sbin/tini', '--', 'server'] },
    },
  ),
  image(
    'a hard link to a program below',
    [[SERVER, hardLink('app', 'usr/local/bin/server', { mode: 0o755 })], [whiteout('usr/local/bin/server')]],
    {
      expect: 'starts',
      config: { entrypoint: ['/app'] },
    },
  ),
  image(
    'alternatives',
    [
      BUSYBOX,
      [
        symlink('usr/bin/java', '/etc/alternatives/java'),
        symlink('etc/alternatives/java', '/opt/jdk/bin/java'),
        program('opt/jdk/bin/java', amd64),
      ],
    ],
    {
      expect: 'starts',
      config: { entrypoint: ['java', '-jar', '/app.jar'] },
    },
  ),
  image(
    'alternatives that lead nowhere after an upgrade',
    [
      BUSYBOX,
      [
        symlink('usr/bin/java', '/etc/alternatives/java'),
        symlink('etc/alternatives/java', '/opt/jdk/bin/java'),
        program('opt/jdk/bin/java', amd64),
      ],
      [whiteout('opt/jdk')],
    ],
    {
      expect: LOST,
      config: { entrypoint: ['java', '-jar', '/app.jar'] },
    },
  ),
  image(
    'USER and WORKDIR of one’s own, a relative entry',
    [
      BUSYBOX,
      [
        directory('srv/app', { uid: 1000, gid: 1000, mode: 0o700 }),
        script(exec, 'srv/app/run', { uid: 1000, gid: 1000, mode: 0o500 }),
        SERVER,
      ],
    ],
    {
      expect: 'starts',
      config: { entrypoint: ['./run'], cmd: ['server'], user: 'node', workingDir: '/srv/app' },
      as: NODE,
    },
  ),
  image(
    'a directory of root’s alone',
    [BUSYBOX, [directory('root', { mode: 0o700 }), program('root/server', amd64)]],
    {
      expect: DENIED,
      config: { entrypoint: ['/root/server'], user: 'node' },
      as: NODE,
    },
  ),
  image('a set-user-id program', [BUSYBOX, [program('usr/local/bin/server', amd64, { mode: 0o4755 })]], {
    expect: 'starts',
    config: { entrypoint: ['server'], user: '1000' },
    as: NODE,
  }),
  image(
    '/bin becomes a link in a layer above',
    [[program('bin/server', amd64)], [symlink('bin', 'usr/bin'), program('usr/bin/other', amd64)]],
    {
      expect: LOST,
      config: { entrypoint: ['/bin/server'] },
    },
  ),
  image(
    '/lib64 is a link and libc lies below usr',
    [
      [
        symlink('lib64', 'usr/lib64'),
        symlink('lib', 'usr/lib'),
        ...LIBC.map(({ name, ...item }) => ({ ...item, name: `usr/${name.toString()}` })),
        { ...WRAPPERS.tini, name: 'tini' },
        SERVER,
      ],
    ],
    {
      expect: 'starts',
      config: { entrypoint: ['/tini', '--', 'server'] },
    },
  ),
  image('bash is wanted and only sh is there', [BUSYBOX, [SERVER, script('#!/bin/bash\nexec "$@"\n')]], {
    expect: 'interpreter-not-found',
    config: { entrypoint: ['/entrypoint.sh'], cmd: ['server'] },
  }),
  image(
    'env bash is wanted and only sh is there',
    [BUSYBOX, [SERVER, script('#!/usr/bin/env bash\nexec "$@"\n'), symlink('usr/bin/env', '/bin/busybox')]],
    {
      expect: 'interpreter-not-found',
      config: { entrypoint: ['/entrypoint.sh'], cmd: ['server'] },
    },
  ),
  image(
    'bash runs the entry script',
    [
      BUSYBOX,
      withLibraries('/bin/bash'),
      [
        SERVER,
        script(
          '#!/bin/bash\nset -Eeuo pipefail\nargs=("$@")\nif [[ "${args[0]}" == -* ]]; then args=(server "${args[@]}"); fi\nexec "${args[@]}"\n',
        ),
      ],
    ],
    {
      expect: 'starts',
      config: { entrypoint: ['/entrypoint.sh'], cmd: ['-x'] },
    },
  ),
  image('a program that a directory replaced', [[SERVER], [directory('usr/local/bin/server')]], {
    expect: LOST,
    config: { entrypoint: ['server'] },
  }),
  image('SHELL of another kind', [BUSYBOX, [SERVER]], {
    expect: LOST,
    config: { entrypoint: ['/bin/bash', '-c', 'server'] },
  }),
];

function opaqueWith(path: string, name: string): TarItem[] {
  return [directory(path), opaque(path), program(`${path}/${name}`, amd64)];
}
