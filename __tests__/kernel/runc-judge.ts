/**
 * Asks the real runc, as containerd does: a bundle with docker's default mounts and capabilities, the files of the
 * case as its root. Needs root.
 */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argvOf, environmentOf } from './question.ts';
import { type KernelCase, ROOT } from './kernel-case.ts';
import { writeLayer } from './layer-directory.ts';

export interface RuncAnswer {
  readonly starts: boolean;
  /** What runc or the program wrote. */
  readonly output: string;
}

const CAPABILITIES =
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE'
    .split(' ')
    .map((name) => `CAP_${name}`);

const mount = (destination: string, type: string, ...options: string[]) => ({
  destination,
  type,
  source: type,
  options,
});

const MOUNTS = [
  mount('/proc', 'proc', 'nosuid', 'noexec', 'nodev'),
  mount('/dev', 'tmpfs', 'nosuid', 'strictatime', 'mode=755', 'size=64k'),
  mount('/dev/pts', 'devpts', 'nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'),
  mount('/dev/shm', 'tmpfs', 'nosuid', 'noexec', 'nodev', 'mode=1777', 'size=64k'),
  mount('/dev/mqueue', 'mqueue', 'nosuid', 'noexec', 'nodev'),
  mount('/sys', 'sysfs', 'nosuid', 'noexec', 'nodev', 'ro'),
];
const bind = (destination: string, source: string) => ({
  destination,
  type: 'bind',
  source,
  options: ['rbind', 'rprivate'],
});
const NAMESPACES = ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type }));

export class RuncJudge {
  readonly #home: string = mkdtempSync(join(tmpdir(), 'runc-judge-'));
  #asked = 0;

  /** Layers are written over one another: without whiteouts, and nothing in the place of something else. */
  async ask(question: KernelCase): Promise<RuncAnswer> {
    const bundle = join(this.#home, String(this.#asked++));
    const root = join(bundle, 'rootfs');
    mkdirSync(root, { recursive: true });
    for (const items of question.layers) writeLayer(root, items);
    chmodSync(root, 0o755); // engines make it themselves, whatever a layer says of it
    writeFileSync(join(bundle, 'hosts'), '127.0.0.1 localhost\n');
    mkdirSync(join(bundle, 'volume'));
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(specOf(question, bundle)));
    try {
      return await run(['--root', join(bundle, 'state'), 'run', '--bundle', bundle, `judged-${process.pid}`]);
    } finally {
      rmSync(bundle, { recursive: true, force: true });
    }
  }

  close(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}

function specOf(question: KernelCase, bundle: string) {
  const { workingDir, env = [], volumes = [] } = question.config ?? {};
  const { uid, gid, groups } = question.as ?? ROOT;
  return {
    ociVersion: '1.0.2',
    process: {
      user: { uid, gid, additionalGids: [gid, ...groups] },
      args: argvOf(question),
      env: environmentOf(env).filter((entry) => entry !== 'HOME=/'), // which runc is to set itself
      cwd: workingDir || '/',
      // docker gives them to root alone.
      capabilities: {
        bounding: CAPABILITIES,
        ...(uid === 0 && { effective: CAPABILITIES, permitted: CAPABILITIES }),
      },
    },
    root: { path: 'rootfs' },
    mounts: [
      ...MOUNTS,
      ...volumes.map((path) => bind(join('/', path), join(bundle, 'volume'))),
      bind('/etc/hosts', join(bundle, 'hosts')),
    ],
    linux: { namespaces: NAMESPACES },
  };
}

function run(words: readonly string[]): Promise<RuncAnswer> {
  return new Promise((resolve) => {
    execFile('runc', words, { encoding: 'latin1', timeout: 20_000 }, (error, out, err) =>
      resolve({ starts: error === null, output: out + err }),
    ).stdin?.end();
  });
}
