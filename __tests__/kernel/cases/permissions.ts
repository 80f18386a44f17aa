/** Mode bits against a user. */
import { directory, file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program, type RunAs } from '../kernel-case.ts';
import { PROGRAMS } from '../programs.ts';
import { GROUP, PASSWD } from './users.ts';

const { amd64, arm64, busybox } = PROGRAMS;
const DENIED = 'not-executable';

function mode(
  name: string,
  bits: number,
  owner: Partial<TarItem>,
  user: string,
  as: RunAs,
  expect: string,
): KernelCase {
  const items = [PASSWD, GROUP, program('app', amd64, { mode: bits, ...owner })];
  return kernelCase(name, items, '/app', expect, { config: { user }, as });
}

function below(name: string, bits: number, spec: string, as: RunAs, expect: string): KernelCase {
  const items = [directory('opt', { mode: bits }), program('opt/bin/app', amd64)];
  return kernelCase(name, items, '/opt/bin/app', expect, { config: { user: spec }, as });
}

const APP: RunAs = { uid: 1000, gid: 1000, groups: [100, 50] };
const NOBODY: RunAs = { uid: 65534, gid: 0, groups: [] };
const ROOT: RunAs = { uid: 0, gid: 0, groups: [] };

export const permissionCases: readonly KernelCase[] = [
  mode('root needs one x bit: none', 0o644, {}, '', ROOT, DENIED),
  mode('root needs one x bit: that of others is enough', 0o641, { uid: 5, gid: 5 }, '', ROOT, 'starts'),
  mode('root needs no r bit', 0o100, { uid: 5 }, '', ROOT, 'starts'),
  mode('root and a mode of zero', 0o000, {}, '', ROOT, DENIED),
  mode('the owner with an x bit', 0o700, { uid: 1000 }, '1000', APP, 'starts'),
  mode('the owner without an x bit, though others have one', 0o077, { uid: 1000 }, '1000', APP, DENIED),
  mode('the group with an x bit', 0o710, { gid: 1000 }, '1000', APP, 'starts'),
  mode('the group without an x bit, though others have one', 0o701, { gid: 1000 }, '1000', APP, DENIED),
  mode('a supplementary group', 0o710, { gid: 50 }, '1000', APP, 'starts'),
  mode('a supplementary group without an x bit', 0o701, { gid: 50 }, '1000', APP, DENIED),
  mode('others with an x bit', 0o701, {}, '1000', APP, 'starts'),
  mode('others without an x bit', 0o710, {}, '1000', APP, DENIED),
  mode('x without r is enough for a program', 0o711, {}, '65534', NOBODY, 'starts'),
  mode('group 0 of a number without an entry', 0o750, {}, '65534', NOBODY, 'starts'),
  mode('a set-uid program', 0o4755, {}, '1000', APP, 'starts'),
  mode('a set-uid program that others may not execute', 0o4750, {}, '1000', APP, DENIED),

  below('a directory that others may not search', 0o750, '1000', { uid: 1000, gid: 0, groups: [] }, 'starts'),
  below('a directory that nobody else may search', 0o700, '1000', { uid: 1000, gid: 0, groups: [] }, DENIED),
  below('a directory with r and without x', 0o744, '1000:1000', { uid: 1000, gid: 1000, groups: [] }, DENIED),
  below(
    'a directory with x and without r',
    0o711,
    '1000:1000',
    { uid: 1000, gid: 1000, groups: [] },
    'starts',
  ),
  below('root searches every directory', 0o000, '', ROOT, 'starts'),
  kernelCase(
    'a directory of PATH that may not be searched is passed over',
    [directory('a', { mode: 0o700 }), program('a/app', amd64), program('b/app', amd64)],
    'app',
    'starts',
    { config: { user: '1000', env: ['PATH=/a:/b'] }, as: { uid: 1000, gid: 0, groups: [] } },
  ),
  kernelCase(
    'the only directory of PATH may not be searched',
    [directory('a', { mode: 0o700, uid: 1 }), program('a/app', amd64)],
    'app',
    'program-not-found',
    { config: { user: '1000:5', env: ['PATH=/a'] }, as: { uid: 1000, gid: 5, groups: [] } },
  ),
  kernelCase(
    'the program in PATH may not be executed',
    [program('usr/bin/app', amd64, { mode: 0o700 })],
    'app',
    'program-not-found',
    { config: { user: '1000' }, as: { uid: 1000, gid: 0, groups: [] }, kernel: 'lookup ENOENT' },
  ),
  kernelCase(
    'a symlink through a directory that may not be searched',
    [directory('root', { mode: 0o700 }), program('root/app', amd64), symlink('app', '/root/app')],
    '/app',
    DENIED,
    { config: { user: '1000:5' }, as: { uid: 1000, gid: 5, groups: [] } },
  ),
  kernelCase(
    'the mode of the symlink itself does not count',
    [program('real', amd64), symlink('app', '/real', { mode: 0o000 })],
    '/app',
    'starts',
    { config: { user: '1000' }, as: { uid: 1000, gid: 0, groups: [] } },
  ),
  kernelCase(
    'WORKDIR that the user may not search, with an absolute path',
    [directory('srv', { mode: 0o700 }), program('app', amd64)],
    '/app',
    'starts',
    { config: { user: '1000:5', workingDir: '/srv' }, as: { uid: 1000, gid: 5, groups: [] } },
  ),
  kernelCase(
    'WORKDIR that the user may not search, with a relative path',
    [directory('srv', { mode: 0o700 }), program('srv/app', amd64)],
    './app',
    DENIED,
    { config: { user: '1000:5', workingDir: '/srv' }, as: { uid: 1000, gid: 5, groups: [] } },
  ),
  kernelCase(
    'the root directory of a container is its own',
    [directory('./', { mode: 0o700 }), program('app', amd64)],
    '/app',
    'starts',
    { config: { user: '1000:5' }, as: { uid: 1000, gid: 5, groups: [] } },
  ),
  kernelCase(
    'a program of another machine that may not be executed either',
    [program('app', arm64, { mode: 0o600 })],
    '/app',
    DENIED,
  ),

  kernelCase(
    'a script that may be executed but not read, by root',
    [program('bin/sh', busybox), program('app', '#!/bin/sh\nexit 0\n', { mode: 0o111 })],
    '/app',
    'starts',
  ),
  ...['/bin/app', 'app'].map((word) =>
    kernelCase(
      `a script that may be executed but not read: ${word}`,
      [program('bin/sh', busybox), program('bin/app', '#!/bin/sh\nexit 0\n', { mode: 0o711 })],
      word,
      DENIED,
      {
        config: { user: '1000' },
        as: { uid: 1000, gid: 0, groups: [] },
        prints: "/bin/sh: can't open '/bin/app'",
      },
    ),
  ),
  kernelCase(
    'a script that may be read and executed',
    [program('bin/sh', busybox), program('app', '#!/bin/sh\nexit 0\n')],
    '/app',
    'starts',
    { config: { user: '1000' }, as: { uid: 1000, gid: 0, groups: [] } },
  ),
  kernelCase(
    'an unreadable script whose interpreter does not read it',
    [program('bin/true', amd64), program('app', '#!/bin/true\n', { mode: 0o711 })],
    '/app',
    'starts',
    { config: { user: '1000' }, as: { uid: 1000, gid: 0, groups: [] } },
  ),
  kernelCase(
    'an interpreter that the user may not execute',
    [program('bin/sh', busybox, { mode: 0o700 }), program('app', '#!/bin/sh\nexit 0\n')],
    '/app',
    DENIED,
    { config: { user: '1000' }, as: { uid: 1000, gid: 0, groups: [] }, kernel: 'execve EACCES' },
  ),
  kernelCase(
    'an interpreter in a directory that may not be searched',
    [
      directory('opt', { mode: 0o700, uid: 1, gid: 1 }),
      program('opt/sh', busybox),
      program('app', '#!/opt/sh\nexit 0\n'),
    ],
    '/app',
    DENIED,
    { config: { user: '1000' }, as: { uid: 1000, gid: 0, groups: [] } },
  ),
  ...[
    file('lib.sh', 'true\n', { mode: 0o600 }),
    file('secret/lib.sh', 'true\n'),
    file('lib.sh', 'true\n', { mode: 0o640 }),
  ].map((library, index) =>
    kernelCase(
      `a sourced file that the user may${index === 2 ? '' : ' not'} read: ${library.name.toString()}`,
      [
        directory('secret', { mode: 0o700 }),
        program('bin/sh', busybox),
        library,
        program('app', `#!/bin/sh\n. /${library.name.toString()}\nexit 0\n`),
      ],
      '/app',
      index === 2 ? 'starts' : DENIED,
      { config: { user: '1000' }, as: { uid: 1000, gid: 0, groups: [] } },
    ),
  ),
  ...[
    ['cd /w; ./app', DENIED],
    ['cd /w/in || exit 1; /app', DENIED],
    ['cd /link; exec /app', DENIED],
    ['cd /w || true; exec /app', 'starts'],
  ].map(([body = '', expected = '']) =>
    kernelCase(
      `a directory that the user may not enter: ${body}`,
      [
        directory('w', { mode: 0o744 }),
        directory('w/in'),
        symlink('link', '/w'),
        program('bin/sh', busybox),
        program('app', amd64),
        program('w/app', amd64),
        program('start', `#!/bin/sh\nset -e\n${body}\n`),
      ],
      '/start',
      expected,
      { config: { user: '1000' }, as: { uid: 1000, gid: 0, groups: [] } },
    ),
  ),
  {
    name: 'a directory that is closed below, and that its layer only implies',
    layers: [[directory('srv', { mode: 0o700 })], [program('srv/app', amd64)]],
    config: { entrypoint: ['/srv/app'], user: '1000' },
    as: { uid: 1000, gid: 0, groups: [] },
    expect: { warning: 'not-executable' },
  },
];
