/** Where the program is looked for: PATH, WORKDIR, symlinks. */
import { directory, hardLink, opaque, symlink, whiteout } from '../../support/layer-builder.ts';
import { type KernelCase, program } from '../kernel-case.ts';
import { PROGRAMS } from '../programs.ts';

const { amd64 } = PROGRAMS;
const notFound = { error: 'program-not-found' } as const;

export const findingCases: readonly KernelCase[] = [
  {
    name: 'an absolute path',
    layers: [[program('app', amd64)]],
    config: { entrypoint: ['/app'] },
    expect: 'starts',
  },
  { name: 'only CMD', layers: [[program('app', amd64)]], config: { cmd: ['/app'] }, expect: 'starts' },
  {
    name: 'ENTRYPOINT of an empty word is none',
    layers: [[program('app', amd64)]],
    config: { entrypoint: [''], cmd: ['/app'] },
    expect: 'starts',
    decidedBy: 'runtime',
  },
  {
    name: 'neither ENTRYPOINT nor CMD',
    layers: [[program('app', amd64)]],
    expect: { error: 'no-start-command' },
    decidedBy: 'runtime',
  },
  {
    name: 'nothing at the path',
    layers: [[program('app', amd64)]],
    config: { entrypoint: ['/other'] },
    expect: notFound,
    kernel: 'lookup ENOENT',
  },
  {
    name: 'a name in the default PATH',
    layers: [[program('usr/local/bin/app', amd64)]],
    config: { entrypoint: ['app'] },
    expect: 'starts',
  },
  {
    name: 'a whiteout takes the program away',
    layers: [[program('app', amd64)], [whiteout('app')]],
    config: { entrypoint: ['/app'] },
    expect: notFound,
  },
  {
    name: 'an opaque directory hides the program',
    layers: [[program('opt/app', amd64)], [opaque('opt')]],
    config: { entrypoint: ['/opt/app'] },
    expect: notFound,
  },
  {
    name: 'a hard link',
    layers: [[program('app', amd64), hardLink('usr/bin/x', 'app', { mode: 0o755 })]],
    config: { entrypoint: ['x'] },
    expect: 'starts',
  },
  {
    name: 'a symlink chain',
    layers: [
      [program('opt/v1/app', amd64), symlink('opt/current', 'v1'), symlink('app', '/opt/current/app')],
    ],
    config: { entrypoint: ['/app'] },
    expect: 'starts',
  },
  {
    name: 'a directory',
    layers: [[directory('app')]],
    config: { entrypoint: ['/app'] },
    expect: { error: 'not-executable' },
    kernel: 'lookup EISDIR',
  },
];
