/** Shell scripts put together at random from what entrypoints are made of. */
import * as fc from 'fast-check';

const word = fc.constantFrom(
  'ok',
  'ok2',
  '/usr/bin/ok3',
  './here',
  'missing',
  '/opt/missing',
  'foreign',
  'text',
  'closed',
);
const argument = fc.constantFrom('', ' x', ' "$@"', ' -f', ' "a b"', ' $1');
const value = fc.oneof(
  word,
  fc.constantFrom(
    '"$1"',
    '"$X"',
    '${1:-ok}',
    '"${X:-missing}"',
    '${X:=ok2}',
    '$(echo ok)',
    '"$(dirname "$0")"',
    '"${1#-}"',
    '"${1%k}"',
    '"$@"',
    '"$*"',
    '$#',
    '""',
    '"$NOWHERE${X:=ok}"',
  ),
);
const name = fc.oneof(
  { weight: 5, arbitrary: word },
  {
    weight: 1,
    arbitrary: fc.constantFrom('"$1"', '$X', '"$X"', '"$@"', '${X:-ok}', '${1:-missing}', '"${X}"'),
  },
);

const BUILT_IN = [
  'shift',
  'set -e',
  'set +e',
  'set -eu',
  'cd /srv',
  'cd /nope',
  'cd "$(dirname "$0")"',
  ':',
  'true',
  'false',
  'exit 0',
  'exit 3',
  'exit',
  'unset X',
  'PATH=/opt:$PATH',
  'export PATH=/srv',
  'umask 022',
  'read X',
  'trap : EXIT',
  "trap 'ok2' EXIT",
  "trap 'missing' INT",
  'wait',
  'eval ok',
  "eval 'exec ok'",
  '. /lib.sh',
  'command ok',
  'command missing',
  'command -v missing',
  'command exec ok',
  'type ok',
  'echo hi',
  'test -f /lib.sh',
  '[ -f /none ]',
  'exec >/dev/null',
  'exec 3>&1',
  'set -x',
  'times',
  ': "$NOWHERE" "${X:=ok}"',
  'set -o pipefail',
];
const REDIRECTIONS = [' >/dev/null', ' 2>&1', ' </none', ' >/nodir/x', ' <<E\nhi\nE', ' &', ' & wait'];

const simple = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(name, argument).map(([called, more]) => called + more) },
  { weight: 3, arbitrary: fc.tuple(name, argument).map(([called, more]) => `exec ${called}${more}`) },
  { weight: 2, arbitrary: value.map((of) => `X=${of}`) },
  { weight: 1, arbitrary: value.map((of) => `export X=${of}`) },
  { weight: 2, arbitrary: value.map((of) => `set -- ${of} "$@"`) },
  { weight: 2, arbitrary: fc.constantFrom(...BUILT_IN) },
  { weight: 1, arbitrary: name.map((called) => `A=b ${called}`) },
  {
    weight: 1,
    arbitrary: fc.tuple(name, fc.constantFrom(...REDIRECTIONS)).map(([called, to]) => called + to),
  },
  { weight: 1, arbitrary: name.map((called) => `X=$(${called})`) },
  { weight: 1, arbitrary: name.map((called) => `PATH=/srv ${called}`) },
  { weight: 1, arbitrary: fc.constantFrom('f', 'f ok', 'f "$@"', 'g', 'g "$@"') },
);

const CONDITIONS = [
  'true',
  'false',
  '[ "$1" = ok ]',
  '[ "${1#-}" != "$1" ]',
  '[ -z "$X" ]',
  '[ -n "$1" ]',
  '[ $# -gt 0 ]',
  '[ "$#" -eq 0 ]',
  'test "$1" = serve',
  '[ "$1" = ok -a "$(id -u)" = 0 ]',
  '[ "$1" = ok -o -n "$X" ]',
  '[ -f /lib.sh ]',
  '[ ! -e /none ]',
  '[ -x /usr/bin/ok ]',
  'command -v ok',
  '! command -v ok',
  'command -v missing >/dev/null 2>&1',
  '! false',
  '[ "$(id -u)" = "0" ]',
  'ok',
  'missing',
  '! missing',
  'cd /srv',
  'cd /nope',
  '[ x = y ] || [ a = a ]',
  '[ "$X" ]',
  'f',
  '! f',
  ': && true',
  'X=1',
  'test',
  '[ "$0" = /app ]',
  '[ 1 -lt 2 ]',
  '[ "x$1" = "xok" ]',
  'test -n "$X" -a -z ""',
  '( false )',
  '{ false; }',
  'grep -q x /none',
];
const condition = fc.constantFrom(...CONDITIONS);
const part = fc.oneof(condition, simple);
const operator = fc.constantFrom('&&', '||');
const subject = fc.constantFrom('"$1"', '$X', 'ok', '"${1:-none}"');
const pattern = fc.constantFrom('ok', 'o*', '-*', 'ok|miss*', '"$1"', '[a-z]*', '?k', '""', '*missing');
const loop = fc.constantFrom('while false', 'until true', 'while [ $# -gt 0 ]', 'while [ -z "$Q" ]');

/** Lists of statements, and statements that have lists in them. */
const { list } = fc.letrec<{ readonly list: string; readonly statement: string }>((tie) => ({
  list: fc.array(tie('statement'), { minLength: 1, maxLength: 4 }).map((all) => all.join('\n')),
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 8, arbitrary: simple },
    {
      weight: 2,
      arbitrary: fc.tuple(condition, tie('list')).map(([when, then]) => `if ${when}; then\n${then}\nfi`),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(condition, tie('list'), tie('list'))
        .map(([when, then, other]) => `if ${when}; then\n${then}\nelse\n${other}\nfi`),
    },
    { weight: 3, arbitrary: fc.tuple(part, operator, simple).map((all) => all.join(' ')) },
    {
      weight: 1,
      arbitrary: fc.tuple(part, operator, simple, operator, simple).map((all) => all.join(' ')),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(subject, pattern, tie('list'), tie('list'))
        .map(([of, like, then, other]) => `case ${of} in\n${like}) ${then} ;;\n*) ${other} ;;\nesac`),
    },
    { weight: 1, arbitrary: tie('list').map((body) => `for X in a "$@"; do\n${body}\ndone`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(loop, tie('list'))
        .map(([head, body]) => `${head}; do Q=1\n${body}\n[ $# -gt 0 ] && shift; break; done`),
    },
    { weight: 1, arbitrary: tie('list').map((body) => `(\n${body}\n)`) },
    { weight: 1, arbitrary: tie('list').map((body) => `{\n${body}\n}`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(simple, simple)
        .filter(([left]) => !left.includes('<<'))
        .map(([left, right]) => `${left} | ${right}`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('f', 'g'), tie('list'))
        .map(([of, body]) => `${of}() {\n${body}\n}`),
    },
    { weight: 1, arbitrary: simple.map((negated) => `! ${negated}`) },
  ),
}));

export const script = list;
export const command = fc.constantFrom<string[]>(
  [],
  ['ok'],
  ['missing'],
  ['foreign'],
  ['-x'],
  ['ok', 'missing'],
  ['serve'],
  ['text'],
  ['closed'],
);
