/** Images as Dockerfiles make them: several faults and features of the other tables in one start. */
import { directory, hardLink, opaque, symlink, type TarItem, whiteout } from '../../support/layer-builder.ts';
import { type KernelCase, program } from '../kernel-case.ts';
import { LIBC, PROGRAMS, withLibraries, WRAPPERS } from '../programs.ts';
import { BUSYBOX, image, NODE, script, SERVER, TINI } from './busybox-image.ts';

const { amd64, arm64 } = PROGRAMS;
const LOST = 'program-not-found';
const DENIED = 'not-executable';

const exec = '#!/bin/sh\nexec "$@"\n';
const SH = ['/bin/sh', '-c'];

export const imageCases: readonly KernelCase[] = [
  image('tini -- entry script and CMD', [BUSYBOX, TINI, [SERVER, script(exec)]], {
    expect: 'starts',
    config: { entrypoint: ['/sbin/tini', '--', '/entrypoint.sh'], cmd: ['server'] },
  }),
  image('tini -- entry script and a missing CMD', [BUSYBOX, TINI, [script(exec)]], {
    expect: LOST,
    config: { entrypoint: ['/sbin/tini', '--', '/entrypoint.sh'], cmd: ['server'] },
  }),
  image('the shell form with &&', [BUSYBOX, [SERVER]], {
    expect: 'starts',
    config: { entrypoint: [...SH, 'mkdir -p /data && chown -R 0:0 /data && exec server'] },
  }),
  image('the shell form throws CMD away', [BUSYBOX, [SERVER]], {
    expect: 'starts',
    config: { entrypoint: [...SH, 'server'], cmd: [...SH, 'missing'] },
  }),
  image(
    'the shell form as a user who may not',
    [BUSYBOX, [program('usr/local/bin/server', amd64, { mode: 0o700 })]],
    {
      expect: DENIED,
      config: { entrypoint: [...SH, 'exec server'], user: 'node' },
      as: NODE,
    },
  ),
  image(
    'a whiteout removes the shell’s target',
    [BUSYBOX, [SERVER, script(exec)], [whiteout('bin/busybox')]],
    {
      expect: 'interpreter-not-found',
      config: { entrypoint: ['/entrypoint.sh'], cmd: ['server'] },
    },
  ),
  image('an opaque directory hides the program', [[SERVER], [...opaqueWith('usr/local/bin', 'other')]], {
    expect: LOST,
    config: { entrypoint: ['server'] },
  }),
  image(
    'an opaque directory that brings it anew',
    [[program('usr/local/bin/server', arm64)], [...opaqueWith('usr/local/bin', 'server')]],
    {
      expect: 'starts',
      config: { entrypoint: ['server'] },
    },
  ),
  image(
    'a whiteout of libc above tini',
    [BUSYBOX, TINI, [SERVER, whiteout('lib/x86_64-linux-gnu/libc.so.6')]],
    {
      expect: 'library-not-found',
      config: { entrypoint: ['/sbin/tini', '--', 'server'] },
    },
  ),
  image(
    'a hard link to a program below',
    [[SERVER, hardLink('app', 'usr/local/bin/server', { mode: 0o755 })], [whiteout('usr/local/bin/server')]],
    {
      expect: 'starts',
      config: { entrypoint: ['/app'] },
    },
  ),
  image(
    'alternatives',
    [
      BUSYBOX,
      [
        symlink('usr/bin/java', '/etc/alternatives/java'),
        symlink('etc/alternatives/java', '/opt/jdk/bin/java'),
        program('opt/jdk/bin/java', amd64),
      ],
    ],
    {
      expect: 'starts',
      config: { entrypoint: ['java', '-jar', '/app.jar'] },
    },
  ),
  image(
    'alternatives that lead nowhere after an upgrade',
    [
      BUSYBOX,
      [
        symlink('usr/bin/java', '/etc/alternatives/java'),
        symlink('etc/alternatives/java', '/opt/jdk/bin/java'),
        program('opt/jdk/bin/java', amd64),
      ],
      [whiteout('opt/jdk')],
    ],
    {
      expect: LOST,
      config: { entrypoint: ['java', '-jar', '/app.jar'] },
    },
  ),
  image(
    'USER and WORKDIR of one’s own, a relative entry',
    [
      BUSYBOX,
      [
        directory('srv/app', { uid: 1000, gid: 1000, mode: 0o700 }),
        script(exec, 'srv/app/run', { uid: 1000, gid: 1000, mode: 0o500 }),
        SERVER,
      ],
    ],
    {
      expect: 'starts',
      config: { entrypoint: ['./run'], cmd: ['server'], user: 'node', workingDir: '/srv/app' },
      as: NODE,
    },
  ),
  image(
    'a directory of root’s alone',
    [BUSYBOX, [directory('root', { mode: 0o700 }), program('root/server', amd64)]],
    {
      expect: DENIED,
      config: { entrypoint: ['/root/server'], user: 'node' },
      as: NODE,
    },
  ),
  image('a set-user-id program', [BUSYBOX, [program('usr/local/bin/server', amd64, { mode: 0o4755 })]], {
    expect: 'starts',
    config: { entrypoint: ['server'], user: '1000' },
    as: NODE,
  }),
  image(
    '/bin becomes a link in a layer above',
    [[program('bin/server', amd64)], [symlink('bin', 'usr/bin'), program('usr/bin/other', amd64)]],
    {
      expect: LOST,
      config: { entrypoint: ['/bin/server'] },
    },
  ),
  image(
    '/lib64 is a link and libc lies below usr',
    [
      [
        symlink('lib64', 'usr/lib64'),
        symlink('lib', 'usr/lib'),
        ...LIBC.map(({ name, ...item }) => ({ ...item, name: `usr/${name.toString()}` })),
        { ...WRAPPERS.tini, name: 'tini' },
        SERVER,
      ],
    ],
    {
      expect: 'starts',
      config: { entrypoint: ['/tini', '--', 'server'] },
    },
  ),
  image('bash is wanted and only sh is there', [BUSYBOX, [SERVER, script('#!/bin/bash\nexec "$@"\n')]], {
    expect: 'interpreter-not-found',
    config: { entrypoint: ['/entrypoint.sh'], cmd: ['server'] },
  }),
  image(
    'env bash is wanted and only sh is there',
    [BUSYBOX, [SERVER, script('#!/usr/bin/env bash\nexec "$@"\n'), symlink('usr/bin/env', '/bin/busybox')]],
    {
      expect: 'interpreter-not-found',
      config: { entrypoint: ['/entrypoint.sh'], cmd: ['server'] },
    },
  ),
  image(
    'bash runs the entry script',
    [
      BUSYBOX,
      withLibraries('/bin/bash'),
      [
        SERVER,
        script(
          '#!/bin/bash\nset -Eeuo pipefail\nargs=("$@")\nif [[ "${args[0]}" == -* ]]; then args=(server "${args[@]}"); fi\nexec "${args[@]}"\n',
        ),
      ],
    ],
    {
      expect: 'starts',
      config: { entrypoint: ['/entrypoint.sh'], cmd: ['-x'] },
    },
  ),
  image('a program that a directory replaced', [[SERVER], [directory('usr/local/bin/server')]], {
    expect: LOST,
    config: { entrypoint: ['server'] },
  }),
  image('SHELL of another kind', [BUSYBOX, [SERVER]], {
    expect: LOST,
    config: { entrypoint: ['/bin/bash', '-c', 'server'] },
  }),
];

function opaqueWith(path: string, name: string): TarItem[] {
  return [directory(path), opaque(path), program(`${path}/${name}`, amd64)];
}
