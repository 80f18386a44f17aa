/** Every word that a wrapper takes before the command, and those that it does not take. */
import { directory, file, symlink } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, onlyNamed, program } from '../kernel-case.ts';
import { elf, REAL } from '../loading.ts';
import { LIBC, PROGRAMS, SETTERS, withLibraries, WRAPPERS } from '../programs.ts';

const { amd64, arm64, busybox } = PROGRAMS;
const OK = 'starts';
const LOST = 'program-not-found';
const DENIED = 'not-executable';
const NOBODY = 'user-not-found';
const NOTHING = 'no-start-command';
const OPTIONS = 'not known: its options are not known here';
const VALUE = 'not known: it may not take';
const REFUSED = 'malformed-command';
const APPLET = 'not known: whether /bin/busybox has';

const HOST = [
  'env',
  'nice',
  'nohup',
  'timeout',
  'stdbuf',
  'setpriv',
  'setsid',
  'ionice',
  'taskset',
  'setarch',
].map((name) => `/usr/bin/${name}`);
const ITEMS = [
  ...Object.values(WRAPPERS),
  ...SETTERS,
  ...LIBC,
  ...withLibraries(...HOST, '/usr/libexec/coreutils/libstdbuf.so'),
  program('bin/busybox', busybox),
  symlink('usr/bin/linux32', 'setarch'),
  symlink('opt/timeout', '/bin/busybox'),
  symlink('opt/nosuch', '/bin/busybox'),
  file('etc/nsswitch.conf', 'passwd: files\ngroup: files\n'),
  file('etc/passwd', 'root:x:0:0:root:/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n'),
  file('etc/group', 'root:x:0:\napp:x:1000:\nextra:x:2000:app\n'),
  program('usr/bin/app', amd64),
  program('srv/here', amd64),
  program('usr/bin/foreign', arm64),
  program('usr/bin/text', 'exit 0\n'),
  program('usr/bin/root-only', amd64, { mode: 0o700 }),
  program('usr/bin/group-only', amd64, { mode: 0o750, gid: 2000 }),
  directory('tmp', { mode: 0o1777 }),
];

/** Command lines, each with what is expected of it. */
const LINES: readonly (readonly [line: string, expect: string])[] = [
  ['tini -s app', OK],
  ['tini -pSIGTERM -e143 -gw app', OK],
  ['tini -p SIGRTMIN+3 app', VALUE],
  ['tini app -- x', OK],
  ['tini -- -x', LOST],
  ['tini -h missing', OK],
  ['tini --version', OK],
  ['tini --version app', OPTIONS],
  ['tini -x app', OPTIONS],
  ['tini -e', NOTHING],
  ['tini -p TERM app', REFUSED],
  ['tini -e 256 app', REFUSED],
  ['tini -e x app', REFUSED],
  ['tini --', NOTHING],
  ['tini -g -e 143 --', NOTHING],
  ['tini-static --', NOTHING],
  ['dumb-init --sing --verb app', OK],
  ['dumb-init --rew=15:3 missing', LOST],
  ['dumb-init -V missing', OK],
  ['dumb-init -r SIGTERM:3 app', REFUSED],
  ['dumb-init -r 99:3 app', REFUSED],
  ['dumb-init --rewrite 15 app', REFUSED],
  ['dumb-init -r 15:0 app', OK],
  ['dumb-init -r', NOTHING],
  ['dumb-init --nosuch app', OPTIONS],
  ['dumb-init', NOTHING],
  ['catatonit app x', OK],
  ['catatonit app -g', OK],
  ['catatonit app -x', OPTIONS],
  ['catatonit -- app -x', OK],
  ['catatonit missing -g', LOST],
  ['catatonit -V missing', OK],
  ['catatonit --', NOTHING],

  ['nice', OK],
  ['nice --adj=5 missing', LOST],
  ['nice --help missing', OK],
  ['nice -n x app', REFUSED],
  ['nice -n 5k app', REFUSED],
  ['nice -n +5 app', OK],
  ['nice -Z app', OPTIONS],
  ['nice --adjustment', NOTHING],
  ['nohup', NOTHING],
  ['timeout --fore -k5 10s missing', LOST],
  ['timeout 0.5m app', OK],
  ['timeout -s nope 5 app', REFUSED],
  ['timeout x app', REFUSED],
  ['timeout 500ms app', REFUSED],
  ['timeout 5S app', REFUSED],
  ['timeout 5min app', REFUSED],
  ['timeout -k x 5 app', REFUSED],
  ['timeout 1e1 app', OK],
  ['timeout +5 app', OK],
  ['timeout infinity app', OK],
  ['timeout -s rtmin+1 5 app', OK],
  ['timeout -Z 5 app', OPTIONS],
  ['timeout 5', NOTHING],
  ['stdbuf -oL -e0 missing', LOST],
  ['stdbuf -oX app', REFUSED],
  ['stdbuf -iL app', REFUSED],
  ['stdbuf -o 1x app', REFUSED],
  ['stdbuf -e -1 app', REFUSED],
  ['stdbuf -o 4kB app', OK],
  ['stdbuf app', REFUSED],
  ['stdbuf -oL', NOTHING],
  ['setsid -f missing', OK],
  ['setsid --wa missing', LOST],
  ['setsid', 'not known: what /usr/bin/setsid starts'],
  ['ionice -c2 -n7 app', OK],
  ['ionice -c idle missing', LOST],
  ['ionice -c nope app', REFUSED],
  ['ionice -c IDLE app', OK],
  ['ionice -c2 -n x app', REFUSED],
  ['ionice -p 1', OK],
  ['taskset -c 0 app', OK],
  ['taskset -c 0 missing', LOST],
  ['linux32 app', OK],
  ['linux32 -R -- missing', LOST],
  ['linux32 --uname-2.6 missing', OPTIONS],
  ['setarch i386 -R missing', 'not known: its words are not followed here'],

  ['env', OK],
  ['env -i PATH=/srv here', OK],
  ['env -i PATH=/srv missing', LOST],
  ['env -iu A missing', LOST],
  ['env --uns=PATH app', OK],
  ['env -C/srv ./here', OK],
  ['env --chdir=/srv ./missing', LOST],
  ['env -C /nope app', REFUSED],
  ['env --help missing', OK],
  ['env -0 app', REFUSED],
  ['env -u A=b app', REFUSED],
  ['env -C', NOTHING],
  ['env -C /srv', NOTHING],
  ['env -C /opt -C /srv ./here', OK],
  ['env -i -S', NOTHING],
  ['env -S app" x', REFUSED],
  ['env -S app\\q x', REFUSED],
  ['env -S $app x', REFUSED],
  ['env -S app$', REFUSED],
  ['env --igno missing', OPTIONS],
  ['env -- A=b missing', LOST],

  ['gosu --version missing', OK],
  ['gosu app:extra group-only', OK],
  ['gosu app group-only', OK],
  ['gosu app:app /usr/bin/group-only', DENIED],
  ['gosu -- app app', NOBODY],
  ['gosu app', NOTHING],
  ['gosu app -- app', LOST],

  ['setpriv --reuid app --regid app --clear-groups root-only', OK],
  ['setpriv --reuid=1000 --regid=1000 --init-groups group-only', OK],
  ['setpriv --reuid app --regid app --groups extra,2001 app', OK],
  ['setpriv --reuid app --regid app --groups nosuch app', NOBODY],
  ['setpriv --reuid nobody --clear-groups app', NOBODY],
  ['setpriv --reuid app --regid app app', REFUSED],
  ['setpriv --reuid app --init-groups --clear-groups app', REFUSED],
  ['setpriv --reuid 7 --euid 8 app', REFUSED],
  ['setpriv --regid app app', REFUSED],
  ['setpriv --init-groups app', REFUSED],
  ['setpriv --regid nosuch --clear-groups app', NOBODY],
  ['setpriv --reuid app --regid app --clear-groups missing', LOST],
  ['setpriv --no-new-privs missing', LOST],
  ['setpriv', NOTHING],
  ['setpriv --dump', OK],
  // Once it runs, the interpreter is a user without capabilities.
  ['setpriv --reuid app --regid app --clear-groups /closed.sh', DENIED],
  ['setpriv --reuid app --regid app --clear-groups /behind', OK],
  ['gosu app /behind', DENIED],

  ['chpst -u app app', OK],
  ['chpst -u app missing', LOST],
  ['chpst -u app root-only', DENIED],
  ['chpst -u app group-only', DENIED],
  ['chpst -u app:extra group-only', OK],
  ['chpst -u :1000:2000 group-only', OK],
  ['chpst -u nobody app', NOBODY],
  ['chpst -n 5 -m 100000000 -P missing', LOST],
  ['chpst -e /opt app', OK],
  ['chpst text', 'no-shebang'],
  ['chpst', NOTHING],
  ['setuidgid app app', OK],
  ['setuidgid app group-only', DENIED],
  ['setuidgid 1000 app', NOBODY],
  ['setuidgid app missing', LOST],
  ['setuidgid app', NOTHING],
  ['s6-setuidgid app group-only', OK],
  ['s6-setuidgid app missing', LOST],
  ['s6-setuidgid app root-only', DENIED],
  ['s6-setuidgid 1000:2000 group-only', OK],
  ['s6-setuidgid nobody app', NOBODY],

  ['busybox app', APPLET],
  ['busybox nosuch x', APPLET],
  ['busybox env -i app', OK],
  ['busybox env -C /srv here', OPTIONS],
  ['busybox timeout -k 5 -s KILL 10 missing', LOST],
  ['busybox timeout 5', NOTHING],
  ['busybox setpriv --nnp missing', LOST],
  ['busybox setpriv --reuid=app app', OPTIONS],
  ['/opt/timeout 5 missing', LOST],
  ['/opt/nosuch x', 'not known: whether /opt/nosuch has nosuch'],
];

const CLOSED = [
  program('closed.sh', '#!/bin/sh\nexit 0\n', { mode: 0o711 }),
  program('bin/sh', busybox),
  directory('closed', { mode: 0o700 }),
  program('closed/ld.so', REAL.glibcLoader),
  elf('/behind', { interpreter: '/closed/ld.so', needed: ['libc.so.6'] }),
];

export const wrapperWordCases: readonly KernelCase[] = [
  ...LINES.map(([line, expect]) => {
    // `/opt/timeout` and its like lead to busybox.
    const items = onlyNamed(ITEMS, line.replace('/opt/', 'busybox '));
    return saidOf(kernelCase(line, [...items, ...CLOSED], line.split(' '), expect));
  }),
  ...(
    [
      'setpriv --reuid app --init-groups app',
      'setpriv --clear-groups app',
      'chpst -u app app',
      'setuidgid app app',
    ] as const
  ).map((line) => ({
    ...kernelCase(`${line} as app`, ITEMS, line.split(' '), DENIED, {
      config: { entrypoint: line.split(' '), user: 'app' },
    }),
    as: { uid: 1000, gid: 1000, groups: [2000] },
  })),
  saidOf(
    kernelCase(
      'an entry script that hands no CMD to tini',
      [...ITEMS, ...CLOSED, program('run', '#!/bin/sh\nexec tini -- "$@"\n')],
      '/run',
      NOTHING,
    ),
  ),
];

/** The image may be meant to be given its command, so that there is no more than a note. */
function saidOf(question: KernelCase): KernelCase {
  const isNote =
    question.expect !== 'starts' && 'error' in question.expect && question.expect.error === NOTHING;
  return isNote ? { ...question, expect: { note: NOTHING }, here: 'ends' } : question;
}
