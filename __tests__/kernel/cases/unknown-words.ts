/** Words of scripts of which only running tells a part: those before and behind them are followed all the same. */
import { file, type TarItem } from '../../support/layer-builder.ts';
import { type KernelCase, program } from '../kernel-case.ts';
import { PROGRAMS, WRAPPERS } from '../programs.ts';
import { SCRIPT_SHELLS, scriptCase, scriptRoot } from './script-case.ts';

const TOOLS = ['env', 'nice', 'setpriv', 'timeout'].map((name) => `/usr/bin/${name}`);

const ITEMS: readonly TarItem[] = [
  ...scriptRoot('/usr/bin/grep', '/usr/bin/cat', '/usr/bin/mkdir', ...TOOLS),
  WRAPPERS.gosu,
  WRAPPERS.tini,
  program('venv/bin/tool', PROGRAMS.amd64),
  program('secret/server', PROGRAMS.amd64, { mode: 0o700 }),
  file('etc/passwd', 'root:x:0:0:root:/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n'),
  file('etc/group', 'root:x:0:\napp:x:1000:\n'),
  file('etc/number', '5\n'),
  file('etc/default/run', 'exec "$@"\n'),
  file('etc/default/app', 'NAME=server\nOPTIONS="-x -y"\n'),
  file(
    'venv/bin/activate',
    activation('# as Python 3.11 writes it\nVIRTUAL_ENV="/venv"\nexport VIRTUAL_ENV'),
  ),
  file(
    'venv/bin/activate.env',
    activation(
      'if [ "$OSTYPE" = "cygwin" ] || [ "$OSTYPE" = "msys" ] ; then\n    export VIRTUAL_ENV=$(cygpath /venv)\nelse\n    export VIRTUAL_ENV=/venv\nfi',
    ),
  ),
];

/** In the manner of Python's `venv/scripts/common/activate`. */
function activation(setting: string): string {
  return `deactivate () {
    if [ -n "\${_OLD_VIRTUAL_PATH:-}" ] ; then
        PATH="\${_OLD_VIRTUAL_PATH:-}"
        export PATH
        unset _OLD_VIRTUAL_PATH
    fi
    hash -r 2> /dev/null
    unset VIRTUAL_ENV
    if [ ! "\${1:-}" = "nondestructive" ] ; then
        unset -f deactivate
    fi
}
deactivate nondestructive
${setting}
_OLD_VIRTUAL_PATH="$PATH"
PATH="$VIRTUAL_ENV/bin:$PATH"
export PATH
if [ -z "\${VIRTUAL_ENV_DISABLE_PROMPT:-}" ] ; then
    _OLD_VIRTUAL_PS1="\${PS1:-}"
    PS1="(venv) \${PS1:-}"
    export PS1
fi
hash -r 2> /dev/null
`;
}

const OK = 'starts';
const LOST = 'program-not-found';
const FOREIGN = 'wrong-architecture';
const NOTHING = 'no-start-command';
const WORDS = 'not known: only running tells its words';

const BY_TOOL = [
  'exec env A="$N" $P',
  'exec env A=b B="x$N$N" $P',
  'exec nice -n "$N" $P',
  'exec timeout "$N" $P',
  'exec setpriv --reuid "$U" --regid="$U" --clear-groups $P',
];
const BY_USER = [
  'exec gosu "$U" $P',
  'exec gosu "$U:$U" $P',
  'set -- gosu "$U" "$@"\nexec "$@" $P',
  'set -- a "$U"\nshift\nexec gosu "$@" $P',
  'f() { exec gosu "$1" "$2"; }\nf "$U" $P',
  'f() { u="$1"; shift; exec gosu "$u" "$@"; }\nf "$U" $P',
  'exec tini -g -- gosu "$U" $P',
];

/** Each with a program that runs, and with two that do not. */
function withPrograms(body: string): readonly (readonly [body: string, expect: string])[] {
  return [
    [body.replaceAll('$P', 'server'), OK],
    [body.replaceAll('$P', 'missing'), LOST],
    [body.replaceAll('$P', 'foreign'), FOREIGN],
  ];
}

/** Debian's busybox has such tools itself, and takes its own. */
const OF_TOOLS = [
  ['exec env -S "A=$N missing"', 'not known: options are not known here'] as const,
  ['exec timeout "$X" 5 missing', WORDS] as const,
  ['exec timeout "$X" server', 'not known: only running tells whether it takes its words'] as const,
  ['exec nice $X missing', 'not known: what /usr/bin/nice starts'] as const,
  ...BY_TOOL.flatMap(withPrograms),
  ['exec env "A$(echo)" missing', LOST] as const,
];

const BODIES: readonly (readonly [body: string, expect: string])[] = [
  ...BY_USER.flatMap(withPrograms),
  ['exec gosu "$U"', NOTHING],
  ['exec env "$U=$N" missing', WORDS],
  ['exec tini "$U" missing', WORDS],
  ['exec env PATH="$N" missing', 'not known: PATH is not known'],
  ['exec env PATH="$N" /usr/bin/foreign', FOREIGN],
  // Whom it becomes decides.
  ['exec gosu "$U" /secret/server', 'not known: only running tells as whom'],
  // Values of which the beginning is known.
  ['C="server --port $N"\nexec $C', OK],
  ['C="missing --port $N"\nexec $C', LOST],
  ['C="gosu app foreign $N"\nC="$C $N"\nexec $C', FOREIGN],
  ['C=server\n[ -n "$X" ] && C="$C --debug"\nexec $C', OK],
  ['C=foreign\n[ -n "$X" ] && C="$C --debug"\nexec $C', FOREIGN],
  ['C=foreign\nif [ -n "$X" ]; then C="$C --debug"; fi\nexec $C', FOREIGN],
  ['C=foreign\nif [ "$$" = y ]; then C=missing; fi\nexec $C', 'not known: what exec $C starts'],
  ['C="missing$N"\nexec $C', 'not known: what exec $C starts'],
  ['C="missing $N"\nexec "$C"', 'not known: what exec "$C" starts'],
  ['C="server * $N"\nexec $C', OK],
  // Words that go on in one that is not known.
  ['V=$X\nexec serv$V', 'not known: what exec serv$V starts'],
  ['V=$X\nexec "serv$V"', 'not known: what exec "serv$V" starts'],
  ['set -- $X\nexec serv$@', 'not known: what exec serv$@ starts'],
  ['V=" --flag $X"\nexec server$V', OK],
  ['V=" --flag $X"\nexec missing$V', LOST],
  ['V=-x\n[ "$$" = y ] && V=" $V"\nexec server$V', 'not known: what exec server$V starts'],
  ['cd "/$X" && exec missing', LOST],
  ['exit "$X"', 'not known: with which status it ends'],
  ['C=\n[ -n "$X" ] && C=" "\ncase $C in "") exec server ;; esac\nexec missing', OK],
  ['IFS=,\nC="missing,$N"\nexec $C', 'not known: what exec $C starts'],
  ['[ -n "$X" ] && set -- "$@" --debug\nexec missing "$@"', LOST],
  // Statuses that are kept.
  ['foreign\nR=$?\nif [ $R -ne 0 ]; then echo "no: $R"; exit $R; fi\nexec server', FOREIGN],
  ['missing\nR=$?\n[ "$R" = 0 ] || exit 1\nexec server', LOST],
  ['missing || R=$?\nif [ "${R:-0}" -ne 0 ]; then exit $R; fi\nexec server', LOST],
  ['missing\nR=$?\ncase $R in 0) ;; *) exit $R ;; esac\nexec server', LOST],
  ['f() { missing; local R=$?; return $R; }\nf || exit 1\nexec server', LOST],
  ['foreign\ncase $? in 0) ;; *) exit 1 ;; esac\nexec server', FOREIGN],
  ['missing\nR=$?\nR=0\nif [ $R -ne 0 ]; then exit $R; fi\nexec server', OK],
  ['missing\nR=$?\nexec server', OK],
  ['foreign\nR=$?\nif [ $R -eq 127 ] || [ $R -gt 127 ]; then exit 1; fi\nexec server', OK],
  ['missing\nR=$?\nif [ $R -eq 127 ]; then exit 1; fi\nexec server', LOST],
  // Loops over words.
  [
    'set -- -v --start server\nwhile [ $# -gt 0 ]; do case "$1" in --start) S=1 ;; *) P="$1" ;; esac; shift; done\n[ "$S" = 1 ] && exec $P\nexec missing',
    OK,
  ],
  [
    'set -- a --start foreign\nwhile [ $# -gt 0 ]; do case "$1" in --start) S=1 ;; *) P="$1" ;; esac; shift; done\nif [ "$S" = 1 ]; then exec $P; fi\nexec server',
    FOREIGN,
  ],
  ['set -- a b missing\nwhile [ $# -gt 1 ]; do shift; done\nexec "$1"', LOST],
  ['set -- a\nwhile [ -n "$1" ]; do P="$1"; done\nexec missing', OK],
  // Files that cannot be written, which hinders nothing else.
  ['echo a >>/gone/log\nexec foreign', FOREIGN],
  ['cat /etc/passwd >/gone/log\nexec server', OK],
  ['set -e\nmkdir -p /var/log/app\necho a >/var/log/app/log\nexec missing', LOST],
  ['set -e\necho a >/gone/log\nexec server', 'not known: whether it can open /gone/log'],
  // Traps that end nothing, and others.
  ["trap 'echo bye' EXIT\nmissing", LOST],
  ['bye() { echo bye; kill $(cat /gone); }\ntrap bye EXIT INT TERM\nset -e\nforeign\nserver', FOREIGN],
  ["trap 'echo bye' EXIT\nserver", OK],
  ["trap 'echo bye' 0 1 2 15\nmissing", LOST],
  ["trap 'command exit 0' EXIT\nmissing", OK],
  ["trap 'exit 0' EXIT\nmissing", OK],
  ['bye() { exit 0; }\ntrap bye EXIT\nmissing', OK],
  ['trap bye EXIT\nbye() { exit 0; }\nmissing', OK],
  // Files that are read with `.`, without an x bit and `.sh`.
  ['. /etc/default/app\nexec $NAME $OPTIONS', OK],
  ['[ -r /etc/default/app ] && . /etc/default/app\nexec missing', LOST],
  ['set -a\n. /etc/default/app\nset +a\nexec foreign', FOREIGN],
  ['. /venv/bin/activate\nexec tool', OK],
  ['. /venv/bin/activate\nexec missing', LOST],
  ['. /venv/bin/activate.env\nexec tool', OK],
  ['. /venv/bin/activate.env\nexec foreign', FOREIGN],
  ['exec tool', LOST],
];

const OF_BASH: readonly (readonly [body: string, expect: string])[] = [
  ['foreign\nR=$?\n[ $R -eq 126 ] && exec server\nexec missing', OK],
  ['set -- missing\n. /etc/default/run "$X"', 'not known: what exec "$@" starts'],
  ['set -- -x\nexec "$@"\nexec server', OK],
  ['set -- -x\nexec "$@"', LOST],
  ['A=(missing)\n[ -n "$X" ] && A+=(--debug "$N")\nexec "${A[@]}"', LOST],
  ['A=(server)\nif [ -n "$X" ]; then A+=(--debug); fi\nexec "${A[@]}"', OK],
  ['A=(gosu "$U" foreign)\nexec "${A[@]}"', FOREIGN],
  ['C=missing\nC+=" --debug"\nC+=" $N"\nexec $C', LOST],
  ["trap 'kill $$' EXIT\nserver", 'not known: what its trap does'],
  ["trap 'printf -v C server' ERR\nC=missing\nfalse\nexec $C", OK],
  ["trap '((R=1))' ERR\nR=0\nfalse\n[ $R = 1 ] && exec server\nexec missing", OK],
  ['set -eE\ntrap \'echo "line $LINENO"\' ERR\nmissing\nexec server', LOST],
];

export const unknownWordCases: readonly KernelCase[] = [
  ...SCRIPT_SHELLS.flatMap((shell) => BODIES.map((each) => ofBody(shell, ...each))),
  ...['/bin/sh', '/bin/bash'].flatMap((shell) => OF_TOOLS.map((each) => ofBody(shell, ...each))),
  ...OF_BASH.map((each) => ofBody('/bin/bash', ...each)),
];

/** Nothing here reads what grep finds. */
function ofBody(shell: string, body: string, expect: string): KernelCase {
  const known = 'U=$(grep -o ^app /etc/passwd)\nN=$(grep . /etc/number)\n';
  return scriptCase(ITEMS, shell, `${known}${body}`, expect);
}
