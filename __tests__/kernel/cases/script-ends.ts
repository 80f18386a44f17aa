/** Which command a script ends with, where that is not simply the last one. */
import { directory, file, type TarItem } from '../../support/layer-builder.ts';
import { type KernelCase, program } from '../kernel-case.ts';
import { PROGRAMS } from '../programs.ts';
import { SCRIPT_SHELLS, scriptCase, scriptRoot } from './script-case.ts';

const ITEMS: readonly TarItem[] = [
  ...scriptRoot('/usr/bin/mkdir'),
  program('opt/app', PROGRAMS.amd64),
  directory('tmp', { mode: 0o1777 }),
  file('asks.sh', '[ a = b ] && X=1\n'),
  file('returns.sh', '[ a = b ] || return 1\nserver\n'),
];

const OK = 'starts';
const UNREAD = 'malformed-script';
const LOST = 'program-not-found';
const FOREIGN = 'wrong-architecture';
const BADLY = 'not known: that it ends by itself, and not well';

/** [script, expected] */
const BODIES: readonly (readonly [body: string, expect: string])[] = [
  // What a function ends with, the call of it ends with.
  ['set -e\nf() { [ 1 = 2 ] && echo; }\nf\nserver', BADLY],
  ['set -e\nf() { [ -f /none ] && echo; }\nf\nserver', BADLY],
  ['set -e\nf() { if true; then [ 1 = 2 ] && echo; fi; }\nf\nserver', BADLY],
  ['set -e\nf() { for i in a b; do [ $i = c ] && echo; done; }\nf\nserver', BADLY],
  ['set -e\nf() { case a in a) [ x = y ] && true;; esac; }\nf\nserver', BADLY],
  ['set -e\nf() { [ 1 = 2 ] && return; server; }\nf', OK],
  ['set -e\nf() { set +e; missing; }\nf\nserver', OK],
  ['set -e\nf() { missing && echo; }\nf\nserver', LOST],
  ['set -e\nf() { missing; }\nf || server', OK],
  ['set -e\neval "[ 1 = 2 ] && echo"\nserver', BADLY],
  ['set -e\n. /asks.sh\nserver', BADLY],
  ['. /asks.sh\nserver', OK],
  ['set -e\n{ [ 1 = 2 ] && echo; }\nserver', OK],
  ['set -e\nif true; then [ 1 = 2 ] && echo; fi\nserver', OK],
  ['set -e\nfor i in a b; do [ $i = c ] && echo; done\nserver', OK],
  // `return`.
  ['f() { foreign || return; echo; }\nf', FOREIGN],
  ['f() { foreign || return; echo; }\nf\nserver', OK],
  ['f() { foreign || return; echo; }\nf && server', FOREIGN],
  ['f() { foreign || return; echo; }\nf || exit 1\nserver', FOREIGN],
  ['f() { missing || return; server; }\nf\nexit 0', OK],
  ['f() { missing || return 0; echo; }\nset -e\nf\nserver', OK],
  ['set -e\nf() { return 1; }\nf\nserver', BADLY],
  ['f() { return 1; }\nf\nserver', OK],
  ['set -e\nf() { [ 1 = 2 ] || return; }\nf\nserver', BADLY],
  ['f() { [ 1 = 2 ] || return 1; server; }\nf', BADLY],
  ['f() { [ 1 = 2 ] || return 1; missing; }\nf || server', OK],
  ['f() { [ 1 = 1 ] || return 1; missing; }\nf', LOST],
  ['set -e\nf() { eval "return 1"; server; }\nf', BADLY],
  ['set -e\n. /returns.sh\nserver', BADLY],
  ['[ 1 = 2 ] || exit\nserver', BADLY],
  // A status that is kept.
  ['foreign || rc=$?\nexit $rc', FOREIGN],
  ['rc=0\nforeign || rc=$?\necho $rc\nexit "$rc"', FOREIGN],
  ['foreign || rc=$?\nexit ${rc:-0}', FOREIGN],
  ['foreign || rc=$?', OK],
  ['foreign || rc=$?\nrc=0\nexit $rc', OK],
  ['foreign || rc=$?\nif [ "$rc" -gt 0 ]; then exec server; fi\nexit $rc', OK],
  // Behind `&`.
  ['foreign &\nwait $!', FOREIGN],
  ['set -- foreign\n"$@" &\nchild=$!\ntrap "kill $child" TERM\nwait "$child"\nexit $?', FOREIGN],
  ['foreign & pid=$!\nwait ${pid}\nrc=$?\necho ended\nexit $rc', FOREIGN],
  ['foreign & pid=$!\nserver & other=$!\nwait $pid', FOREIGN],
  ['set -e\nforeign & pid=$!\nwait $pid\nserver', FOREIGN],
  ['( cd /opt && exec ./missing ) &\nwait $!', LOST],
  ['server & pid=$!\nwait $pid', OK],
  // Where the script ends with `cd`, too, what follows is reached, or nothing is.
  ['mkdir -p /tmp/a && cd /tmp/a && exec foreign', FOREIGN],
  ['cd /none && foreign\nserver', OK],
];

/** Behind `&` what is surely refused is warned of where nothing waits for it alone. */
const WARNED: readonly (readonly [body: string, end: 'starts' | 'ends'])[] = [
  ['foreign & pid=$!\nserver & pid=$!\nwait $pid', 'starts'],
  ['foreign & pid=$!\nserver & other=$!\nwait $other', 'starts'],
  ['foreign &\nserver &\nwait $!', 'starts'],
  ['foreign & pid=$!\npid=1\nwait $pid', 'ends'],
  ['foreign & pid=$!\nwait $pid\nserver', 'starts'],
  ['foreign &\nwait $!\nexit 0', 'starts'],
  ['foreign &\nwait', 'starts'],
  ['foreign & pid=$!\nuntil [ -d /tmp ]; do server; done\nwait $pid', 'ends'],
  ['foreign &\nserver', 'starts'],
  ['( cd /opt && exec foreign ) &\nserver', 'starts'],
];

const IN_BASH: readonly (readonly [body: string, expect: string])[] = [
  ['builtin exec missing', LOST],
  ['builtin cd /opt && exec ./app', OK],
  ['set -e\nbuiltin cd /none\nserver', LOST],
  ['pushd /none\nserver', OK],
  ['set -e\npushd /none\nserver', LOST],
  ['pushd /opt >/dev/null\n./app', OK],
  ['pushd /opt && exec ./missing', LOST],
];

/** Outside of functions `return` ends those, and bash goes on. */
const IN_DASH_AND_ASH: readonly (readonly [body: string, expect: string])[] = [
  ['missing || return 1\nserver', LOST],
  ['return 1\nserver', 'not known: that it ends by itself'],
  ['return 0\nexec missing', OK],
];

/** Options and names of signals that dash does not have. */
const IN_DASH: readonly (readonly [body: string, expect: string])[] = [
  ['set -e\nserver &\nwait -n\nserver', UNREAD],
  ['server &\nwait -n\nexit $?', UNREAD],
  ['server &\nwait -n\nserver', OK],
  ["set -e\ntrap 'echo bye' SIGTERM INT\nserver", UNREAD],
  ["set -e\ntrap 'echo bye' ERR\nserver", UNREAD],
  ["set -e\ntrap -- 'echo bye' TERM SIGINT\nserver", UNREAD],
  ['set -e\ntrap - SIGTERM\nserver', UNREAD],
  ["trap 'echo bye' SIGTERM\nserver", OK],
  ["set -e\ntrap 'echo bye' SIGTERM || true\nserver", OK],
  ["set -e\ntrap 'echo bye' term INT 15 0\nserver", OK],
  ['if [ "$X" = y ]; then set -e; fi\ntrap \'echo bye\' SIGTERM\nserver', OK],
];

export const scriptEndCases: readonly KernelCase[] = [
  ...SCRIPT_SHELLS.flatMap((shell) => [
    ...BODIES.map(([body, expect]) => scriptCase(ITEMS, shell, body, expect)),
    ...WARNED.map(([body, end]): KernelCase => ({
      ...scriptCase(ITEMS, shell, body, 'starts'),
      expect: { warning: FOREIGN },
      ...(end === 'ends' && { here: end }),
    })),
  ]),
  ...['/bin/sh', '/bin/ash'].flatMap((shell) =>
    IN_DASH_AND_ASH.map(([body, expect]) => scriptCase(ITEMS, shell, body, expect)),
  ),
  ...IN_DASH.map(([body, expect]) => scriptCase(ITEMS, '/bin/sh', body, expect)),
  ...IN_BASH.map(([body, expect]) => scriptCase(ITEMS, '/bin/bash', body, expect)),
];
