import { describe, expect, test } from '@jest/globals';
import { LIMITS } from '../../src/base/limits.ts';
import { keepsText, packageDatabaseOf, sourcedText } from '../../src/rootfs/keeps-text.ts';

describe('keepsText', () => {
  test.each([
    'etc/passwd',
    './etc/group',
    'passwd',
    'etc/ld.so.conf',
    'usr/etc/ld.so.conf.d/x86_64-linux-gnu.conf',
    'etc/ld.so.preload',
    'usr/lib/os-release',
    'etc/ld-musl-aarch64.path',
    'etc/ld.so.cache',
  ])('%s is kept', (path) => {
    expect(keepsText(path, 'text')).not.toBeNull();
  });

  test.each([
    'etc/shadow',
    'etc/passwd/x',
    'etc/passwd-',
    'etc/nginx/nginx.conf',
    'ld.so.conf.d/README',
    'x.conf',
  ])('%s is not', (path) => {
    expect(keepsText(path, 'text')).toBeNull();
  });
});

describe('sourcedText', () => {
  test.each([
    'venv/bin/activate',
    'etc/default/app',
    'usr/local/etc/sysconfig/app',
    'docker-entrypoint.d/15-local.envsh',
    'app/.env',
    '.env.production',
    'opt/functions',
    'etc/apache2/envvars',
  ])('%s is kept', (path) => {
    expect(sourcedText(path, '')?.maxBytes).toBe(LIMITS.sourcedTextBytes);
  });

  test.each([
    'app/themes/default/style',
    'app/deactivate',
    'usr/include/y.h',
    'src/profiles',
    'etc/default/a/b',
  ])('%s is not', (path) => {
    expect(sourcedText(path, '')).toBeNull();
  });
});

describe('settings that scripts may read', () => {
  test.each([
    ['opt/app/conf/app.conf', '# settings\n\nexport JAVA_OPTS="-x"\n', true],
    ['opt/app/conf/app.conf', `# ${'License '.repeat(40)}`, true],
    ['opt/app/bin/setenv', 'CATALINA_OPTS=\n', true],
    ['opt/app/conf/app.conf', '[server]\nport=1\n', false],
    ['etc/nginx/nginx.conf', 'user nginx;\n', false],
    ['opt/app/data.txt', 'A=1\n', false],
  ])('%s that begins %j: %s', (path, head, isKept) => {
    expect(sourcedText(path, head) !== null).toBe(isKept);
  });
});

describe('lists of users and groups under another name', () => {
  test.each([
    ['root:x:0:0:root:/root:/bin/sh\n', true],
    ['# people\n\n  root::0:\n', true],
    ['root:!$6$x:0:\n', true],
    ['12:30: 45:\n', false],
    ['key: value: 1:\n', false],
    ['+::::::\n', false],
    ['#\n'.repeat(200), false],
  ])('%j: %s', (head, isKept) => {
    expect(keepsText('usr/share/people', head) !== null).toBe(isKept);
  });
});

describe('packageDatabaseOf', () => {
  test.each([
    ['var/lib/dpkg/status', 'dpkg'],
    ['./var/lib/dpkg/status.d/base-files', 'dpkg'],
    ['lib/apk/db/installed', 'apk'],
    ['usr/lib/apk/db/installed', 'apk'],
    ['var/lib/rpm/rpmdb.sqlite', 'rpm'],
    ['usr/lib/sysimage/rpm/Packages.db', 'rpm'],
    ['var/lib/rpm/Packages', 'rpm'],
    ['srv/debian/dists/stable/main/Packages', null],
    ['var/lib/rpm/rpmdb.sqlite-wal', null],
    ['var/lib/dpkg/status.d/base.md5sums', null],
    ['proc/1/status', null],
    ['installed', null],
  ])('%s: %s', (path, database) => {
    expect(packageDatabaseOf(path)).toBe(database);
  });
});
