/** What lies below /proc, /sys and /dev is the runtime's: docker's default mounts hide whatever the image has there. */
import { directory, file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { PROGRAMS } from '../programs.ts';

const app = program('app', PROGRAMS.amd64);
const NOT_FOUND = 'program-not-found';
const CLOSED = 'not-executable';

/** The container begins in `workingDir`. */
function begins(workingDir: string, expect: string, ...items: readonly TarItem[]): KernelCase {
  const name = ['WORKDIR', workingDir, ...items.map(wordsOf)].join(' ');
  return kernelCase(name, [app, ...items], '/app', expect, { config: { workingDir }, decidedBy: 'runtime' });
}

/** Not every kernel has it; this one has not. */
function doubted(question: KernelCase, here: Pick<KernelCase, 'here'> = {}): KernelCase {
  return { ...question, expect: { warning: NOT_FOUND }, ...here };
}

function executes(path: string, expect: string, ...items: readonly TarItem[]): KernelCase {
  const name = ['the program', path, ...items.map(wordsOf)].join(' ');
  return kernelCase(name, [app, ...items], path, expect, { decidedBy: 'runtime' });
}

function wordsOf({ name, linkName }: TarItem): string {
  return linkName === undefined
    ? `beside ${name.toString()}`
    : `by ${name.toString()} -> ${linkName.toString()}`;
}

const toDev = (target: string) => symlink('srv', target);

export const mountCases: readonly KernelCase[] = [
  ...['/dev', '/dev/shm', '/dev/fd', '/proc', '/proc/self/cwd', '/proc/sys', '/sys/fs/cgroup'].map((path) =>
    begins(path, 'starts'),
  ),
  ...['/dev/x/y', '/dev/shm/x', '/dev/../opt/x'].map((path) => begins(path, 'starts')),
  ...['/dev/null', '/dev/null/x', '/dev/stdin', '/dev/pts/x', '/dev/mqueue/x', '/dev/fd/x'].map((path) =>
    begins(path, NOT_FOUND),
  ),
  ...['/proc/x', '/proc/version', '/proc/self/x', '/proc/self/exe', '/proc/1/x', '/sys/x'].map((path) =>
    begins(path, NOT_FOUND),
  ),
  begins('/proc/x', NOT_FOUND, directory('proc/x')),
  begins('/dev/x', 'starts', file('dev/x')),
  begins('/srv', 'starts', toDev('/dev/shm')),
  begins('/srv/x', 'starts', toDev('/dev/shm')),
  begins('/srv', NOT_FOUND, toDev('/dev/x')),
  begins('/srv', NOT_FOUND, toDev('/dev/null')),
  begins('/srv', NOT_FOUND, toDev('/proc/x')),
  doubted(begins('/sys/fs/cgroup/x', NOT_FOUND), { here: 'ends' }),
  // docker cleans the path before anybody looks, containerd does not.
  doubted(begins('/proc/x/../../srv', NOT_FOUND), { here: 'ends' }),
  doubted(begins('/f/../srv', NOT_FOUND, file('f')), { here: 'ends' }),
  {
    ...kernelCase('a relative program in a WORKDIR that is hidden', [], './app', NOT_FOUND, {
      config: { workingDir: '/dev/x' },
      decidedBy: 'runtime',
    }),
    layers: [[program('dev/x/app', PROGRAMS.amd64)]],
  },

  ...['/dev/null', '/dev/tty', '/dev/stdin', '/dev/fd/0', '/dev', '/proc/self', '/proc/version'].map((path) =>
    executes(path, CLOSED),
  ),
  ...['/dev/app', '/dev/shm/app', '/proc/app', '/proc/self/app', '/sys/app'].map((path) =>
    executes(path, NOT_FOUND, program(path.slice(1), PROGRAMS.amd64)),
  ),
  executes('/dev/../app', 'starts'),
  executes('/srv', CLOSED, toDev('/dev/null')),
  executes('/srv', NOT_FOUND, toDev('/dev/app')),
  {
    ...kernelCase('PATH leads into a mount first', [program('usr/bin/app', PROGRAMS.amd64)], 'app', 'starts'),
    config: { entrypoint: ['app'], env: ['PATH=/dev:/proc:/sys:/usr/bin'] },
  },
  kernelCase('a #! line with a device', [program('app', '#!/dev/null\n')], '/app', CLOSED),
  kernelCase('a #! line into a mount', [program('app', '#!/dev/sh\n')], '/app', 'interpreter-not-found'),
];
