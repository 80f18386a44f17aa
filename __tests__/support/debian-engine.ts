/**
 * The docker engine of a newer Debian, BuildKit and buildx included, in a tree of its own packages: it runs in a mount
 * namespace and a chroot, without networks, and leaves nothing behind. Needs root.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { runProgram } from '../../src/machine/run-program.ts';
import type { SourceHost } from '../../src/sources/source-host.ts';
import { unpackDebian } from './debian-packages.ts';

const run = promisify(execFile);
const SOCKET = 'unix:///run/engine.sock';

export interface DebianEngine {
  /** Runs the docker command of that Debian at the engine; paths are inside the tree. */
  readonly docker: (...args: string[]) => Promise<{ readonly stdout: string }>;
  /** The same for the guard, whatever program it asks for. */
  readonly runProgram: SourceHost['runProgram'];
  readonly stop: () => Promise<void>;
}

/** What dockerd, containerd, runc, docker and buildx are linked with; their other dependencies are for services. */
const PACKAGES = [
  'docker.io',
  'docker-cli',
  'docker-buildx',
  'containerd',
  'runc',
  'libc6',
  'libcap2',
  'libseccomp2',
  'libsystemd0',
];

export function unpackEngine(tree: string): void {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(tree, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(tree, name));
  }
  unpackDebian({ architecture: 'amd64', suite: 'trixie', packages: PACKAGES }, tree);
  for (const folder of ['dev', 'etc/docker', 'proc', 'run', 'sys', 'tmp', 'var/lib']) {
    mkdirSync(join(tree, folder), { recursive: true });
  }
  writeFileSync(join(tree, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(tree, 'etc/group'), 'root:x:0:\n');
  writeFileSync(join(tree, 'etc/hosts'), '127.0.0.1 localhost\n');
}

/** A chroot must be a mount point, or BuildKit cannot unpack archives in it. */
const ENTER = `mount --make-rprivate / && mount --bind "$0" "$0" && mount -t proc proc "$0/proc" &&
  mount --rbind /sys "$0/sys" && mount --rbind /dev "$0/dev" && mount -t tmpfs tmpfs "$0/tmp" &&
  exec chroot "$0" "$@"`;

export async function startEngine(tree: string, store: 'containerd' | 'classic'): Promise<DebianEngine> {
  const features = { 'containerd-snapshotter': store === 'containerd' };
  writeFileSync(join(tree, 'etc/docker/daemon.json'), JSON.stringify({ features }));
  const folders = ['--data-root', `/var/lib/${store}`, '--exec-root', `/run/${store}`];
  const quiet = ['--pidfile', `/run/${store}.pid`, '--iptables=false', '--ip6tables=false', '--bridge=none'];
  const driver = store === 'containerd' ? 'native' : 'vfs';
  const engine = spawn(
    'unshare',
    [
      '-m',
      'sh',
      '-c',
      ENTER,
      tree,
      'dockerd',
      ...folders,
      ...quiet,
      '--storage-driver',
      driver,
      '-H',
      SOCKET,
    ],
    { stdio: 'ignore', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' } },
  );
  const inside = ['-t', String(engine.pid), '-m', 'chroot', tree, 'docker', '-H', SOCKET];
  const docker: DebianEngine['docker'] = (...args) => run('nsenter', [...inside, ...args]);
  await answers(docker, engine);
  return {
    docker,
    runProgram: (_, args, options) => runProgram('nsenter', [...inside, ...args], options),
    stop: async () => {
      const ended = new Promise((resolve) => engine.once('exit', resolve));
      engine.kill('SIGTERM');
      await ended;
    },
  };
}

async function answers(docker: DebianEngine['docker'], engine: ChildProcess): Promise<void> {
  for (let tries = 0; ; tries++) {
    const isUp = await docker('version').then(
      () => true,
      () => false,
    );
    if (isUp) return;
    if (tries > 100 || engine.exitCode !== null) throw new Error('dockerd does not answer');
    await sleep(200);
  }
}
