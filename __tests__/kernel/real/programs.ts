/** What the real roots start: a program that ends by itself, straight and as images start it. */
import { file, type TarItem } from '../../support/layer-builder.ts';
import { program } from '../kernel-case.ts';

/** Command lines whose first word is the program that variants break. */
export const COMMANDS: readonly (readonly [string, ...string[]])[] = [
  ['/usr/bin/bash', '-c', ':'],
  ['/usr/bin/sort', '--version'],
  ['/usr/bin/dash', '-c', ':'],
  ['/usr/bin/perl', '-v'],
  ['/usr/bin/python3', '-c', ''],
  ['/usr/bin/tini', '--', 'true'],
  ['/usr/bin/dumb-init', '/usr/bin/true'],
  ['/usr/sbin/gosu', 'app', 'true'],
  ['/usr/sbin/nginx', '-v'],
  ['/usr/bin/redis-server', '--version'],
  ['/usr/bin/node', '--version'],
  ['/usr/bin/ruby', '--version'],
  ['/usr/bin/busybox', 'true'],
  ['/usr/bin/curl', '--version'],
  ['/usr/bin/git', '--version'],
];

/** In the manner of nginx's own: hooks first, then CMD in place of the shell. */
export const ENTRYPOINT = `#!/bin/sh
# vim:sw=4:ts=4:et
set -e

entrypoint_log() {
    if [ -z "\${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ]; then
        echo "$@"
    fi
}

if [ "$1" = "nginx" ] || [ "$1" = "nginx-debug" ]; then
    if find "/docker-entrypoint.d/" -mindepth 1 -maxdepth 1 -type f -print -quit 2>/dev/null | read v; then
        entrypoint_log "$0: Looking for shell scripts in /docker-entrypoint.d/"
    else
        entrypoint_log "$0: No files found in /docker-entrypoint.d/, skipping configuration"
    fi
fi

exec "$@"
`;

/** In the manner of the official redis image. */
export const REDIS_ENTRYPOINT = `#!/bin/sh
set -e

# first arg is \`-f\` or \`--some-option\`
if [ "\${1#-}" != "$1" ] || [ "\${1%.conf}" != "$1" ]; then
	set -- redis-server "$@"
fi

# allow the container to be started with \`--user\`
if [ "$1" = 'redis-server' -a "$(id -u)" = '0' ]; then
	exec gosu app "$0" "$@"
fi

exec "$@"
`;

/** What the scripts of Debian's packages would have written, and the two entry scripts. */
export const SETTINGS: readonly TarItem[] = [
  file('etc/passwd', 'root:x:0:0:root:/root:/bin/bash\napp:x:1000:1000::/home/app:/bin/sh\n'),
  file('etc/group', 'root:x:0:\napp:x:1000:\n'),
  program('docker-entrypoint.sh', ENTRYPOINT),
  program('redis-entrypoint.sh', REDIS_ENTRYPOINT),
];

/** More ways in which images start the same programs. */
export const STARTS: readonly (readonly string[])[] = [
  ['/docker-entrypoint.sh', 'nginx', '-v'],
  ['tini', '--', '/docker-entrypoint.sh', 'redis-server', '--version'],
  ['/redis-entrypoint.sh', '--version'],
  ['dumb-init', '--', 'gosu', 'app', 'python3', '-c', ''],
  ['/bin/sh', '-c', 'exec node --version'],
  ['/bin/sh', '-c', 'git --version && curl --version'],
  ['/usr/bin/env', 'ruby', '--version'],
];
