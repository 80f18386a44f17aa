/** What a script asks for that the image does not have, and its users may bring: variables, and files of volumes. */
import { directory, type TarItem } from '../../support/layer-builder.ts';
import { type KernelCase, program } from '../kernel-case.ts';
import { PROGRAMS } from '../programs.ts';
import { SCRIPT_SHELLS, scriptCase, scriptRoot } from './script-case.ts';

const ITEMS: readonly TarItem[] = [
  ...scriptRoot('/usr/bin/sleep', '/usr/bin/grep'),
  program('opt/server', PROGRAMS.amd64),
  program('etc/default/app', 'NAME=server\n'),
  directory('config'),
];

const OK = 'starts';
const FOREIGN = 'wrong-architecture';
const BADLY = 'not known: that it ends by itself, and not well';

/** [script, expected] */
const BODIES: readonly (readonly [body: string, expect: string])[] = [
  // As it is published, a variable that is not set is empty where a condition asks for it.
  ['case "$X" in a) exec server;; *) exec foreign;; esac', FOREIGN],
  ['if [ "$X" != a ]; then exec foreign; fi\nexec server', FOREIGN],
  ['if [ -n "$X" ]; then exec server; else exec foreign; fi', FOREIGN],
  ['if [ -z "$X" ]; then exec foreign; elif [ "$Y" ]; then exec server; fi\nexec server', FOREIGN],
  ['[ -n "$X" ] || exec foreign\nexec server', FOREIGN],
  ['[ "$X" ] && exec server\nexec foreign', FOREIGN],
  ['[ "x$X" = x ] && exec foreign\nexec server', FOREIGN],
  ['[ "${#X}" -eq 0 ] && exec foreign\nexec server', FOREIGN],
  ['if [ -z "${X+x}" ]; then exec foreign; fi\nexec server', FOREIGN],
  ['if [ -z "$X" ] && [ -z "$Y" ]; then exec foreign; fi\nexec server', FOREIGN],
  ['is() { [ "$1" = yes ]; }\nif is "$X"; then exec server; fi\nexec foreign', FOREIGN],
  ['f() { [ -z "$X" ] && return 0; exec server; }\nf\nexec foreign', FOREIGN],
  ['f() { if [ -z "$X" ]; then return; fi; foreign; }\nset -e\nf\nexec server', OK],
  ['set -e\nif [ -z "$X" ]; then foreign; fi\nexec server', FOREIGN],
  ['if [ -z "$X" ]; then foreign || exit 1; fi\nexec server', FOREIGN],
  ['foreign\nR=$?\n[ -n "$X" ] && R=0\n[ $R -ne 0 ] && exit 1\nexec server', FOREIGN],
  // What such a condition sets.
  ['C=server\n[ -z "$X" ] && C=foreign\nexec $C', FOREIGN],
  ['C=foreign\n[ -z "$X" ] && C=server\nexec $C', OK],
  ['if [ -z "$X" ]; then C=foreign; else C=server; fi\nexec $C', FOREIGN],
  ['test -z "$X" && C=foreign || C=server\nexec $C', FOREIGN],
  ['set -- foreign\nif [ -n "$X" ]; then set -- server; fi\nexec "$@"', FOREIGN],
  ['PATH=/opt\nif [ -z "$X" ]; then PATH=/usr/bin; fi\nexec foreign', FOREIGN],
  // What is sourced may have set it.
  ['. /etc/default/app\n[ -n "$NAME" ] && exec server\nexec foreign', OK],
  // Whose image needs one is going to set it.
  ['exec "$X" server', 'not known: what exec "$X" starts'],
  ['exec /opt/$X', 'not known: what exec /opt/$X starts'],
  ['if [ -z "$X" ]; then echo X is needed; exit 1; fi\nexec server', BADLY],
  ['[ -n "$X" ] || { echo X is needed; exit 1; }\nexec server', BADLY],
  ['case "$X" in a) exec server;; *) exit 1;; esac', BADLY],
  ['[ -n "$X" ] && exec server', BADLY],
  ['set -e\nf() { [ -n "$X" ] && echo; }\nf\nexec server', BADLY],
  // A file that is not there.
  ['if [ -f /config/settings ]; then exec server; fi\nexec foreign', FOREIGN],
  ['if [ ! -d /config/data ]; then exec foreign; fi\nexec server', FOREIGN],
  ['[ -f /config/settings ] || exec foreign\nexec server', FOREIGN],
  ['[ -f /config/settings ] || exit 1\nexec server', BADLY],
  ['[ -f /config/settings ] && . /config/settings\nexec foreign', FOREIGN],
  ['if [ -r /config/settings ]; then . /config/settings; fi\nexec foreign', FOREIGN],
  ['C=server\nif [ -r "$X" ]; then C=$(grep . "$X"); fi\nexec $C', OK],
];

/** These start, and may start what does not where somebody brings what they ask for. */
const WARNED: readonly string[] = [
  'case "$X" in a) exec foreign;; *) exec server;; esac',
  'if [ "$X" = a ]; then exec foreign; fi\nexec server',
  'if [ -n "$X" ]; then exec foreign; else exec server; fi',
  'X=$(grep . /etc/default/app)\n[ -n "$X" ] && exec server\nexec foreign',
  'export $(grep . /etc/default/app)\n[ "$NAME" = server ] && exec server\nexec foreign',
  'while [ -z "$X" ]; do sleep 1; done\nexec foreign',
  'while [ ! -f /config/ready ]; do sleep 1; done\nexec foreign',
];

export const asPublishedCases: readonly KernelCase[] = SCRIPT_SHELLS.flatMap((shell) => [
  ...BODIES.map(([body, expect]) => scriptCase(ITEMS, shell, body, expect)),
  ...WARNED.map((body) => ({ ...scriptCase(ITEMS, shell, body, OK), expect: { warning: FOREIGN } })),
]);
