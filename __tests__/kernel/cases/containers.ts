/** What the runtime refuses before it looks for a program. */
import { directory, file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
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

function accepted(name: string, items: readonly TarItem[], config: KernelCase['config'] = {}): KernelCase {
  return kernelCase(name, [app, ...items], '/app', 'starts', { config });
}

const WORKDIR = 'program-not-found';

export const containerCases: readonly KernelCase[] = [
  refused('a variable without a name', [], { env: ['PATH=/bin', '=x'] }),
  refused('nothing but an equals sign', [], { env: ['='] }),
  refused('a NUL in the value of a variable', [], { env: ['A=b\0c'] }),
  refused('a NUL in the name of a variable', [], { env: ['A\0B=c'] }),
  refused('a NUL in an argument', [], { cmd: ['a\0b'] }),
  refused('a NUL in WORKDIR', [], { workingDir: '/srv\0' }),
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

  refusedByRunc('WORKDIR is a link that leads nowhere', [symlink('srv', '/data/app')], WORKDIR, {
    workingDir: '/srv',
  }),
  refusedByRunc('WORKDIR lies behind a link that leads nowhere', [symlink('srv', 'data')], WORKDIR, {
    workingDir: '/srv/app',
  }),
];
