/** chroot, flock, su, runuser, xargs and time: what they start, as whom and from where. */
import { readFileSync } from 'node:fs';
import { directory, file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { LIBC, PROGRAMS, withLibraries, WRAPPERS } from '../programs.ts';

const { amd64, arm64, busybox } = PROGRAMS;
const OK = 'starts';
const LOST = 'program-not-found';
const FOREIGN = 'wrong-architecture';
const NOBODY = 'user-not-found';
const DENIED = 'not-executable';
const WORDS = 'not known: its words are not followed here';

const PERMIT = '/lib/x86_64-linux-gnu/security/pam_permit.so';
const RULES = ['auth', 'account', 'session'].map((kind) => `${kind} sufficient pam_permit.so\n`).join('');
const SESSIONS = ['su', 'su-l', 'runuser', 'runuser-l'].map((name) => file(`etc/pam.d/${name}`, RULES));
const TOOLS = ['/usr/bin/su', '/usr/bin/flock', '/usr/bin/xargs', '/usr/sbin/chroot', '/usr/sbin/runuser'];

const ITEMS: readonly TarItem[] = [
  ...LIBC,
  ...withLibraries(...TOOLS, '/usr/bin/sg', '/usr/bin/unshare', '/usr/sbin/start-stop-daemon'),
  WRAPPERS.time,
  ...SESSIONS,
  program(PERMIT.slice(1), readFileSync(PERMIT)),
  program('bin/sh', busybox),
  program('bin/busybox', busybox),
  file('etc/nsswitch.conf', 'passwd: files\ngroup: files\nshadow: files\n'),
  file(
    'etc/passwd',
    'root:x:0:0:root:/:/bin/sh\napp:x:1000:1000::/:/bin/sh\nshut:x:1001:1000::/:/usr/sbin/nologin\n',
  ),
  file('etc/group', 'root:x:0:\napp:x:1000:\nextra:x:2000:app\n'),
  file('etc/shadow', 'root:*:1::::::\napp:*:1::::::\nshut:*:1::::::\n', { mode: 0o640 }),
  program('usr/bin/app', amd64),
  program('usr/bin/foreign', arm64),
  program('usr/bin/root-only', amd64, { mode: 0o700 }),
  program('usr/bin/group-only', amd64, { mode: 0o750, gid: 2000 }),
  program('srv/here', amd64),
  program('jail/app', amd64),
  directory('tmp', { mode: 0o1777 }),
  symlink('usr/bin/awk', '/bin/busybox'),
  program('usr/bin/supervisord', '#!/usr/bin/awk -f\nBEGIN { exit 7 }\n'),
];

/** Command lines, each with what is expected of it; `'…'` is one word. */
const LINES: readonly (readonly [line: string, expect: string])[] = [
  ['chroot / app', OK],
  ['chroot / missing', LOST],
  ['chroot / /usr/bin/foreign', FOREIGN],
  ['chroot /jail /app', OK],
  ['chroot /jail missing', 'not known: in /jail the files are others'],
  ['chroot --userspec=app / group-only', OK],
  ['chroot --userspec=app / root-only', DENIED],
  ['chroot --userspec=app:app / group-only', OK],
  ['chroot --userspec=7:8 / group-only', DENIED],
  ['chroot --userspec 1000:2000 / group-only', OK],
  ['chroot --user=1000 / missing', LOST],
  ['chroot --userspec=nobody / app', NOBODY],
  ['chroot --userspec=app:nosuch / app', NOBODY],
  ['chroot --userspec=7 / app', 'not known: the group of 7'],
  ['chroot --skip-chdir / ./here', OK],
  ['chroot / ./here', LOST],
  ['chroot --groups=app / missing', WORDS],
  ['flock /tmp/lock app', OK],
  ['flock -n /tmp/lock missing', LOST],
  ['flock -x -w 3 /tmp/lock foreign', FOREIGN],
  ["flock --nonblock /tmp/lock -c 'exec missing'", LOST],
  ["flock /tmp/lock -c 'exec app'", OK],
  ['flock /tmp/lock', 'not known: it has no command'],
  ["su app -c 'exec app'", OK],
  ["su app -c 'exec missing'", LOST],
  ["su app -c 'exec foreign'", FOREIGN],
  ["su app -c 'exec root-only'", DENIED],
  ["su -c 'exec group-only' app", OK],
  ["su - app -c '/usr/bin/foreign'", FOREIGN],
  ["su - app -c 'cd / && exec /usr/bin/app'", OK],
  ["su -s /bin/sh shut -c 'exec missing'", LOST],
  ["su shut -c 'exec app'", 'not known: /usr/sbin/nologin is no shell'],
  ['su -s /bin/nosh app -c app', LOST],
  ['su nobody -c app', NOBODY],
  ['su 1000 -c app', NOBODY],
  ["su app -- -c 'exec missing'", LOST],
  ['runuser -u app app', OK],
  ['runuser -u app -- missing', LOST],
  ['runuser -u app -- foreign', FOREIGN],
  ['runuser -u app -- root-only', DENIED],
  ['runuser --user=app -- group-only', OK],
  ['runuser -u nobody -- app', NOBODY],
  ['runuser -u 1000 app', NOBODY],
  ["runuser app -c 'exec missing'", LOST],
  ["runuser -l app -c 'exec /opt/missing'", LOST],
  ['runuser -u app app -l', 'not known: its options exclude one another'],
  ['xargs app', OK],
  ['xargs -n1 missing', LOST],
  ['xargs -0 foreign', FOREIGN],
  ['xargs -r missing', OK],
  ['xargs', 'not known: what /usr/bin/xargs starts'],
  ['time app', OK],
  ['time -f %e missing', LOST],
  ['time -p -o /tmp/times foreign', FOREIGN],
  ["busybox su app -c 'exec missing'", LOST],
  ["busybox su - app -c '/usr/bin/app'", OK],
  ['busybox su -s /bin/nosh app -c app', LOST],
  // Options count behind the user, too.
  ["busybox su app -s /bin/sh -c 'exec missing'", LOST],
  ["busybox su app -s /bin/sh -c 'exec app'", OK],
  // A log-in begins in the home.
  ['busybox su - app -c ./here', LOST],
  ['busybox su app -c ./here', OK],
  ['su - app -c ./here', LOST],
  ['busybox su nobody -c app', NOBODY],
  ['busybox chroot / missing', LOST],
  ['busybox chroot --userspec=app / app', WORDS],
  ['busybox xargs missing', LOST],
  ['busybox time -p missing', LOST],
  ['sg app missing', WORDS],
  ['unshare missing', WORDS],
  ['supervisord -n', 'not known: it reads that in files of its own'],
  ['start-stop-daemon --start --exec /usr/bin/missing', WORDS],
];

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

const AS_APP = { uid: 1000, gid: 1000, groups: [2000] };

function asApp(line: string, expect: string): KernelCase {
  const config = { entrypoint: wordsOf(line), user: 'app' };
  return { ...kernelCase(`${line} as app`, ITEMS, line, expect, { config }), as: AS_APP };
}

export const enteringCases: readonly KernelCase[] = [
  ...LINES.map(([line, expect]) =>
    kernelCase(line, ITEMS, wordsOf(line), expect, {
      config: { entrypoint: wordsOf(line), workingDir: line.includes('./here') ? '/srv' : '/' },
    }),
  ),
  asApp('runuser -u app app', DENIED),
  asApp("su app -c 'exec app'", 'not known: it asks for a password'),
  asApp('chroot / app', 'not known: it needs CAP_SYS_CHROOT'),
  kernelCase(
    'runuser of a plain name where a session sets PATH',
    [...ITEMS, file('etc/environment', 'PATH="/usr/bin"\n')],
    ['runuser', '-u', 'app', '--', 'missing'],
    'not known: where it finds missing',
  ),
];
