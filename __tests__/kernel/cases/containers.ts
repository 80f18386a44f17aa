/** What the runtime refuses before it looks for a program. */
import { directory, file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program, type RunAs } from '../kernel-case.ts';
import { PROGRAMS } from '../programs.ts';

const app = program('app', PROGRAMS.amd64);
const RULE = 'container-not-created';

function refused(name: string, items: readonly TarItem[], config: KernelCase['config'] = {}): KernelCase {
  return kernelCase(name, [app, ...items], '/app', RULE, { config, decidedBy: 'runtime' });
}

/** By runc, but not where docker was there before it. */
function refusedByRunc(
  name: string,
  items: readonly TarItem[],
  rule: string,
  config: KernelCase['config'] = {},
): KernelCase {
  return { ...refused(name, items, config), expect: { warning: rule }, here: 'ends' };
}

function tooLong(name: string, config: NonNullable<KernelCase['config']>): KernelCase {
  return kernelCase(name, [app], '/app', RULE, { config, kernel: 'execve E2BIG' });
}

function accepted(name: string, items: readonly TarItem[], config: KernelCase['config'] = {}): KernelCase {
  return kernelCase(name, [app, ...items], '/app', 'starts', { config });
}

/** Where HOME leads, as the runtime sets it: only runc itself is asked. */
function atHome(
  name: string,
  passwd: string,
  user: string,
  as: RunAs,
  env: readonly string[],
  home: string,
  expect = 'starts',
): KernelCase {
  const items = [
    program('bin/sh', PROGRAMS.busybox),
    file('etc/passwd', passwd),
    program(`${home}/found`, PROGRAMS.amd64),
  ];
  const command = ['/bin/sh', '-c', 'exec "$HOME/found"'];
  return kernelCase(`HOME ${name}`, items, command, expect, {
    config: { user, env },
    as,
    decidedBy: 'runtime',
  });
}

const SEVEN: RunAs = { uid: 7, gid: 7, groups: [] };
const NOT_FOUND = 'program-not-found';

export const containerCases: readonly KernelCase[] = [
  refused('a variable without a name', [], { env: ['PATH=/bin', '=x'] }),
  refused('nothing but an equals sign', [], { env: ['='] }),
  refused('a NUL in the value of a variable', [], { env: ['A=b\0c'] }),
  refused('a NUL in the name of a variable', [], { env: ['A\0B=c'] }),
  refused('a NUL in an argument', [], { cmd: ['a\0b'] }),
  refused('a NUL in WORKDIR', [], { workingDir: '/srv\0' }),
  tooLong('a variable of 131,072 bytes', { env: [`A=${'x'.repeat(131_070)}`] }),
  accepted('a variable of 131,071 bytes', [], { env: [`A=${'x'.repeat(131_069)}`] }),
  tooLong('an argument of 131,072 bytes', { cmd: ['é'.repeat(65_536)] }),
  accepted('an argument of 131,071 bytes', [], { cmd: ['x'.repeat(131_071)] }),
  tooLong('more than 2 MiB in all', { cmd: Array.from({ length: 17 }, () => 'x'.repeat(125_000)) }),
  accepted('less than 2 MiB in all', [], { cmd: Array.from({ length: 16 }, () => 'x'.repeat(125_000)) }),
  accepted('a long variable that another one replaces', [], { env: [`A=${'x'.repeat(140_000)}`, 'A=b'] }),
  accepted('a variable without a value', [], { env: ['A=', 'B'] }),
  accepted('an empty entry', [], { env: [''] }),
  accepted('a variable with odd names', [], { env: ['a b=c', ' =d', 'é=f', '1=2', '\n=3'] }),
  accepted('an empty argument', [], { cmd: ['', ''] }),

  refused('/etc/hosts is a directory', [directory('etc/hosts')]),
  accepted('/etc/hosts is a file', [file('etc/hosts', '')]),
  accepted('/etc/hosts is a link that leads nowhere', [symlink('etc/hosts', '/run/none/hosts')]),
  accepted('/proc, /sys and /dev are directories', [
    directory('proc', { mode: 0o555 }),
    directory('sys', { mode: 0 }),
    directory('dev', { mode: 0o700, uid: 5 }),
  ]),
  ...['/data', 'data/', '/srv', '/data/sub', '/srv/x', '/loop', '/proc/../data'].map((volume) =>
    refused(
      `VOLUME ${volume} is a file, below one, or a loop`,
      [file('data', ''), symlink('srv', '/data'), symlink('loop', 'loop')],
      { volumes: [volume] },
    ),
  ),
  ...['/', '', '.', '/x/..', '/proc', '/proc/sys', '/sys/x', '/dev', '/dev/null', '/srv', '/etc/hosts'].map(
    (volume) =>
      refused(`VOLUME "${volume}" hides what runtimes mount, or everything`, [symlink('srv', '/proc')], {
        volumes: [volume],
      }),
  ),
  ...['/sys', '/sys/fs/cgroup', '/dev/shm', '/dev/x', '/tmp'].map((volume) =>
    accepted(`VOLUME ${volume} hides nothing that has to be seen`, [], { volumes: [volume] }),
  ),
  ...['/data', '/none/sub', '/srv', '/lost', 'data/../new', '/etc'].map((volume) =>
    accepted(
      `VOLUME ${volume} is a directory, or becomes one`,
      [directory('data'), symlink('srv', '/data'), symlink('lost', '/none')],
      { volumes: ['/fine', volume] },
    ),
  ),
  refusedByRunc('/proc is a file', [file('proc', '')], RULE),
  refusedByRunc('/proc is a link', [symlink('proc', 'run'), directory('run')], RULE),
  refusedByRunc('/sys is a file', [file('sys', '')], RULE),
  refusedByRunc('/sys is a link that leads nowhere', [symlink('sys', '/none')], RULE),
  refusedByRunc('/dev is a file', [file('dev', '')], RULE),
  refusedByRunc('/dev is an absolute link', [symlink('dev', '/opt/devices'), directory('opt/devices')], RULE),
  accepted('/dev is a relative link', [symlink('dev', 'run'), directory('run')]),

  refusedByRunc('/etc is a file', [file('etc', '')], RULE),
  {
    ...accepted('/etc is a link, which docker replaces', [symlink('etc', 'usr/etc'), directory('usr/etc')]),
    expect: { warning: RULE },
  },

  refusedByRunc('WORKDIR is a link that leads nowhere', [symlink('srv', '/data/app')], NOT_FOUND, {
    workingDir: '/srv',
  }),
  refusedByRunc('WORKDIR lies behind a link that leads nowhere', [symlink('srv', 'data')], NOT_FOUND, {
    workingDir: '/srv/app',
  }),

  atHome('of passwd', 'a:x:7:7::/srv/a:/bin/sh\n', 'a', SEVEN, [], 'srv/a'),
  atHome('of the first with that number', 'a:x:7:7::/srv/a\nb:x:7:7::/srv/b\n', 'b', SEVEN, [], 'srv/a'),
  atHome('without the program', 'a:x:7:7::/srv/a\n', 'a', SEVEN, [], 'srv/b', NOT_FOUND),
  atHome('of nobody', 'a:x:8:8::/srv/a\n', '7:7', SEVEN, [], '.'),
  atHome('of an entry without one', 'a:x:7:7\n', 'a', SEVEN, [], '.'),
  atHome('of the image', 'a:x:7:7::/srv/a\n', 'a', SEVEN, ['HOME=/srv/b'], 'srv/b'),
  atHome('that is empty', 'a:x:7:7::/srv/a\n', 'a', SEVEN, ['HOME='], 'srv/a'),
];
