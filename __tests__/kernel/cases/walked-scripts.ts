/** Scripts that are walked command by command: loops that are left, patterns of files, conditions, what is sourced. */
import { directory, file, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { elf, GLIBC_PATH, library } from '../loading.ts';
import { PROGRAMS } from '../programs.ts';
import { SCRIPT_SHELLS, scriptCase, scriptRoot } from './script-case.ts';

const TOOLS = ['cat', 'chmod', 'cp', 'find', 'grep', 'ln', 'rm', 'sleep'].map((name) => `/usr/bin/${name}`);
const ITEMS: readonly TarItem[] = [
  ...scriptRoot(...TOOLS),
  program('usr/bin/closed', '#!/bin/sh\nexit 0\n', { mode: 0o644 }),
  file('entry.d/10.sh', 'A=1\n'),
  file('entry.d/20.sh', 'B=2\n'),
  file('entry.d/README', 'if\n'),
  directory('empty.d'),
  file('etc/default/app', 'NAME=server\n'),
  file('usr/bin/setenv', 'NAME=server\n'),
  file('opt/app.conf', '# settings\nexport NAME=server\n'),
];

const OK = 'starts';
const LOST = 'program-not-found';
const FOREIGN = 'wrong-architecture';
const COMES = 'not known: missing, which cannot be started';
const BADLY = 'not known: that it ends by itself, and not well';

type Body = readonly [body: string, expect: string, ...cmd: string[]];

const OPTIONS = 'while [ $# -gt 0 ]; do case "$1" in --) shift; break;; -*) shift;; *) break;; esac; done';
const waits = (trap: string): string =>
  `trap ${trap} TERM INT\n"$@" &\nPID=$!\nwait $PID\ntrap - TERM INT\nwait $PID\nS=$?\nexit $S`;

const BODIES: readonly Body[] = [
  // Loops that are left.
  [`${OPTIONS}\nexec "$@"`, FOREIGN, '-v', '-x', 'foreign', 'a'],
  [`${OPTIONS}\nexec "$@"`, OK, '-v', '--', 'server', 'a'],
  ['while true; do case "$1" in -v) shift;; *) break;; esac; done\nexec "$@"', FOREIGN, '-v', 'foreign'],
  ['for i in a b c; do [ $i = b ] && break; done\n[ $i = b ] && exec foreign\nexec server', FOREIGN],
  ['for i in a b c; do [ $i = b ] || continue; C=$i; done\n[ $C = b ] && exec foreign\nexec server', FOREIGN],
  ['for i in a b; do if grep -q b /etc/default/app; then break; fi; done\nexec foreign', FOREIGN],
  ['while true; do grep -q NAME /etc/default/app && break; sleep 1; done\nexec foreign', FOREIGN],
  ['while true; do if [ -d /etc ]; then break; fi; sleep 1; done\nexec foreign', FOREIGN],
  ['for i in 1 2; do for j in 1 2; do break 2; done; done\nexec foreign', FOREIGN],
  [
    'for i in 1 2; do for j in 1 2; do grep -q b /etc/default/app && break; done; done\nexec foreign',
    FOREIGN,
  ],
  ['break\nexec foreign', FOREIGN],
  ['continue\nexec server', OK],
  ['for i in 1 2; do exit 0; done\nexec foreign', OK],
  [waits(`'kill -TERM $PID'`), FOREIGN, 'foreign'],
  [waits(`"kill -TERM $PID"`), FOREIGN, 'foreign'],
  [waits(`'kill -TERM $PID'`), OK, 'server'],
  // Patterns of files.
  ['for f in /entry.d/*.sh; do . "$f"; done\n[ "$A$B" = 12 ] && exec foreign\nexec server', FOREIGN],
  ['for f in /entry.d/*; do case "$f" in *.sh) . "$f";; *) echo;; esac; done\nexec foreign', FOREIGN],
  ['for f in /empty.d/*.sh; do [ -e "$f" ] || continue; . "$f"; done\nexec foreign', FOREIGN],
  ['for f in /gone.d/*.sh; do if [ -f "$f" ]; then . "$f"; fi; done\nexec foreign', FOREIGN],
  ['D=/entry.d\nfor f in "$D"/*.sh; do . "$f"; done\nexec server', OK],
  ['exec /usr/bin/forei*', FOREIGN],
  ['exec /usr/bin/serve*', OK],
  ['cp /etc/default/app /entry.d/30.sh\nfor f in /entry.d/*.sh; do . "$f"; done\nexec server', OK],
  ['for f in /entry.d/.*; do case "$f" in */.x) exec foreign;; esac; done\nexec server', OK],
  ['D="/gone d"\nfor f in $D/*.sh; do case "$f" in "d/*.sh") exec server;; esac; done\nexec missing', OK],
  ['set -ef\nfor f in /entry.d/*.sh; do case "$f" in *10.sh) exec missing;; esac; done\nexec server', OK],
  ['(cd /empty.d && cp /opt/app.conf a.sh)\nfor f in /empty.d/*.sh; do . "$f"; done\nexec server', OK],
  // What is no JSON, and so a command of the shell.
  ['["server",]', LOST],
  ['exec ["/usr/bin/server"]', LOST],
  // Parts of a condition in their order.
  ['c=\nif c=a && [ "$c" = a ]; then exec server; fi\nexec foreign', OK],
  ['c=\nif c=a && [ "$c" = a ]; then exec foreign; fi\nexec server', FOREIGN],
  ['if c=$(command -v "$1") && [ -x "$c" ]; then :; else set -- server; fi\nexec "$@"', FOREIGN, 'foreign'],
  ['if c=$(command -v "$1") && [ -x "$c" ]; then :; else set -- foreign; fi\nexec "$@"', OK, 'server'],
  ['x=\ny=$(echo "${x:=a}")\nif [ -n "$x" ]; then exec server; fi\nexec foreign', FOREIGN],
  ['set -e\necho ${P:=80} | cat\n[ "$P" = 80 ] || exec foreign\nexec server', FOREIGN],
  ['if exec foreign; then :; fi\nexec server', FOREIGN],
  ['if exec server; then :; fi\nexec foreign', OK],
  ['if exit 0; then :; fi\nexec foreign', OK],
  ['[ $(missing) = 200 ] || exit 1\nexec server', LOST],
  ['x=missing\nif ! x=$(command -v gone); then :; fi\n[ -z "$x" ] && exec foreign\nexec server', FOREIGN],
  ['f() { local x=$1 y=$x; exec "${y:-server}"; }\nf missing', OK],
  ['A=1\nexport A=2 B=$A\n[ $B = 1 ] && exec foreign\nexec server', FOREIGN],
  ['set -e\ntype missing\nexec server', BADLY],
  ['set -e\nhash missing\nexec server', BADLY],
  // What is sourced.
  ['. /opt/app.conf\nexec foreign', FOREIGN],
  ['rm /opt/app.conf\n. /opt/app.conf\nexec foreign', 'not known: what comes of . /opt/app.conf'],
  ['. setenv\nif [ "$NAME" = server ]; then exec foreign; fi\nexec server', FOREIGN],
  // What a trap does in the end, and what find starts.
  ['f() { server; echo; }\ntrap f EXIT\nforeign', FOREIGN],
  ['f() { foreign; echo; }\ntrap f EXIT\nserver', OK],
  ['f() { exit 1; }\nif f; then :; fi\nexec server', BADLY],
  ['if PATH=/gone command -v server; then exec missing; fi\nexec server', OK],
  ['set -e\nfind /etc/default -exec missing {} +\nexec server', 'not known: whether missing is ever started'],
  ['set -e\nfind /etc/default -exec foreign {} \\;\nexec server', OK],
  // What is changed before it is started.
  ['chmod 644 /usr/bin/server\nexec server', 'not known: whether server can still be started'],
  ['chmod -x /usr/bin/server\nexec server', 'not known: whether server can still be started'],
  ['chmod 0755 /usr/bin/server\nexec server', OK],
  ['chmod +x /usr/bin/closed\nexec closed', OK],
  [
    'cp /usr/bin/foreign /usr/bin/server\nexec /usr/bin/server',
    'not known: what /usr/bin/server is when it is started',
  ],
];

/** Two of a name, the first for another machine, as dash, ash and bash take them. */
const SHADOWED: readonly TarItem[] = [program('usr/local/bin/server', PROGRAMS.arm64)];
const OF_SHADOWED = [OK, FOREIGN, FOREIGN];

/** These start, and it is not known whether they come to what does not. */
const WARNED: readonly string[] = [
  'trap f EXIT\nf() { exit 0; }\nforeign',
  'for i in 1 2; do for j in 1 2; do break 2; done; exec foreign; done\nexec server',
  'for i in 1 2; do for j in 1 2; do continue 2; done; exec foreign; done\nexec server',
  'for i in 1 2; do if grep -q NAME /etc/default/app; then break; fi; exec foreign; done\nexec server',
];

/** [script, as dash, as ash, as bash] */
const OF_SHELLS: readonly (readonly [body: string, ...expect: string[]])[] = [
  ['compgen -v >/dev/null\nexec server', OK, OK, OK],
  ['set -e\ncompgen -v >/dev/null\nexec server', LOST, LOST, OK],
  ['set -e\nchdir /etc\nexec server', OK, OK, LOST],
  ['X=$((1024 * $(missing) ))\nexec server', COMES, COMES, OK],
  ['for f in /empty.d/*.sh; do . "$f"; done\nexec server', LOST, LOST, OK],
];

const OF_BASH: readonly Body[] = [
  ['set -e\n[[ 1 = 1 ]]\nexec foreign', FOREIGN],
  ['set -e\n[[ 1 = 2 ]]\nexec foreign', BADLY],
  ['set -e\n[[ -z $X ]]\nexec foreign', FOREIGN],
  ['[[ 1 = 1 ]]', OK],
  ['set -e\nf() { [[ -n $X ]] && echo; }\nf\nexec server', BADLY],
  ['shopt -s nullglob\nfor f in /empty.d/*.sh; do . "$f"; done\nexec foreign', FOREIGN],
  ['f() { declare "$1"=b; }\nx=\nf x\n[ -n "$x" ] && exec foreign\nexec server', OK],
];

/** [interpreter, option] */
const OPTIONS_OF_SHELLS: readonly (readonly [interpreter: string, expect: string])[] = [
  ['/bin/sh --login', 'malformed-shebang'],
  ['/bin/sh -Z', 'malformed-shebang'],
  ['/bin/ash -Z', 'malformed-shebang'],
  ['/bin/bash -Z', 'malformed-shebang'],
  ['/bin/bash --nothing', 'malformed-shebang'],
  ['/bin/bash --login', OK],
  ['/bin/ash --login', OK],
];

const LIBRARIES: readonly TarItem[] = [
  elf('/usr/bin/needy', { interpreter: GLIBC_PATH, needed: ['libown.so.1'] }),
  library('/opt/lib/libown.so.1', { soname: 'libown.so.1' }),
  directory('usr/lib'),
];

/** What its loader finds is what a script has put there. */
const BROUGHT: readonly (readonly [body: string, expect: string])[] = [
  ['exec needy', 'library-not-found'],
  ['export LD_LIBRARY_PATH=/opt/lib\nexec needy', OK],
  ['cp /opt/lib/libown.so.1 /usr/lib/\nexec needy', OK],
  ['ln -s /opt/lib/libown.so.1 /usr/lib/libown.so.1\nexec needy', OK],
  ['cp /etc/default/app /usr/share/app\nexec needy', 'library-not-found'],
  [
    'rm -rf /opt/lib\nexport LD_LIBRARY_PATH=/opt/lib\nexec needy',
    'not known: what /opt/lib/libown.so.1 is when it is loaded',
  ],
];

export const walkedScriptCases: readonly KernelCase[] = [
  ...SCRIPT_SHELLS.flatMap((shell) =>
    BODIES.map(([body, expect, ...cmd]) => scriptCase(ITEMS, shell, body, expect, cmd)),
  ),
  ...SCRIPT_SHELLS.flatMap((shell) =>
    WARNED.map((body) => ({ ...scriptCase(ITEMS, shell, body, OK), expect: { warning: FOREIGN } })),
  ),
  ...OF_SHADOWED.flatMap((expect, index) =>
    ['exec server', 'server', 'set -e\nserver\nexec server'].map((body) =>
      scriptCase([...ITEMS, ...SHADOWED], SCRIPT_SHELLS[index] ?? '', body, expect),
    ),
  ),
  ...OF_SHELLS.flatMap(([body, ...expected]) =>
    expected.map((expect, index) => scriptCase(ITEMS, SCRIPT_SHELLS[index] ?? '', body, expect)),
  ),
  ...['/bin/ash', '/bin/bash'].map((shell) =>
    scriptCase(ITEMS, shell, 'if true; then exit 0\r\nfi', 'crlf-script'),
  ),
  ...OF_BASH.map(([body, expect]) => scriptCase(ITEMS, '/bin/bash', body, expect)),
  ...OPTIONS_OF_SHELLS.map(([interpreter, expect]) =>
    kernelCase(
      `#!${interpreter}`,
      [...ITEMS, program('app', `#!${interpreter}\nexec server\n`)],
      '/app',
      expect,
    ),
  ),
  ...['sh', 'ash'].map((shell) =>
    kernelCase(`${shell} reads a program`, ITEMS, [`/bin/${shell}`, '/usr/bin/server'], 'malformed-script', {
      tells: 'nothing',
    }),
  ),
  ...['/bin/sh', '/bin/bash'].flatMap((shell) =>
    BROUGHT.map(([body, expect]) => scriptCase([...ITEMS, ...LIBRARIES], shell, body, expect)),
  ),
];
