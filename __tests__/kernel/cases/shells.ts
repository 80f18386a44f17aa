/** `sh -c` and entrypoint scripts, before busybox's shell, dash and bash. */
import { directory, file, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { PROGRAMS, withLibraries } from '../programs.ts';

const { amd64, arm64, busybox } = PROGRAMS;
const APP = program('usr/bin/app', amd64);
const FOREIGN = program('usr/bin/foreign', arm64);
const CLOSED = program('usr/bin/closed', amd64, { mode: 0o644 });
export const COMMON = [APP, FOREIGN, CLOSED, program('srv/app', amd64), directory('opt')];
const LOST = 'program-not-found';
const FOREIGN_RULE = 'wrong-architecture';

const BASH = withLibraries('/bin/bash').map((item) => item);
const DASH = withLibraries('/usr/bin/dash').map((item) => ({
  ...item,
  name: item.name === 'usr/bin/dash' ? 'bin/dash' : item.name,
}));
export const SHELLS: Readonly<Record<string, readonly TarItem[]>> = {
  sh: [program('bin/sh', busybox)],
  dash: DASH,
  bash: BASH,
};

/** Command lines of the shell form, each with the only rule that speaks. */
const LINES: readonly (readonly [line: string, expect: string])[] = [
  ['app', 'starts'],
  ['app x y', 'starts'],
  ['exec app', 'starts'],
  ['exec /usr/bin/app --flag "a b"', 'starts'],
  ['exec missing', LOST],
  ['missing', LOST],
  ['/opt/missing --flag', LOST],
  ['exec foreign', FOREIGN_RULE],
  ['foreign x', FOREIGN_RULE],
  ['A=b app', 'starts'],
  ['A=b exec missing', LOST],
  ['A=b; export A; exec app', 'starts'],
  ['export A=b C=d && exec foreign', FOREIGN_RULE],
  ['app && app', 'starts'],
  ['app && missing', LOST],
  ['missing && app', LOST],
  ['app && exec foreign', FOREIGN_RULE],
  ['true && app', 'starts'],
  ['true; exec missing', LOST],
  ['cd /srv && exec ./app', 'starts'],
  ['cd /srv && ./missing', LOST],
  ['cd /missing && app', LOST],
  ['cd /srv; ./app', 'starts'],
  ['umask 022 && exec app', 'starts'],
  ['set -e; app; app', 'starts'],
  ['set -e; missing; app', LOST],
  ['missing; app', 'starts'],
  ['missing || true', 'starts'],
  ['missing || exit 1', LOST],
  ['app || exit 1', 'starts'],
  ['PATH=/srv; app', 'starts'],
  ['PATH=/srv app', 'starts'],
  ['PATH=/opt; app', LOST],
  ['export PATH="/srv:$PATH"; exec app', 'starts'],
  ['X=app; exec "$X"', 'starts'],
  ['X=missing; exec $X', LOST],
  ['X="app x"; exec $X', 'starts'],
  ['X="app x"; exec "$X"', LOST],
  ['exec ${X:-app}', 'starts'],
  ['exec ${X:-missing}', LOST],
  ['if [ -n "x" ]; then exec app; fi; exec missing', 'starts'],
  ['if [ 1 = 2 ]; then exec missing; else exec app; fi', 'starts'],
  ['[ "$(id -u)" = 0 ] && exec missing', 'starts-not'],
  ['case app in a*) exec app;; *) exec missing;; esac', 'starts'],
  ['case x in a*) exec app;; *) exec missing;; esac', LOST],
  ['f() { exec "$@"; }; f app', 'starts'],
  ['f() { exec "$@"; }; f missing', LOST],
  ['{ app; }', 'starts'],
  ['exec app > /dev/null 2>&1', 'starts'],
  ['app # missing', 'starts'],
  [': missing', 'starts'],
  ["exec 'app'", 'starts'],
  ['exec a\\pp', 'starts'],
  ['exec app\\\n  x', 'starts'],
  ['exec /usr/bin/app\r', 'crlf-script'],
  ['missing || foreign', FOREIGN_RULE],
  ['foreign || /opt/missing', LOST],
  ['missing || app', 'starts'],
  ['missing && app || app', 'starts'],
  ['missing || missing || exit 1', LOST],
  ['if missing; then exec missing; fi; exec app', 'starts'],
  ['if ! missing; then exec app; fi; exec missing', 'starts'],
  ['if foreign; then :; else exec missing; fi', LOST],
  ['set -e; missing && app; app', 'starts'],
  ['set -e; missing && app', LOST],
  ['set -e; ! missing; app', 'starts'],
  ['set -e; f() { missing; app; }; f || true', 'starts'],
  ['set -e; f() { missing; app; }; f', LOST],
  ['f() { app; missing; }; f || exit 1', LOST],
  ['set -e; { missing; app; } && app', 'starts'],
  ['(exec missing); app', 'starts'],
  ['set -e; (exec missing); app', LOST],
  ['(cd /srv && exec ./app)', 'starts'],
  ['(cd /srv && exec ./missing)', LOST],
  ['(PATH=/opt; :); app', 'starts'],
  ['missing | app', 'starts'],
  ['app | missing', LOST],
  ['app | foreign', FOREIGN_RULE],
  ['exec missing | app', 'starts'],
  ['! missing | app || app', 'starts'],
  ['X=$(missing)', LOST],
  ['X=$(missing); app', 'starts'],
  ['set -e; X=$(missing); app', LOST],
  ['set -e; X="a$(foreign)b"; app', FOREIGN_RULE],
  ['set -e; export X=$(missing); app', 'starts'],
  ['set -e; : $(missing); app', 'starts'],
  ['set -e; X=$(missing || app); app', 'starts'],
  ['"$1" x', LOST],
  ['app > /dev/null | app', 'starts'],
  ['(false) && exec missing; app', 'starts'],
  ['{ false; } && exec missing; app', 'starts'],
  ['f() { false; }; f && exec missing; app', 'starts'],
  ['cd /nowhere && exec missing; app', 'starts'],
  ['[ -f /none ] && X=missing; exec ${X:-app}', 'starts'],
  ['[ -f /none ] && set -- missing; exec "${1:-app}"', 'starts'],
  ['f() { local X=missing; }; f; exec ${X:-app}', 'starts'],
  ['f() { local X=app; }; f; exec ${X:-missing}', LOST],
  ['command exec app', 'starts'],
  ['command exec missing', LOST],
  ['command cd /srv && ./app', 'starts'],
  [': "$NOWHERE" "${X:=app}"; exec ${X:-missing}', 'starts'],
  ['Y="$NOWHERE${X:=app}"; exec ${X:-missing}', 'starts'],
  ['trap "exit 0" EXIT; missing', 'starts'],
  ['trap "exit 0" TERM; missing', LOST],
  ['exec closed', 'not-executable'],
  ['exec app | app; exec foreign', FOREIGN_RULE],
  ['closed', 'not-executable'],
  ['exec app > /tmp-of-mine', 'starts'],
  ['set -e; if [ -f /none ]; then :; else set +e; fi; missing; app', 'starts'],
];

/** Entrypoint scripts with `missing`, `app` or `foreign` as CMD. */
const SCRIPTS: readonly (readonly [name: string, text: string, cmd: readonly string[], expect: string])[] = [
  ['exec "$@"', 'exec "$@"', ['app'], 'starts'],
  ['exec "$@" and a missing CMD', 'exec "$@"', ['missing'], LOST],
  ['exec "$@" and a foreign CMD', 'exec "$@"', ['foreign'], FOREIGN_RULE],
  ['exec "${@}"', 'exec "${@}"', ['missing'], LOST],
  ['exec $@', 'exec $@', ['foreign'], FOREIGN_RULE],
  ['"$@" without exec', '"$@"', ['missing'], LOST],
  ['exec $*', 'exec $*', ['app', 'x'], 'starts'],
  ['exec $* and a foreign CMD', 'exec $*', ['foreign', 'x'], FOREIGN_RULE],
  ['exec "$*" of one word', 'exec "$*"', ['app'], 'starts'],
  ['exec "$*" of two words', 'exec "$*"', ['app', 'x'], LOST],
  ['exec "$*" with an IFS', 'IFS=/\nexec "$*"', ['', 'usr', 'bin', 'app'], 'starts'],
  ['set -u and no $*', 'set -u\nexec ${*:-app}', [], 'starts'],
  ['set -e and exec', 'set -e\nexec "$@"', ['app'], 'starts'],
  ['set -eu and a comment', 'set -eu # strict\n# run it\nexec "$@"', ['missing'], LOST],
  ['set -- in front', 'set -- app "$@"\nexec "$@"', ['x'], 'starts'],
  ['set -- of a missing program', 'set -- missing "$@"\nexec "$@"', ['app'], LOST],
  ['shift', 'shift\nexec "$@"', ['x', 'missing'], LOST],
  [
    'an option gets a program in front',
    'if [ "${1#-}" != "$1" ]; then set -- app "$@"; fi\nexec "$@"',
    ['--flag'],
    'starts',
  ],
  [
    'an option gets a missing program in front',
    'if [ "${1#-}" != "$1" ]; then set -- missing "$@"; fi\nexec "$@"',
    ['--flag'],
    LOST,
  ],
  [
    'a first word that is a command of the script',
    'if [ "$1" = serve ]; then exec app; fi\nexec "$@"',
    ['serve'],
    'starts',
  ],
  ['a first word that is another', 'if [ "$1" = serve ]; then exec app; fi\nexec "$@"', ['missing'], LOST],
  ['a case of the first word', 'case "$1" in serve) exec app;; *) exec "$@";; esac', ['serve'], 'starts'],
  ['root becomes another user', 'if [ "$(id -u)" = "0" ]; then exec foreign; fi\nexec app', [], 'starts-not'],
  [
    'a condition that only running decides',
    'if [ -f /srv/app ]; then exec app; fi\nexec "$@"',
    ['missing'],
    'starts',
  ],
  ['a function', 'main() {\n  exec "$@"\n}\nmain "$@"', ['missing'], LOST],
  ['a sourced file', '. /opt/lib.sh\nexec "$@"', ['missing'], LOST],
  ['a sourced file that sets PATH', '. /opt/lib.sh\nexec "$TOOL"', [], 'starts'],
  ['a loop in front', 'for i in 1 2; do :; done\nexec "$@"', ['missing'], LOST],
  ['commands that fail without set -e', 'missing-too\nexec "$@"', ['app'], 'starts'],
  ['commands that fail with set -e', 'set -e\nmissing-too\nexec "$@"', ['app'], LOST],
  ['commands that may fail with set -e', 'set -e\nmissing-too || true\nexec "$@"', ['app'], 'starts'],
  ['exec of a path at the end', 'echo starting\nexec /usr/bin/foreign "$@"', ['x'], FOREIGN_RULE],
  ['nothing started at all', 'echo hello', ['x'], 'starts'],
  ['exit in the middle', 'exit 0\nexec missing', [], 'starts'],
  ['CRs in comments', '# one\r\n\t# two\r\nexec "$@"', ['app'], 'starts'],
  ['CRs in a here-document', ': <<E\na\r\nE\nexec "$@"', ['app'], 'starts'],
  ['CRs in a here-document and a missing CMD', ': <<E\na\r\nE\nexec "$@"', ['missing'], LOST],
  ['CRs in quotes', ': "a\r\nb"\nexec "$@"', ['app'], 'starts'],
  ['CRs behind a here-document', ': <<E\na\r\nE\nexec "$@"\r', ['app'], 'crlf-script'],
  ['CRs within and a plain first line', 'set -e\r\nexec "$@"\r', ['app'], 'crlf-script'],
];

const LIBRARY = file('opt/lib.sh', 'TOOL=app\n');

function shellForm(shell: string, line: string, expect: string): KernelCase {
  const items = [...(SHELLS[shell] ?? []), ...COMMON];
  return kernelCase(`${shell} -c '${line}'`, items, [`/bin/${shell}`, '-c', line], expect);
}

function scripted(
  shell: string,
  name: string,
  text: string,
  cmd: readonly string[],
  expect: string,
): KernelCase {
  const script = program('entrypoint.sh', `#!/bin/${shell}\n${text}\n`);
  const items = [...(SHELLS[shell] ?? []), ...COMMON, LIBRARY, script];
  return kernelCase(`${shell}: ${name}`, items, '/entrypoint.sh', expect, {
    config: { entrypoint: ['/entrypoint.sh'], cmd },
  });
}

/** `id` is a program of its own where the shell has none built in. */
const ID = withLibraries('/usr/bin/id');

function withId(question: KernelCase, expect: string): KernelCase {
  return { ...question, layers: [...question.layers, ID], expect: { error: expect } };
}

export const shellCases: readonly KernelCase[] = Object.keys(SHELLS).flatMap((shell) => [
  ...LINES.map(([line, expect]) =>
    expect === 'starts-not' ? withId(shellForm(shell, line, LOST), LOST) : shellForm(shell, line, expect),
  ),
  ...SCRIPTS.map(([name, text, cmd, expect]) =>
    expect === 'starts-not'
      ? withId(scripted(shell, name, text, cmd, FOREIGN_RULE), FOREIGN_RULE)
      : scripted(shell, name, text, cmd, expect),
  ),
]);
