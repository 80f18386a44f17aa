/** Commands of a script that come to nothing, and what hangs on them: conditions, ways that may be taken, early returns. */
import { type TarItem } from '../../support/layer-builder.ts';
import { type KernelCase, program } from '../kernel-case.ts';
import { elf } from '../loading.ts';
import { SCRIPT_SHELLS, scriptCase, scriptRoot } from './script-case.ts';

const ITEMS: readonly TarItem[] = [
  ...scriptRoot('/usr/bin/env', '/usr/bin/grep'),
  program('usr/bin/ends', '#!/bin/sh\nexit 3\n'),
  elf('/usr/bin/lacking', { interpreter: '/lib64/ld-linux-x86-64.so.2', needed: ['libgone.so.1'] }),
];

const OK = 'starts';
const LOST = 'program-not-found';
const FOREIGN = 'wrong-architecture';
const LIBRARY = 'library-not-found';
const COMES = 'not known: which cannot be started';

const BODIES: readonly (readonly [body: string, expect: string])[] = [
  // Whether it is asked in a condition, or in part of one.
  ['if ! missing; then exit 4; fi\nexec server', LOST],
  ['if ! foreign; then echo no; exit 4; fi\nexec server', FOREIGN],
  ['if ! lacking; then exit 4; fi\nexec server', LIBRARY],
  ['if lacking; then echo; else exit 4; fi\nexec server', LIBRARY],
  ['! missing && exit 4\nexec server', LOST],
  ['if (missing); then :; else exit 4; fi\nexec server', LOST],
  ['if [ 1 = 1 ] && missing; then :; else exit 4; fi\nexec server', LOST],
  ['if ! out=$(missing); then exit 4; fi\nexec server', LOST],
  ['! command missing && exit 4\nexec server', LOST],
  ['! /bin/sh -c missing && exit 4\nexec server', LOST],
  ['if ! /usr/bin/env missing; then exit 4; fi\nexec server', LOST],
  ['if [ "$(missing)" != ok ]; then exit 4; fi\nexec server', LOST],
  ['[ "$(lacking)" = ok ] || exit 4\nexec server', LIBRARY],
  ['f() { missing; }\nif ! f; then exit 4; fi\nexec server', LOST],
  ['check() { missing && return 0; return 1; }\ncheck || exit 4\nexec server', LOST],
  ['die() { exit 4; }\nlacking || die no\nexec server', LIBRARY],
  ['until missing; do exit 4; done\nexec server', LOST],
  ['while ! lacking; do exit 3; done\nexec server', LIBRARY],
  ['missing\nif [ $? -ne 0 ]; then exit 4; fi\nexec server', LOST],
  ['server\nif [ $? -ne 0 ]; then exit 4; fi\nexec server', OK],
  ['missing\nif true; then exit $?; fi', OK],
  ['missing\ntrue && exit $?', OK],
  ['set -e\nfor each in /usr /; do cd $each; bin/server; done', LOST],
  ['if ! missing | grep -q ok; then exit 4; fi\nexec server', LOST],
  ['missing | grep -q ok || exit 4\nexec server', LOST],
  ['if ! missing | env server; then exit 4; fi\nexec server', OK],
  ['for i in 1 2 3; do missing && break; [ $i = 3 ] && exit 1; done\nexec server', COMES],
  // What it leads to.
  ['missing || false', LOST],
  ['missing || { server & }', OK],
  ['f() { missing; }\nf || { missing & }', OK],
  ['if { missing & }; then exec server; fi\nexit 1', OK],
  ['if [ "$$" = y ]; then set -x; else set -e; fi\nmissing\nserver', 'not known: whether set -e is on'],
  ['lacking || (exit 4)', LIBRARY],
  ['missing || foreign', FOREIGN],
  ['set -e\nenv missing || lacking\nserver', LIBRARY],
  ['set -e\ng() { missing && server; }\ng\nexec server', LOST],
  ['set -e\nenv missing && env foreign\nexec server', OK],
  ['set -e\nlacking && missing\nexec server', OK],
  ['set -e\nsh -c lacking && missing\nexec server', OK],
  ['missing && exec server\nexit 1', COMES],
  ['V=$(missing)\n[ -z "$V" ] && exit 1\nexec server', COMES],
  ['missing; S=$?; if [ $S -ne 0 ]; then exit 1; fi\nexec server', LOST],
  ['lacking || true\nexec server', OK],
  ['if missing; then exec foreign; fi\nexec server', OK],
  ['while true; do exec missing; done', LOST],
  ['set -e\nwhile :; do missing; done', LOST],
  // It waits for ever.
  ['until missing; do sleep 1; done\nexec missing', OK],
  // Processes of their own, with which nothing ends.
  ['( set -e; missing )\nexec server', OK],
  ['f() ( set -e; lacking )\nf\nexec server', OK],
  ['v=$(set -e; missing; echo a)\nexec server', OK],
  ['( cd /none || exit 1; true )\nexec server', OK],
  ['( . /none )\nexec server', OK],
  ['( set -e; . /none )\nexec server', OK],
  ['( set -e; missing )', LOST],
  ['set -e\n( missing )\nexec server', LOST],
  // What it says may be taken for what it prints.
  ['v=$(missing 2>&1); [ -n "$v" ] && exec server\nexec missing-too', OK],
  ['if [ -n "$(missing 2>&1)" ]; then exec server; fi\nexec missing-too', OK],
  ['( ( exec missing ) || exit 9 )\nexec server', OK],
  ['missing & pid=$!\nserver\nwait $pid', 'not known: in the background'],
  ['set -e\ncommand -v missing\nexec server', 'not known: that it ends by itself'],
  ['A=$(server) && exec missing', LOST],
  // Programs that end as they like.
  ['ends || exec server\nexec missing', OK],
  ['ends && exec missing\nexec server', OK],
  ['ends && exec missing || exec server', OK],
  ['f() { ends || return 0; exec missing; }\nf\nexec server', OK],
  ['set -e\nends && missing\nserver', OK],
  ['server && exec missing', LOST],
  ['server || true\nexec missing', LOST],
  // Ways that may be taken.
  ['if [ "$X" = y ]; then exec env missing; fi\nexec missing', LOST],
  ['if [ "$X" = y ]; then exec env missing; fi\nexec server', OK],
  ['if [ "$$" = y ]; then exec lacking; else exec lacking x; fi', LIBRARY],
  ['if [ "$X" = y ]; then exec missing; else exec server; fi', OK],
  ['case "$$" in y) exec missing;; *) exec missing x;; esac', LOST],
  ['case "$X" in y) exec missing;; n) exec missing x;; esac\nexec server', OK],
  ['[ "$$" = y ] && exec missing\nexec lacking', LIBRARY],
  ['if [ -f /etc/settings ]; then exec missing -c /etc/settings; fi\nexec missing', LOST],
  ['if [ "$$" = y ]; then exec missing; fi\nif [ "$$" = y ]; then exec missing; fi\nexec missing', LOST],
  ['if [ "$$" = y ]; then exec server; fi\nexec missing', 'not known: what comes of its if'],
  [
    'if [ "$$" = y ]; then if [ "$$" = y ]; then exec server; fi; exec missing; fi\nexec missing',
    'not known: what comes of its if',
  ],
  [
    'f() { if [ "$$" = y ]; then exec server; fi; exit 1; }\n[ "$$" = y ] && f\nexec missing',
    'not known: is ever started',
  ],
  [
    'f() { if [ "$$" = y ]; then exec server; fi; exit 1; }\nif [ "$$" = y ]; then f; fi\nexec missing',
    'not known: is ever started',
  ],
  ['f() { exec missing; }\nif f; then :; fi\nexec server', LOST],
  ['f() { [ "$X" = y ] && exec missing; }\nif f; then exec missing; fi\nexec server', OK],
  ['f() { exec server; }\nif f; then :; fi\nexec missing', OK],
  ['f() { if [ -z "$X" ]; then return; fi; if [ "$Y" ]; then echo 1; fi; }\nf\nexec foreign', FOREIGN],
  ['f() { if [ "$X" ]; then return; fi; case "$Y" in a) A=1 ;; esac; true | true; }\nf\nexec missing', LOST],
  [
    'f() { if [ "$$" = y ]; then return; fi; if [ "$$" = y ]; then exec server; fi; }\nf\nexec missing',
    'not known: is ever started',
  ],
  // Ways that end with what cannot be started.
  ['if [ "$$" = y ]; then foreign a; else foreign b; fi', FOREIGN],
  ['set -e\nif [ "$$" = y ]; then missing; else missing x; fi\nexec server', LOST],
  ['case "$$" in y) missing ;; *) missing x ;; esac', LOST],
  ['if [ "$X" = y ]; then foreign; else foreign x; fi\nexec server', OK],
  ['set -e\nif [ "$X" = y ]; then missing; fi\nexec server', OK],
  ['set -e\nif [ "$X" = y ]; then missing; fi\nexec foreign', FOREIGN],
  ['w() { if grep -q exec /entry.sh; then return 0; fi; return 1; }\nw || exit 1\nexec missing', LOST],
  // Functions that may return early, and else end the script.
  ['w() { grep -q exec /entry.sh && return 0; exit 1; }\nw\nexec foreign', FOREIGN],
  ['w() { grep -q exec /entry.sh && return 0; return 1; }\nw || exit 1\nexec missing', LOST],
  ['set -e\nw() { grep -q exec /entry.sh && return 0; return 1; }\nw\nexec missing', LOST],
  [
    'w() { for i in 1 2; do grep -q exec /entry.sh && return 0; done; return 1; }\nw || exit 1\nexec foreign',
    FOREIGN,
  ],
  ['foreign & P="$!"\nwait "${P}"', FOREIGN],
  // Functions that may return early.
  ['f() { [ "$X" = false ] && return; echo hi; }\nf\nexec missing', LOST],
  ['f() { if [ "$X" = false ]; then return; fi; A=1; }\nf\nexec foreign', FOREIGN],
  ['f() { if [ "$X" = false ]; then return; fi; P=server; }\nP=missing\nf\nexec $P', OK],
  ['f() { if [ "$X" = false ]; then return; fi; exec server; }\nf\nexec missing', OK],
  ['[ "$1" = server ] && shift && exec missing "$@"', LOST],
];

export const scriptFailureCases: readonly KernelCase[] = SCRIPT_SHELLS.flatMap((shell) =>
  BODIES.map(([body, expect]) => scriptCase(ITEMS, shell, body, expect, ['server'])),
);
