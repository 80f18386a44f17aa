/** In the manner of the entry scripts of well-known images: each with a CMD that is there, foreign and missing. */
import { directory, file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { LIBC, PROGRAMS, withLibraries, WRAPPERS } from '../programs.ts';

const { amd64, arm64 } = PROGRAMS;
const TOOLS = ['dirname', 'basename', 'readlink', 'uname', 'find', 'sort', 'id', 'chown', 'mkdir', 'cat'];

const ITEMS: readonly TarItem[] = [
  ...LIBC,
  ...withLibraries('/bin/bash', '/usr/bin/dash', ...TOOLS.map((name) => `/usr/bin/${name}`)),
  symlink('bin/sh', '/usr/bin/dash'),
  WRAPPERS.gosu,
  file('etc/passwd', 'root:x:0:0:root:/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n'),
  file('etc/group', 'root:x:0:\napp:x:1000:\n'),
  program('usr/bin/server', amd64),
  program('usr/bin/foreign', arm64),
  program('opt/app/bin/server', amd64),
  program('opt/app/bin/foreign', arm64),
  program('opt/app/env.sh', 'NAME=server\n'),
  directory('entry.d'),
  directory('data'),
];

/** Bodies of scripts that start what CMD says. */
const BASH: readonly (readonly [name: string, body: string])[] = [
  [
    'itself as another user, by BASH_SOURCE',
    'set -Eeo pipefail\nif [ "$(id -u)" = 0 ]; then\n\texec gosu app "$BASH_SOURCE" "$@"\nfi\nexec "$@"',
  ],
  [
    'itself as another user, by the first of BASH_SOURCE',
    'set -eu\n[[ "$(id -u)" != 0 ]] || exec gosu app "${BASH_SOURCE[0]}" "$@"\nexec "$@"',
  ],
  ['a slice of a word', 'if [ "${1:0:1}" = - ]; then set -- missing "$@"; fi\nexec "$@"'],
  ['all words from the first on', 'set -- "${@:1}"\nexec "${@:1:1}"'],
  ['all words from the second on', 'set -- x "$@"\nexec "${@:2}"'],
  ['an array', 'args=( "$@" -x )\nargs+=( -y )\nexec "${args[@]}"'],
  [
    'an array of which only the beginning is known',
    'args=( "$@" )\nargs+=( "$(cat /none)" )\nexec "${args[@]}"',
  ],
  ['one of an array', 'args=( x "$1" )\nexec "${args[1]}"'],
  ['how many an array has', 'args=( "$@" )\n[ "${#args[@]}" -ge 1 ] && exec "$1"'],
  ['a variable that another one names', 'SERVER=$1\nname=SERVER\nexec "${!name}"'],
  ['a default for an element', 'exec "${NONE[0]:-$1}"'],
];

const ANY_SHELL: readonly (readonly [name: string, body: string])[] = [
  ['the directory of the script', 'cd "$(dirname "$0")"\nexec "./bin/$1"'],
  [
    'the directory of the script, by its real path',
    'here=$(dirname "$(readlink -f "$0")")\nexec "$here/bin/$1"',
  ],
  ['cd and pwd', 'here="$(cd "$(dirname "$0")" >/dev/null && pwd -P)"\nexec "$here/bin/$1"'],
  ['cd and pwd, one after the other', 'here=`cd "/opt/app/bin/.." ; pwd`\nexec "$here/bin/$1"'],
  ['the name of the system', 'case "$(uname)" in\nDarwin*) exec missing ;;\nLinux) exec "$1" ;;\nesac'],
  ['the last part of a path', 'exec "${1##*/}"'],
  ['a path without its last part', 'x=/usr/bin/server\nexec "${x%/*}/$1"'],
  ['what stands before a sign', 'x="$1=b=c"\nexec "${x%%=*}"'],
  ['basename', 'exec "$(basename "/opt/$1")"'],
  ['what echo says', 'exec "$(echo "$1")"'],
];

const OUTCOMES = [
  ['server', 'starts'],
  ['foreign', 'wrong-architecture'],
  ['missing', 'program-not-found'],
] as const;

function scripts(shell: string, bodies: readonly (readonly [string, string])[]): readonly KernelCase[] {
  return bodies.flatMap(([name, body]) =>
    OUTCOMES.map(([cmd, expect]) =>
      kernelCase(
        `${shell}: ${name}, ${cmd}`,
        [...ITEMS, program('opt/app/entry.sh', `#!/bin/${shell}\n${body}\n`)],
        '/opt/app/entry.sh',
        expect,
        { config: { entrypoint: ['/opt/app/entry.sh'], cmd: [cmd] } },
      ),
    ),
  );
}

export const popularEntryScriptCases: readonly KernelCase[] = [
  ...scripts('bash', [...BASH, ...ANY_SHELL]),
  ...scripts('sh', ANY_SHELL),
];
