/** What dash, bash and ash make of the same script: builtins, grammar, options, and how each of them ends. */
import { file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { PROGRAMS } from '../programs.ts';
import { COMMON, SHELLS } from './shells.ts';

const OK = 'starts';
const LOST = 'program-not-found';
const CRLF = 'crlf-script';
const GRAMMAR = 'malformed-script';
const DOUBT = 'not known: grammar that not all shells have';
const PERHAPS = 'not known: whether missing is ever started';
const BADLY = 'not known: ends by itself';
const FUNCTION = 'not known: does not know the grammar';
const OPTION = 'not known: which it does not know';
const UNKNOWN = 'not known: what exec';
const ERROR = 'not known: not read as a shell script here';

/** [script, dash, bash, ash]; each is called with `app` behind it. */
const SCRIPTS: readonly (readonly [text: string, dash: string, bash: string, ash: string])[] = [
  ['return\nexec missing', OK, LOST, OK],
  ['true && return 0\nmissing', OK, LOST, OK],
  ['if true; then return; fi\nexec missing', OK, LOST, OK],
  ['f() { return 0; missing; }\nf', OK, OK, OK],
  ['. /ret.sh\nexec ${X:-missing}', OK, OK, OK],
  ['local X=1\nexec app', 'not known: outside of functions', OK, 'not known: outside of functions'],

  ['declare X=missing; exec $X', OK, LOST, OK],
  ['typeset X=missing; exec $X', OK, LOST, OK],
  ['set -e\ndeclare X=1\nexec app', LOST, OK, LOST],
  ['set -e\nsource /lib.sh\nexec app', LOST, OK, OK],
  ['source /lib.sh\nexec "${X:-missing}"', LOST, OK, OK],
  ['set -e\nlet X=1+1\nexec app', LOST, OK, OK],
  ['set -e\nshopt -s nullglob\nexec app', LOST, OK, LOST],
  ['shopt -s execfail\nexec missing\nexec app', LOST, OK, LOST],
  ['pushd /srv; exec ./app', LOST, OK, LOST],
  ['printf -v X app; exec "${X:-missing}"', UNKNOWN, OK, UNKNOWN],

  ['[[ a == a ]] && exec app\nexec missing', LOST, OK, OK],
  ['[[ a == b ]] || exec app\nexec missing', OK, OK, OK],
  ['if [[ "$1" == a* ]]; then exec app; fi\nexec missing', LOST, OK, OK],
  ['set -e\n[[ a = a ]]\nexec app', LOST, OK, OK],
  ['[ a == a ] || exec app\nexec missing', OK, LOST, LOST],
  ['test a == a && exec missing; exec app', OK, LOST, LOST],
  ['exec missing &>/dev/null', OK, LOST, LOST],
  ['app &>/dev/null && exec app', OK, OK, OK],
  ['if missing &>/dev/null; then exec app; fi; exec missing', OK, LOST, LOST],

  ['function f { exec app; }\nf\nexec missing', GRAMMAR, OK, OK],
  ['f-x() { exec app; }\nf-x', GRAMMAR, OK, GRAMMAR],
  ['A=(1 2)\nexec app', GRAMMAR, OK, GRAMMAR],
  ['exec app\nA=(1 2)', OK, OK, OK],
  ['exec missing\nA=(1 2)', LOST, LOST, LOST],
  ['exec app; A=(1 2)', GRAMMAR, OK, GRAMMAR],
  ['app <<< x\nexec app', GRAMMAR, OK, GRAMMAR],
  ['exec app |& app', GRAMMAR, OK, GRAMMAR],
  ['for ((i=0;i<1;i++)); do app; done; exec app', GRAMMAR, OK, GRAMMAR],
  ['case x in x) app;;& esac; exec app', GRAMMAR, OK, GRAMMAR],
  ['! ! app', GRAMMAR, OK, GRAMMAR],
  ['! ! missing', GRAMMAR, LOST, GRAMMAR],
  ['set -e; ! ! ! missing; exec app', GRAMMAR, OK, GRAMMAR],
  ['set -e; ! ! missing; exec app', GRAMMAR, LOST, GRAMMAR],
  ['exec app < <(app)', GRAMMAR, OK, OK],
  ['echo ${X^^}\nexec app', GRAMMAR, OK, GRAMMAR],
  ['echo ${1:0:1}\nexec app', GRAMMAR, OK, OK],
  ['echo ${1//a/b}\nexec app', GRAMMAR, OK, OK],
  ['if [ "${1:0:1}" = - ]; then exec missing; fi\nexec app', GRAMMAR, OK, OK],
  ['while [ "${1:0:1}" = - ]; do shift; done\nexec app', GRAMMAR, OK, OK],
  ['case ${1:0:1} in -) exec missing;; esac\nexec app', GRAMMAR, OK, OK],
  ['for each in ${1:0:1}; do :; done\nexec app', GRAMMAR, OK, OK],
  ['f() { echo ${1:0:1}; }\nf\nexec app', GRAMMAR, OK, OK],
  ['f() { echo ${1,,}; }\nexec app', OK, OK, OK],
  ['( echo ${1,,} )\nexec app', OK, OK, OK],
  ['X=$(echo ${1,,})\nexec app', OK, OK, OK],
  ['[ x = y ] && echo ${1,,}\nexec app', OK, OK, OK],
  ['cat <<END\n${1,,}\nEND\nexec app', OK, OK, OK],
  ['X=${1:-${1,,}}\nexec app', OK, OK, OK],
  ['X=${NONE:-${1,,}}\nexec app', DOUBT, OK, DOUBT],
  ['[[ -n "${!X}" ]] && echo\nexec app', GRAMMAR, OK, GRAMMAR],
  ['set -e\nT=$(missing; true)\nexec app', LOST, OK, OK],
  ['app\necho ${1:0:1}\nexec app', 'not known: Bad substitution', OK, OK],
  ["X=$'app'; exec $X", DOUBT, OK, OK],
  ['X=0; ((X++)); [ "$X" = 0 ] && exec missing; exec app', DOUBT, OK, DOUBT],
  ['missing &>/dev/null || exit 1; app', OK, LOST, LOST],
  ['X=0; : $((X += 1)); [ "$X" = 0 ] && exec missing; exec app', OK, OK, OK],

  ['exec -a x app', LOST, OK, 'not known: what this shell makes of exec -a'],
  ['exec -a x missing', LOST, LOST, 'not known: what this shell makes of exec -a'],
  ['exec -c missing', LOST, LOST, LOST],
  ['exec -- app', 'not known: what this shell makes of exec --', OK, OK],
  ['set -Z\nexec app', OPTION, OK, OPTION],
  ['set -o nope\nexec app', OPTION, OK, OK],
  ['set -o nope && exec missing\nexec app', OPTION, OK, OK],
  ['set -Z && exec missing\nexec app', OPTION, OK, OPTION],
  ['set -o pipefail\nexec app', GRAMMAR, OK, OK],
  ['set -u\nX=$NOPE\nexec app', 'not known: $NOPE', 'not known: $NOPE', 'not known: $NOPE'],
  ['echo ${NOPE:?gone}\nexec app', 'not known: $NOPE', 'not known: $NOPE', 'not known: $NOPE'],
  ['set -u\nset +u\nX=$NOPE\nexec app', OK, OK, OK],
  ['exec "${SHELL:-missing}" -c :', UNKNOWN, UNKNOWN, UNKNOWN],
  ['exec "${HOSTTYPE:-missing}"', UNKNOWN, UNKNOWN, UNKNOWN],
  ['alias app=missing\napp', 'not known: aliases', OK, 'not known: aliases'],
  ['missing & wait $!', LOST, LOST, LOST],
  ['if (( EUID == 0 )); then exec missing; fi; exec app', OK, LOST, OK],
  ['if (( $# > 99 || UID )); then exec missing; fi; exec app', OK, OK, OK],
  ['X=3; if (( X - 3 )); then exec missing; fi; exec app', OK, OK, OK],
  ['[[ 1 -eq 1 ]] && (( UID == 0 )) && exec missing; exec app', OK, LOST, OK],

  ['if command -v missing; then exec missing; fi; exec app', OK, OK, OK],
  ['if command -v app >/dev/null 2>&1; then exec missing; fi; exec app', LOST, LOST, LOST],
  ['if ! command -v app >/dev/null; then exec missing; fi; exec app', OK, OK, OK],
  ['[ -z "$(command -v "$1")" ] && exec missing; exec app', OK, OK, OK],
  ['[ -z "$(command -v missing || true)" ] && exec missing; exec app', LOST, LOST, LOST],
  ['[ -z "$(command -v missing 2>/dev/null)" ] || exec missing; exec app', OK, OK, OK],
  ['[ "$(command -v app)" = /usr/bin/app ] && exec missing', LOST, LOST, LOST],
  ['[ "$(command -v cd)" = cd ] && exec missing', LOST, LOST, LOST],
  ['f() { :; }; [ "$(command -v f)" = f ] && exec missing', LOST, LOST, LOST],
  ['PATH=/srv; [ "$(command -v app)" = /srv/app ] && exec missing', LOST, LOST, LOST],
  ['command -v closed && exec missing; exec app', OK, PERHAPS, PERHAPS],
  ['command -v /opt/missing && exec missing; exec app', OK, OK, OK],
  ['command -v /srv/app && exec missing; exec app', LOST, LOST, LOST],
  ['type app >/dev/null && exec missing; exec app', LOST, LOST, LOST],
  ['hash app && exec missing; exec app', LOST, LOST, LOST],
  ['hash missing 2>/dev/null || exec missing', LOST, LOST, LOST],
  ['exec "$(command -v app)"', OK, OK, OK],
  ['exec $(command -v missing) app', OK, OK, OK],

  ['if [ -f /srv/app ]; then exec missing; fi; exec app', LOST, LOST, LOST],
  ['if [ ! -f /srv/app ]; then exec missing; fi; exec app', OK, OK, OK],
  ['if [ -f /srv/none ]; then exec app; fi; exec missing', LOST, LOST, LOST],
  ['if [ ! -f /srv/none ]; then exit 1; fi; exec missing', LOST, LOST, LOST],
  ['if [ -f none ]; then exec app; fi; exec missing', LOST, LOST, LOST],
  ['if [ -z "${X:-}" ]; then exit 2; fi; exec missing', LOST, LOST, LOST],
  ['f() { exit 3; }; [ -n "${X:-}" ] || f; exec missing', LOST, LOST, LOST],
  ['case "${X:-}" in a) ;; *) exit 2 ;; esac; exec missing', LOST, LOST, LOST],
  ['if [ -d /srv ] && [ -x /srv/app ]; then exec missing; fi; exec app', LOST, LOST, LOST],
  ['[ -e /lib.sh ] && . /lib.sh; exec "${X:-missing}"', OK, OK, OK],
  ['[ -x /usr/bin/closed ] && exec missing; exec app', OK, OK, OK],
  ['[ -r /usr/bin/closed -a -f /usr/bin/closed ] && exec missing; exec app', LOST, LOST, LOST],
  ['[ -f "" ] && exec missing; exec app', OK, OK, OK],
  ['cd /srv && [ -f app ] && exec missing; exec app', LOST, LOST, LOST],
  [': >/srv/new; [ -f /srv/new ] || exec missing; exec app', OK, OK, OK],
  ['app >/srv/new; [ -f /srv/new ] || exec missing; exec app', OK, OK, OK],
  ['[ ! = x ] && exec missing; exec app', OK, OK, OK],
  ['[ ! -n "$1" ] && exec missing; exec app', OK, OK, OK],
  ['if { [ -f /srv/none ]; }; then exec missing; fi; exec app', OK, OK, OK],

  ['eval exec missing', LOST, LOST, LOST],
  ['eval "exec \\"\\$@\\""', OK, OK, OK],
  ['eval "X=app"; exec "${X:-missing}"', OK, OK, OK],
  ['eval "set -- missing"; exec "$@"', LOST, LOST, LOST],
  ['f() { eval "return 0"; exec missing; }; f', OK, OK, OK],
  ['set -eo pipefail; [ -f /none ] || set +o pipefail; missing | app', GRAMMAR, OK, OK],
  ['set -euo pipefail 2>/dev/null || true\nexec app', GRAMMAR, OK, OK],
  ['(set -o pipefail) && set -o pipefail\nexec app', OK, OK, OK],
  ['(set -o pipefail; exec app)', GRAMMAR, OK, OK],

  // dash starts /bin/sh for it, which is not there.
  ['exec text', 'interpreter-not-found', OK, OK],
  ['text && exec app', 'interpreter-not-found', OK, OK],

  ['exec app\nfi', OK, OK, OK],
  ['exec missing\nfi', LOST, LOST, LOST],
  ['exec missing\nif true; then', LOST, LOST, LOST],
  ['exec missing\necho "', LOST, LOST, LOST],
  ['app\n)', ERROR, ERROR, ERROR],
  ['function f {\nexec app\n}', OK, 'starts', 'starts'],
  ['function f {\ntrue\n}\nexec app', FUNCTION, OK, OK],
  ['function f() {\nexec app\n}\nf', GRAMMAR, OK, OK],
  ['function f {\nexec app\n', OK, GRAMMAR, GRAMMAR],

  ['. /nofile.sh\nexec app', LOST, OK, LOST],
  ['. /nofile.sh || true\nexec app', LOST, OK, LOST],
  ['command . /nofile.sh\nexec app', OK, OK, OK],
  ['set -e\n. /nofile.sh\nexec app', LOST, LOST, LOST],
  ['set -e\n. /nofile.sh || true\nexec app', LOST, OK, LOST],
  ['[ -f /nofile.sh ] && . /nofile.sh\nexec app', OK, OK, OK],
  [': >/nofile.sh\n. /nofile.sh\nexec app', OK, OK, OK],

  ['missing; exit', LOST, LOST, LOST],
  ['missing\nexit $?', LOST, LOST, LOST],
  ['missing; exit 0', OK, OK, OK],
  ['app; exit', OK, OK, OK],
  ['(missing; exit); exec app', OK, OK, OK],
  ['exit 1\nexec app', BADLY, BADLY, BADLY],
  ['exit foo\nexec app', BADLY, BADLY, BADLY],
  ['exit 0\nexec missing', OK, OK, OK],
  ['exit 256\nexec missing', OK, OK, OK],
  ['set -e\nfalse\nexec app', BADLY, BADLY, BADLY],
  ['set -e\n[ "$1" = server ]\nexec app', BADLY, BADLY, BADLY],
  ['set -e\n[ "$1" = app ]\nexec app', OK, OK, OK],
  ['set -e\n[ "$1" = server ] && exec missing\nexec app', OK, OK, OK],
  ['[ "$1" = server ] && exec app', BADLY, BADLY, BADLY],
  ['[ "$1" = app ] && exec missing', LOST, LOST, LOST],
  ['[ "$1" = server ] && exec missing || exec app', OK, OK, OK],
  ['false', BADLY, BADLY, BADLY],
  ['if [ "$1" = server ]; then exec app; fi; exit 3', BADLY, BADLY, BADLY],
  ['[ -n "$NOPE" ] || exit 2; exec app', BADLY, BADLY, BADLY],
  ['if true; then\napp', GRAMMAR, GRAMMAR, GRAMMAR],
  ['if true; then\nfi\napp', GRAMMAR, GRAMMAR, GRAMMAR],
  ['mkdir /opt/x\n)', GRAMMAR, GRAMMAR, GRAMMAR],
  ['server &\n)', ERROR, ERROR, ERROR],
  ['echo "\nexec app', GRAMMAR, GRAMMAR, GRAMMAR],
  ["X='a\nexec app", GRAMMAR, GRAMMAR, GRAMMAR],
  ['X=$(app\nexec app', GRAMMAR, GRAMMAR, GRAMMAR],
  ['X=`app\nexec app', GRAMMAR, GRAMMAR, GRAMMAR],
  ['case $1 in app) exec app;;', GRAMMAR, GRAMMAR, GRAMMAR],
  ['f() {\n  exec app\nf', GRAMMAR, GRAMMAR, GRAMMAR],
  ['exec app && && app', GRAMMAR, GRAMMAR, GRAMMAR],
  ['exec app ;; ', GRAMMAR, GRAMMAR, GRAMMAR],
  ['while true do; app; done', GRAMMAR, GRAMMAR, GRAMMAR],
  ['for i in 1; app; done', GRAMMAR, GRAMMAR, GRAMMAR],
  ['exec app >', GRAMMAR, GRAMMAR, GRAMMAR],
  ['true \\\n)', GRAMMAR, GRAMMAR, GRAMMAR],
  ['exec app\n"', OK, OK, OK],
  ['f() exec app\nf', OK, GRAMMAR, OK],
  ['exec app\nif [[ a =~ ^(b) ]]; then :; fi', OK, OK, OK],
  ['if [[ a =~ ^(b) ]]; then :; fi\nexec app', GRAMMAR, OK, GRAMMAR],
  ['if [[ ( a = a ) ]]; then exec app; fi\nexec missing', GRAMMAR, OK, GRAMMAR],
  ['cat <<X\n$(\nX\nexec app', DOUBT, OK, DOUBT],
  ['case x in x) true;& esac; exec app', DOUBT, OK, DOUBT],
  ['echo $((1+))\nexec app', DOUBT, OK, DOUBT],
  ['echo $((1 +X))\nexec app', OK, OK, OK],
  ['echo ${X!}\nexec app', DOUBT, OK, DOUBT],
  ['echo $(fi)\nexec app', DOUBT, DOUBT, DOUBT],
  ['app\nif true; then\r\napp\r\nfi\r', CRLF, CRLF, CRLF],
  ['app 2>&1\r', CRLF, CRLF, CRLF],
  ['set -euo pipefail\r\nexec app\n', CRLF, CRLF, CRLF],
  ['set -eo pipefail\r\nexec app\n', CRLF, CRLF, CRLF],
  ['set -e\nset -o pipefail\r\nexec app\n', CRLF, CRLF, CRLF],
  ['set -e\nset -u\r\nexec app\n', CRLF, CRLF, CRLF],
  ['exec app >/opt/log 2>&1\r', CRLF, CRLF, CRLF],
];

const BUSYBOX: readonly TarItem[] = [
  program('bin/busybox', PROGRAMS.busybox),
  program('bin/ash', PROGRAMS.busybox),
];
const MORE = [
  program('usr/bin/text', 'exit 0\n'),
  file('lib.sh', 'X=app\n'),
  file('ret.sh', 'X=app\nreturn 0\nexec missing\n'),
];

/** Texts that nobody sees, or not here. */
const TELLS: Readonly<Record<string, Pick<KernelCase, 'tells'>>> = {
  'missing &>/dev/null || exit 1; app': { tells: 'nothing' },
  'set -euo pipefail 2>/dev/null || true\nexec app': { tells: 'nothing' },
  // It is said where a volume brings the file, or somebody sets the variable.
  'if [ ! -f /srv/none ]; then exit 1; fi; exec missing': { tells: 'otherwise' },
  'case "${X:-}" in a) ;; *) exit 2 ;; esac; exec missing': { tells: 'otherwise' },
  'f() { exit 3; }; [ -n "${X:-}" ] || f; exec missing': { tells: 'otherwise' },
  'if [ -z "${X:-}" ]; then exit 2; fi; exec missing': { tells: 'otherwise' },
};

function scripted(shell: string, items: readonly TarItem[], text: string, expect: string): KernelCase {
  const script = program('entry.sh', `#!/bin/${shell}\n${text}\n`);
  const all = [...items, ...COMMON, ...MORE, script];
  return kernelCase(`${shell}: ${text}`, all, ['/entry.sh', 'app'], expect, TELLS[text]);
}

/** bash that is called sh. */
const BASH_AS_SH = [...(SHELLS['bash'] ?? []), symlink('bin/sh', 'bash')];
const AS_SH: readonly (readonly [text: string, expect: string])[] = [
  ['[[ $1 == a* ]] || exec missing\nexec app', OK],
  ['A=(missing)\nexec "$1" &>/dev/null', OK],
  ['declare X=missing; exec $X', LOST],
  ['exec -a x missing', LOST],
  ['alias app=missing\napp', 'not known: aliases'],
  ['return\nexec missing', 'not known: outside of functions'],
];

export const dialectCases: readonly KernelCase[] = [
  ...AS_SH.map(([text, expect]) => scripted('sh', BASH_AS_SH, text, expect)),
  ...SCRIPTS.flatMap(([text, dash, bash, ash]) => [
    scripted('dash', SHELLS['dash'] ?? [], text, dash),
    scripted('bash', SHELLS['bash'] ?? [], text, bash),
    scripted('ash', BUSYBOX, text, ash),
  ]),
];
