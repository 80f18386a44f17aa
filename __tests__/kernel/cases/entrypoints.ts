/** Entrypoint scripts written after those of well-known images, each with the commands that people give them. */
import { directory, file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { LIBC, PROGRAMS, withLibraries, WRAPPERS } from '../programs.ts';

const { amd64, arm64, busybox } = PROGRAMS;
const LOST = 'program-not-found';
const FOREIGN = 'wrong-architecture';

const USERS = [
  file('etc/passwd', 'root:x:0:0::/:/bin/sh\nservice:x:999:999::/:/bin/sh\n'),
  file('etc/group', 'root:x:0:\nservice:x:999:\n'),
];
const TOOLS = withLibraries('/usr/bin/id', '/usr/bin/dirname', '/usr/bin/find', '/usr/bin/mkdir');
const BASH = withLibraries('/bin/bash');
const COMMON: readonly TarItem[] = [
  ...LIBC,
  ...TOOLS,
  ...USERS,
  WRAPPERS.gosu,
  program('bin/sh', busybox),
  symlink('usr/bin/env', '/bin/sh'),
  program('usr/bin/server', amd64),
  program('usr/bin/foreign', arm64),
  directory('data'),
];

/** redis, memcached, node: an option becomes an option of the server, root becomes its user. */
const OPTION_FIRST = `#!/bin/sh
set -e
if [ "\${1#-}" != "$1" ] || [ "\${1%.conf}" != "$1" ]; then
	set -- server "$@"
fi
if [ "$1" = 'server' -a "$(id -u)" = '0' ]; then
	find . \\! -user service -exec true '{}' +
	exec gosu service "$0" "$@"
fi
um="$(umask)"
if [ "$um" = '0022' ]; then
	umask 0077
fi
exec "$@"
`;

/** postgres, mysql: functions, main at the end, not when sourced. */
const FUNCTIONS = `#!/usr/bin/env bash
set -Eeo pipefail
file_env() {
	local var="$1"
	local fileVar="\${var}_FILE"
	local def="\${2:-}"
	if [ "\${!var:-}" ] && [ "\${!fileVar:-}" ]; then
		printf >&2 'error: both %s and %s are set\\n' "$var" "$fileVar"
		exit 1
	fi
	local val="$def"
	export "$var"="$val"
	unset "$fileVar"
}
_is_sourced() {
	[ "\${#FUNCNAME[@]}" -ge 2 ] && [ "\${FUNCNAME[0]}" = '_is_sourced' ] && [ "\${FUNCNAME[1]}" = 'source' ]
}
_want_help() {
	local arg
	for arg; do
		case "$arg" in
			-'?'|--help|-V|--version) return 0 ;;
		esac
	done
	return 1
}
_main() {
	if [ "\${1:0:1}" = '-' ]; then
		set -- server "$@"
	fi
	if [ "$1" = 'server' ] && ! _want_help "$@"; then
		file_env 'SERVER_PASSWORD'
		mkdir -p /data/server
		if [ "$(id -u)" = '0' ]; then
			exec gosu service "$BASH_SOURCE" "$@"
		fi
	fi
	exec "$@"
}
if ! _is_sourced; then
	_main "$@"
fi
`;

/** nginx: a folder of scripts, then CMD. */
const FOLDER = `#!/bin/sh
set -e
entrypoint_log() {
    if [ -z "\${QUIET_LOGS:-}" ]; then
        echo "$@"
    fi
}
if [ "$1" = "server" ] || [ "$1" = "server-debug" ]; then
    if /usr/bin/find "/docker-entrypoint.d/" -mindepth 1 -maxdepth 1 -type f -print -quit 2>/dev/null | read v; then
        entrypoint_log "$0: looking for scripts"
        find "/docker-entrypoint.d/" -follow -type f -print | while read -r f; do
            case "$f" in
                *.sh)
                    if [ -x "$f" ]; then "$f"; fi
                    ;;
                *) entrypoint_log "$0: ignoring $f" ;;
            esac
        done
    else
        entrypoint_log "$0: no files found"
    fi
fi
exec "$@"
`;

/** wordpress, rabbitmq: patterns, here-documents, loops, arrays. */
const PATTERNS = `#!/bin/bash
set -euo pipefail
if [[ "$1" == server* ]] || [ "$1" = 'php-fpm' ]; then
	uid="$(id -u)"
	gid="$(id -g)"
	user=service
	for dir in a b; do
		if [ ! -e "/data/$dir" ]; then mkdir -p "/data/$dir"; fi
	done
	cat=(one two)
	: "\${HOSTNAME_SET:=\${cat[0]}}"
	while read -r line; do :; done <<-EOF
		missing-program $uid $gid
	EOF
fi
trap 'echo bye' TERM
exec "$@"
`;

/** Small ones: a directory of the script's own, a default command, options behind the command. */
const HERE = `#!/bin/sh
cd "$(dirname "$0")" && exec ./server "$@"
`;
const DEFAULTS = `#!/bin/sh
: "\${SERVER:=/usr/bin/server}"
ARGS="--port \${PORT:-8080}"
if [ -n "\${DEBUG:-}" ]; then set -x; fi
[ $# -gt 0 ] || set -- "$SERVER" $ARGS
exec "$@"
`;
const CASES_OF_COMMANDS = `#!/bin/sh
set -e
. /lib/functions.sh
case "$1" in
  start|"") exec "$PROGRAM" ;;
  sh|bash) exec "$@" ;;
  -*) exec server "$@" ;;
  *) exec foreign "$@" ;;
esac
`;
const BACKGROUND = `#!/bin/sh
sleep 0 &
missing-in-the-background &
server &
wait
exec "$@"
`;
const AGAIN = `#!/bin/sh
if [ "$(id -u)" = 0 ]; then
  exec gosu service "$0" "$@"
fi
exec "$@"
`;

const SCRIPTS: readonly (readonly [
  name: string,
  text: string,
  cmds: readonly (readonly [cmd: readonly string[], expect: string])[],
])[] = [
  [
    'redis',
    OPTION_FIRST,
    [
      [['server'], 'starts'],
      [['--port', '1'], 'starts'],
      [['x.conf'], 'starts'],
      [['foreign'], FOREIGN],
      [['missing', '-x'], LOST],
    ],
  ],
  [
    'postgres',
    FUNCTIONS,
    [
      [['server'], 'starts'],
      [['-c', 'x=y'], 'starts'],
      [['server', '--help'], 'starts'],
    ],
  ],
  [
    'nginx',
    FOLDER,
    [
      [['server', '-g', 'daemon off;'], 'starts'],
      [['foreign'], FOREIGN],
      [['missing'], LOST],
    ],
  ],
  [
    'wordpress',
    PATTERNS,
    [
      [['server-foreground'], LOST],
      [['server'], 'starts'],
      [['foreign'], FOREIGN],
    ],
  ],
  [
    'the directory of the script',
    HERE,
    [
      [[], 'starts'],
      [['x'], 'starts'],
    ],
  ],
  [
    'a default command',
    DEFAULTS,
    [
      [[], 'starts'],
      [['missing'], LOST],
      [['foreign'], FOREIGN],
    ],
  ],
  [
    'a case of commands',
    CASES_OF_COMMANDS,
    [
      [['start'], 'starts'],
      [['sh', '-c', 'exit 0'], 'starts'],
      [['bash'], LOST],
      [['--flag'], 'starts'],
      [['other'], FOREIGN],
    ],
  ],
  [
    'the background',
    BACKGROUND,
    [
      [['server'], 'starts'],
      [['missing'], LOST],
    ],
  ],
  [
    'itself as another user',
    AGAIN,
    [
      [['server'], 'starts'],
      [['foreign'], FOREIGN],
      [['missing'], LOST],
    ],
  ],
];

export const entrypointCases: readonly KernelCase[] = SCRIPTS.flatMap(([name, text, cmds]) =>
  cmds.map(([cmd, expect]) => {
    const usesBash = /^#!.*bash/.test(text);
    const items = [
      ...COMMON,
      ...(usesBash ? BASH : []),
      program('opt/server', amd64),
      file('lib/functions.sh', 'PROGRAM=server\n'),
      program('opt/entrypoint.sh', text),
    ];
    return kernelCase(`entrypoint of ${name}: ${cmd.join(' ')}`, items, '/opt/entrypoint.sh', expect, {
      config: { entrypoint: ['/opt/entrypoint.sh'], cmd },
    });
  }),
);
