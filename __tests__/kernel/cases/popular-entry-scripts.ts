/** In the manner of the entry scripts of well-known images: each with a CMD that is there, foreign and missing. */
import { directory, file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, onlyNamed, program } from '../kernel-case.ts';
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
  [
    'a function that asks whether it is sourced',
    '_is_sourced() {\n\t[ "${#FUNCNAME[@]}" -ge 2 ] \\\n\t\t&& [ "${FUNCNAME[0]}" = "_is_sourced" ] \\\n\t\t&& [ "${FUNCNAME[1]}" = "source" ]\n}\n_main() {\n\texec "$@"\n}\nif ! _is_sourced; then\n\t_main "$@"\nfi',
  ],
  [
    'whether it is the script itself, by BASH_SOURCE',
    'main() { exec "$@"; }\nif [[ "${BASH_SOURCE[0]}" == "$0" ]]; then\n\tmain "$@"\nfi',
  ],
  [
    'settings of old, which an array names',
    'old=( OLD_ONE OLD_TWO )\nfound=\nfor each in "${old[@]}"; do\n\tif [ -n "${!each:-}" ]; then\n\t\techo >&2 "$each is no more"\n\t\tfound=1\n\tfi\ndone\nif [ -n "$found" ]; then\n\texit 1\nfi\nexec "$@"',
  ],
  [
    'a secret in a file',
    'file_env() {\n\tlocal var="$1"\n\tlocal fileVar="${var}_FILE"\n\tif [ "${!var:-}" ] && [ "${!fileVar:-}" ]; then\n\t\techo >&2 both\n\t\texit 1\n\tfi\n\tlocal val="${2:-}"\n\tif [ "${!var:-}" ]; then\n\t\tval="${!var}"\n\telif [ "${!fileVar:-}" ]; then\n\t\tval="$(< "${!fileVar}")"\n\tfi\n\texport "$var"="$val"\n\tunset "$fileVar"\n}\nset -e\nfile_env SECRET\nexec "$@"',
  ],
  [
    'a function that looks for an option among the words',
    'asks_help() {\n\tlocal arg\n\tfor arg; do\n\t\tcase "$arg" in\n\t\t\t-\'?\'|--help|-V) return 0 ;;\n\t\tesac\n\tdone\n\treturn 1\n}\nif ! asks_help "$@" && [ "$(id -u)" = 0 ]; then\n\texec gosu app "$BASH_SOURCE" "$@"\nfi\nexec "$@"',
  ],
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
  [
    'hooks that a pipe hands on',
    'set -e\nif [ -z "${QUIET:-}" ] || [ "$1" = server ]; then\n  if find /entry.d/ -mindepth 1 -type f -print -quit 2>/dev/null | read v; then\n    find /entry.d/ -follow -type f -print | sort -V | while read -r f; do\n      case "$f" in\n        *.envsh) [ -x "$f" ] && . "$f" ;;\n        *.sh) "$f" ;;\n      esac\n    done\n  fi\nfi\nexec "$@"',
  ],
  [
    'a setting that is wrong',
    'if [ "$MODE" = bad ]; then\n  echo "no such mode" >&2\n  exit 1\nfi\nexec "$@"',
  ],
  ['a loop over words', 'for name in x "$1"; do\n  last=$name\ndone\nexec "$last"'],
  ['a loop over the script’s words', 'for name; do\n  last=$name\ndone\nexec "$last"'],
  [
    'words of a function, which it shifts',
    'prepare() {\n  while [ -n "$MORE" ]; do shift; done\n  [ -z "$1" ] || shift\n}\nif [ -n "$MORE" ]; then prepare "$@"; fi\nexec "$@"',
  ],
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
        [...onlyNamed(ITEMS, `${shell} ${body}`), program('opt/app/entry.sh', `#!/bin/${shell}\n${body}\n`)],
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
