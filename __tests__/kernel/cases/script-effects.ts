/** What a script makes, where it goes and what it defines before it starts something. */
import { gzipSync } from 'node:zlib';
import { directory, file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, onlyNamed, program } from '../kernel-case.ts';
import { PROGRAMS, withLibraries, WRAPPERS } from '../programs.ts';

const { amd64, arm64, busybox } = PROGRAMS;
const TOOLS =
  'cat cp mv ln chmod install tee grep tar touch env mkdir chown id find xargs sed rm whoami gzip'.split(' ');

const ITEMS: readonly TarItem[] = [
  ...withLibraries(
    '/bin/bash',
    '/usr/bin/dash',
    ...TOOLS.map((name) => `/usr/bin/${name}`),
    '/usr/sbin/useradd',
    '/usr/bin/setpriv',
  ),
  symlink('bin/sh', '/usr/bin/dash'),
  program('bin/ash', busybox),
  program('usr/bin/server', amd64),
  program('usr/bin/foreign', arm64),
  program('usr/bin/curl', amd64),
  program('usr/bin/wget', amd64),
  file('dist/server2', amd64),
  file('dist/foreign', arm64),
  program('usr/local/bin/nearby', amd64),
  directory('srv/run'),
  program('usr/bin/packed.gz', gzipSync(amd64)),
  directory('mine', { mode: 0o644, uid: 1000 }),
  directory('tmp', { mode: 0o1777 }),
  file('settings', 'MODE=x\n'),
  program('scripts/make.sh', '#!/bin/sh\ncp /usr/bin/server /usr/bin/new-server\n'),
  program('scripts/other.sh', '#!/bin/sh\necho "cp" >/dev/null\n'),
  file('scripts/run.sh', '#!/bin/sh\nexec server\n'),
  file('where', '/dist\n'),
  file('dist/run.sh', 'exit 0\n'),
  program('dist/run', amd64),
  WRAPPERS.gosu,
  file('etc/passwd', 'root:x:0:0::/:/bin/sh\napp:x:1000:1000::/:/bin/sh\nearly:x:8:8::/:\n'),
  file('etc/group', 'root:x:0:\napp:x:1000:\n'),
  program('srv/own', amd64, { mode: 0o700 }),
  program('srv/app-1/bin/here', amd64),
  symlink('opt/app', '/srv/app-1'),
  symlink('opt/bin', '/srv/app-1/bin'),
  program('opt/there', amd64),
  program('usr/bin/dpkg', amd64),
  directory('closed', { mode: 0o700 }),
  directory('closed/below'),
];

const LOST = 'program-not-found';
const FOREIGN = 'wrong-architecture';
const OK = 'starts';

/** Users that there are only once the script has run so far. */
const USERS: readonly (readonly [body: string, expect: string])[] = [
  ['echo "late:x:7:7::/:" >>/etc/passwd; exec gosu late server', OK],
  ['cat >>/etc/passwd <<E\nlate:x:7:7::/:\nE\nexec /usr/bin/setpriv --reuid=late --clear-groups server', OK],
  ['sed -i s/early/late/ /etc/passwd; exec gosu late server', OK],
  ['[ -n "$X" ] || useradd -u 7 late; exec gosu late server', OK],
  ['echo x >>/etc/hosts2; exec gosu late server', 'user-not-found'],
  ['sed s/early/late/ /etc/passwd; exec gosu late server', 'user-not-found'],
  ['missing-useradd late || :; exec gosu late server', 'user-not-found'],
];

const BODIES: readonly (readonly [body: string, expect: string])[] = [
  ['cp /usr/bin/server /srv/run/new; exec /srv/run/new', OK],
  ['cp /usr/bin/server /srv/run/; exec /srv/run/server', OK],
  ['cp -t /srv/run /usr/bin/server; cd /srv; exec run/server', OK],
  ['cp /usr/bin/server /usr/bin/new; exec new', OK],
  ['cp /usr/bin/server /srv/run/new; exec new', LOST],
  ['cp /usr/bin/foreign /srv/run/new; exec foreign', FOREIGN],
  ['ln -s server /usr/bin/new; exec new', OK],
  ['mv /usr/bin/server /usr/bin/new && exec new', OK],
  ['mv /usr/bin/server /usr/bin/new; exec server', 'not known: whether server can still be started'],
  ['rm -f /usr/bin/server; exec server', 'not known: whether server can still be started'],
  [
    'rm -rf /srv/app-1; exec /srv/app-1/bin/here',
    'not known: whether /srv/app-1/bin/here can still be started',
  ],
  ['rm -f /srv/app-1/bin/*.pid /run/server.pid; exec /srv/app-1/bin/here', OK],
  ['rm -f /usr/bin/server; cp /dist/server2 /usr/bin/server; chmod +x /usr/bin/server; exec server', OK],
  ['rm -f /dist/foreign; exec dash /dist', OK],
  ['exec bash /dist', 'malformed-script'],
  ['install -m 755 /dist/server2 /usr/bin/; exec server2', OK],
  ['chmod +x /dist/server2; exec /dist/server2', OK],
  ['chmod +x /dist/server2; exec /dist/foreign', 'not-executable'],
  ['chmod a+x /dist/serv*; exec /dist/server2', OK],
  ['cd /dist; chmod a+x *2; exec ./server2', OK],
  ['chmod a+x /srv/*; exec /dist/server2', 'not-executable'],
  // Another owner is no x bit.
  ['chown 1000 "$DATA"; exec /dist/server2', 'not-executable'],
  ['chown 1000 /dist/server2; exec /dist/server2', 'not-executable'],
  ['chmod +x /dist/server2; chown 1000 /dist/server2; exec /dist/server2', OK],
  ['exec gosu "$(id -u app):$(id -g app)" foreign', FOREIGN],
  ['U=`id -u app`; exec gosu $U server', OK],
  ['curl -sf http://localhost; exec missing', LOST],
  ['until curl -so /dev/null http://localhost; do :; done; exec missing', LOST],
  ['curl -o /usr/bin/new http://localhost; exec new', 'not known: whether new is ever started'],
  ['curl -sO http://localhost/new; exec /new', 'not known: whether /new is ever started'],
  ['curl http://localhost | sh; exec missing', 'not known: whether missing is ever started'],
  ['wget -q --spider http://localhost; exec missing', LOST],
  ['wget -qO- http://localhost; exec missing', LOST],
  ['wget http://localhost/new; exec /new', 'not known: whether /new is ever started'],
  ['echo "exec missing" | sh', 'not known: what sh reads'],
  ['cat /settings | sh -s x', OK],
  ['exec $NONE', OK],
  ['set -e; cat /none; exec server', 'not known: whether /none is there for cat'],
  ['set -e; sed -i s/a/b/ /none; exec server', 'not known: whether /none is there for sed'],
  ['set -e; cp /none /srv/none; exec server', 'not known: whether /none is there for cp'],
  ['set -e; touch /new; cat /new; exec server', OK],
  ['cat /none; exec server', OK],
  ['find /dist -type f -name "s*" -exec chmod +x {} +; exec /dist/server2', OK],
  ['find /srv -name "*" -exec chmod a+x {} +; exec /dist/server2', 'not-executable'],
  ['echo /dist/server2 | xargs chmod +x; exec /dist/server2', OK],
  ['echo "exec server" >/run.sh; exec dash /run.sh', OK],
  ['/scripts/make.sh; exec new-server', OK],
  ['/scripts/make.sh; exec foreign', FOREIGN],
  ['gzip -d /usr/bin/packed.gz; exec packed', OK],
  ['sh /scripts/make.sh; exec new-server', OK],
  ['cd /scripts; dash -e make.sh; exec new-server', OK],
  ['sh -c "cp /usr/bin/server /usr/bin/new-server"; exec new-server', OK],
  ['sh /scripts/other.sh; exec missing', LOST],
  ['/scripts/other.sh; exec missing', LOST],
  ['echo "exec server" | tee /run.sh >/dev/null; cd /; exec dash run.sh', OK],
  ['echo "exec server" >/run.sh; exec dash /other.sh', LOST],
  ['if grep -q none /settings; then dash /other.sh; fi; exec server', OK],
  ['printf "#!/bin/sh\\nexec server\\n" >/run.sh; chmod +x /run.sh; exec /run.sh', OK],
  ['cat >/run.sh <<E\n#!/bin/sh\nserver\nE\nchmod 755 /run.sh\n/run.sh', OK],
  ['cat /usr/bin/server | tee /srv/run/new >/none/x; touch /srv/x; exec missing', LOST],
  ['tar -cf /dev/null /settings 2>/dev/null; exec server', OK],
  ['tar -cf /dev/null /settings 2>/dev/null; exec foreign', FOREIGN],
  ['tar -cf /dev/null /settings 2>/dev/null; exec missing', 'not known: whether missing is ever started'],
  ['dpkg --print-architecture; exec missing', LOST],
  ['dpkg --print-architecture; if numactl true; then set -- missing "$@"; fi; exec foreign "$@"', FOREIGN],
  ['dpkg -i /settings; exec missing', 'not known: whether missing is ever started'],
  ['f() { cp /usr/bin/server /usr/bin/new; }\nf\nexec new', OK],
  ['if grep -q MODE /settings; then cp /usr/bin/server /usr/bin/new; fi\nexec new', OK],

  ['cd /opt/app; cd ..; exec ./there', OK],
  ['cd /opt/app; cd ..; exec ./here', LOST],
  ['cd -P /opt/app; cd ..; exec app-1/bin/here', OK],
  ['cd /opt/app/bin/../..; exec ./there', OK],
  ['cd /opt/bin/..; exec ./there', OK],
  ['cd /opt/bin; exec ../bin/here', OK],
  ['cd /opt/app; [ "$(pwd)" = /opt/app ] || exec missing; exec server', OK],
  ['cd /opt/app; [ "$(pwd -P)" = /srv/app-1 ] || exec missing; exec server', OK],
  ['[ "$(cd /opt/app && pwd)" = /opt/app ] || exec missing; exec server', OK],
  ['[ "$(cd /opt/bin/.. && pwd -P)" = /opt ] || exec missing; exec server', OK],

  ['printf "exit 0\\n" >/run.sh; sh /run.sh', OK],
  ['cp /settings /run.sh; . /run.sh; exec server', OK],
  ['printf "exec server" >/dist/run.sh; . /dist/run.sh; exec missing', OK],
  ['mkdir -p /srv/new/deep && cd /srv/new && server', OK],
  ['set -e; mkdir /srv/new; cd /srv/new; exec missing', LOST],
  ['set -e; mkdir /srv/new; cd /srv/new; exec ./missing', 'not known: what exec ./missing starts'],
  ['set -e; ln -s /usr/bin /srv/new; cd /srv/new; exec ./server', OK],
  ['set -e; chown root /dist; cd /srv/new; exec server', LOST],
  ['set -e; mkdir "/$(cat /settings)"; cd /MODE=x; exec server', OK],
  ['chmod +x /scripts/*.sh; exec /scripts/run.sh', OK],
  ['find /scripts -exec chmod +x {} +; exec /scripts/run.sh', OK],
  ['for each in /scripts/*; do chmod +x "$each"; done; exec /scripts/run.sh', OK],
  ['chmod +x /settings; exec /scripts/run.sh', 'not-executable'],
  ['find /scripts -exec chown app {} +; exec /scripts/gone.sh', LOST],
  [
    'find /scripts -exec cp {} / +; exec /scripts/gone.sh',
    'not known: whether /scripts/gone.sh is ever started',
  ],
  ['find /scripts -type f | xargs chown app; exec missing', LOST],
  ['cd "$(cat /where)"; exec sh run.sh', OK],
  ['cd "$(cat /where)"; exec env ./run', OK],
  ['cd "$(cat /where)"; exec foreign', FOREIGN],
  ['cd "$(cat /where)"; exec missing', LOST],

  ['useradd new; exec gosu new server', OK],
  ['id new || useradd new; exec gosu new server', OK],
  ['printf "new:x:7:7::/:/bin/sh\\n" >>/etc/passwd; exec gosu new server', OK],
  ['if grep -q none /settings; then exec gosu new server; fi; exec server', OK],
  ['chown root /dist; exec gosu new server', 'user-not-found'],
  ['chown app /srv/own; exec gosu app /srv/own', OK],
  ['chown -R app:app /srv; exec gosu app /srv/own', OK],
  ['chown app /dist; exec gosu app /srv/own', 'not-executable'],
  ['chown app /dist; exec gosu app foreign', FOREIGN],

  ['unset PATH; server', LOST],
  ['unset PATH; exec server', LOST],
  ['unset PATH; command -v server >/dev/null || exit 3', 'not known: that it ends by itself'],
  ['unset PATH; PATH=/usr/bin; exec server', OK],
  ['PATH=/opt; exec /usr/bin/env server', LOST],
  ['export PATH=; exec server', LOST],
  ['cd /usr/bin; PATH=; exec server', OK],
  ['f() { local PATH=/opt; server; }\nf', LOST],
  ['exec env -i /bin/sh -c nearby', OK],
  ['exec env -i /bin/ash -c nearby', LOST],
  ['exec env -i /bin/ash -c "env server"', OK],
  ['set -e\nmkdir -p /opt/new/deep\ncd /opt/new/deep\nexec server', OK],
  ['set -e\nD="${D:-/opt/new}"\nmkdir -p "$D"\ncd "$D"\ncd ..\nexec server', OK],
  ['set -e\ncd /srv\nmkdir new\ncd new\nexec ../run/../app-1/bin/here', OK],
  ['set -e\ncp -r /srv /opt/copy\ncd /opt/copy/run\nexec server', OK],
  ['set -e\nmkdir -p /opt/new\ncd /opt/other\nexec server', LOST],
  ['set -e\nmkdir -p /srv\nexec /srv/missing', LOST],
  ['set -e\nserver\ncd /opt/new\nexec server', 'not known: whether it can go to /opt/new'],

  ['if grep -q MODE /settings; then missing() { server; }; fi\nmissing', OK],
  ['f() { exec missing; }\nif grep -q MODE /settings; then f() { exec server; }; fi\nf', OK],
  ['f() { exec server; }\nif grep -q none /settings; then f() { exec missing; }; fi\nf', OK],
  ['f() { :; }\nif grep -q none /settings; then f() { exit 3; }; fi\nf\nexec missing', LOST],
  ['f() { [ x = y ]; }\nif grep -q MODE /settings; then f() { :; }; fi\nf || exec missing\nexec server', OK],
];

/** What is told of the user, and what is read from the standard input. */
const TOLD: readonly (readonly [body: string, expect: string])[] = [
  ['sh <<E\nforeign\nE', 'not known: what sh reads'],
  ['exec env sh -s <<E\nforeign\nE', 'not known: what env sh -s reads'],
  ['[ "$(whoami)" = root ] || exec missing; exec server', OK],
  ['case $(id -un) in root) exec foreign ;; *) exec server ;; esac', FOREIGN],
  ['echo "app:x:0:0::/:" >/etc/passwd; case $(id -un) in root) exec missing ;; *) exec server ;; esac', OK],
];

/** Lists and statuses by which a script, or a function, ends as what it could not start. */
const ENDS: readonly (readonly [body: string, expect: string])[] = [
  ['foreign || exit $?', FOREIGN],
  ['foreign || exit\nserver', FOREIGN],
  ['foreign || { exit "$?"; }\nserver', FOREIGN],
  ['foreign || { server; exit $?; }', OK],
  ['foreign || { server; exit 3; }', FOREIGN],
  ['foreign\nrc=$?\nexit $rc', FOREIGN],
  ['foreign\nrc=$?\nif [ "$rc" -ne 0 ]; then server; fi\nexit "${rc}"', FOREIGN],
  ['foreign\nrc=$?\n[ $rc -eq 0 ] || rc=0\nexit $rc', OK],
  ['foreign\nrc=$?\nserver && exit 0\nexit $rc', OK],
  ['foreign\nserver\nrc=$?\nexit $rc', OK],
  ['set -e\nf() { foreign || return 1; server; }\nf', FOREIGN],
  ['set -e\nf() { foreign || return; server; }\nf', FOREIGN],
  ['f() { foreign || return 1; server; }\nf || server', OK],
  ['f() { foreign || return 1; server; }\nf\nserver', OK],
  ['f() { foreign || return 1; server; }\nif f; then exit 3; fi', OK],
  ['cp /usr/bin/server /srv/run/new; /srv/run/new || exec missing', OK],
  ['/srv/nothere || exec server', OK],
];

/** What a user other than root may not do. */
const AS_APP: readonly (readonly [body: string, expect: string])[] = [
  [
    'set -e\nmkdir -p /srv/new/deep\nexec server',
    'not known: whether user 1000 may change /srv/new/deep by mkdir',
  ],
  ['set -e\nmkdir -p /srv/run\nexec server', OK],
  ['set -e\nmkdir -p /tmp/new/deep\nexec server', OK],
  ['mkdir /srv/new\nexec server', OK],
  ['set -e\nchown app /srv\nexec server', 'not known: whether user 1000 may chown anything'],
  ['mkdir /srv/new && exec server', 'not known: whether user 1000 may change /srv/new by mkdir'],
  ['set -e\nmkdir -m 755 -p /tmp/new\nexec server', OK],
  ['set -e\ntouch /srv/new\nexec server', 'not known: whether user 1000 may change /srv/new by touch'],
  ['set -e\ntouch /tmp/new\nexec server', OK],
  ['set -e\ncp /settings /srv/run/\nexec server', 'not known: whether user 1000 may change /srv/run/ by cp'],
  ['set -e\ncp /settings /tmp/\nexec server', OK],
  ['set -e\nln -s /settings /srv/new\nexec server', 'not known: whether user 1000 may change /srv/new by ln'],
  [
    'set -e\necho x | tee /settings >/dev/null\nexec server',
    'not known: whether user 1000 may change /settings by tee',
  ],
  ['set -e\ncd /closed\nexec server', 'not-executable'],
  ['set -e\nchmod 755 /mine\ncd /mine\nexec server', OK],
  ['cd /closed && exec server', 'not-executable'],
  ['cd /closed/below || exit 1\nexec server', 'not-executable'],
  ['cd /closed\nexec ./missing', LOST],
  ['cd /closed\nexec usr/bin/server', OK],
  [
    'set -e\nenv >/dev/null\nchmod a+x /closed\ncd /closed\nexec server',
    'not known: whether user 1000 may change /closed by chmod',
  ],
  ['[ "$(whoami)" = app ] && exec foreign; exec server', FOREIGN],
  ['set -e\nNAME=$(whoami)\nexec server', OK],
];

/** What a user without an entry in /etc/passwd may not do. */
const AS_NOBODY: readonly (readonly [body: string, expect: string])[] = [
  ['set -e\nNAME=$(whoami)\nexec server', 'not known: whether user 4000 has a name'],
  ['set -e\nid -un\nexec server', 'not known: whether user 4000 has a name'],
  ['set -e\nNAME=$(whoami || echo app)\nexec server', OK],
  ['NAME=$(id -un)\nexec server', OK],
  ['set -e\nid -u\nexec server', OK],
];

/** Whether PATH is exported again once it is set. */
const AGAIN = 'unset PATH; PATH=/usr/local/bin:/usr/bin; exec env nearby';

export const scriptEffectCases: readonly KernelCase[] = ['/bin/sh', '/bin/ash', '/bin/bash'].flatMap(
  (shell) => {
    const again = [AGAIN, shell === '/bin/bash' ? LOST : OK] as const;
    return [
      ...[...BODIES, ...ENDS, ...TOLD, ...USERS, again].map(([body, expect]) => script(shell, body, expect)),
      ...AS_APP.map(([body, expect]) => asUser('app', 1000, script(shell, body, expect))),
      ...AS_NOBODY.map(([body, expect]) => asUser('4000:4000', 4000, script(shell, body, expect))),
    ];
  },
);

function asUser(user: string, id: number, { config, ...question }: KernelCase): KernelCase {
  const as = { uid: id, gid: id, groups: [] };
  return { ...question, name: `${question.name}, as ${user}`, config: { ...config, user }, as };
}

function script(shell: string, body: string, expect: string): KernelCase {
  const items = [...onlyNamed(ITEMS, `${shell} ${body}`), program('entry.sh', `#!${shell}\n${body}\n`)];
  return kernelCase(`${shell}: ${body.replaceAll('\n', '; ')}`, items, '/entry.sh', expect);
}
