/** What real engines make of layers: containerd's and buildah's unpackers and overlayfs, read back from their mounts. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeBytes } from '../../src/base/plain-text.ts';
import type { Digest } from '../../src/oci/digest.ts';
import type { Entry } from '../../src/rootfs/entry.ts';
import { type BuiltLayer, sha256Of } from './layer-builder.ts';

/** Path -> one line of what stat(2) and readlink(2) say. */
export type Tree = ReadonlyMap<string, string>;

export function describeEntry({ type, mode, uid, gid, size, target }: Entry): string {
  return describeInode(type, type === 'symlink' ? 0o777 : mode, uid, gid, size, target ?? '');
}

function describeInode(
  type: string,
  mode: number,
  uid: number,
  gid: number,
  size: number,
  target: string,
): string {
  return `${type} ${mode.toString(8)} ${uid}:${gid} ${size} ${target}`.trimEnd();
}

/** Everything below a directory of this machine, the directory itself as `/`. Names are bytes, as in `decodeBytes`. */
export function treeOf(root: string): Tree {
  const tree = new Map<string, string>();
  const visit = (bytes: string): void => {
    const path = Buffer.concat([Buffer.from(root), Buffer.from(bytes, 'latin1')]);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return; // overlayfs lists some whiteouts that nobody can look up
    const type = typeOf(stats);
    const target = type === 'symlink' ? decodeBytes(readlinkSync(path, { encoding: 'buffer' })) : '';
    const size = type === 'file' ? stats.size : 0;
    tree.set(
      decodeBytes(Buffer.from(bytes, 'latin1')),
      describeInode(type, stats.mode & 0o7777, stats.uid, stats.gid, size, target),
    );
    if (type !== 'directory') return;
    for (const name of readdirSync(path, { encoding: 'latin1' }))
      visit(`${bytes === '/' ? '' : bytes}/${name}`);
  };
  visit('/');
  return tree;
}

function typeOf(stats: Stats): string {
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isFIFO()) return 'fifo';
  if (stats.isCharacterDevice()) return 'character-device';
  return stats.isBlockDevice() ? 'block-device' : 'file';
}

/** Why an engine did not take the layers: its last words. */
export class EngineRefused extends Error {}

export interface Engine {
  readonly name: string;
  /** Layers lowest first. @throws {EngineRefused} */
  unpack(layers: readonly BuiltLayer[]): Promise<Tree>;
  stop(): Promise<void>;
}

const execute = promisify(execFile);

async function run(command: string, args: readonly string[]): Promise<string> {
  try {
    return (await execute(command, [...args], { encoding: 'utf8' })).stdout;
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new EngineRefused(words.trim().split('\n').at(-1) ?? '');
  }
}

/** An OCI image layout of one image, tagged `t`. */
export function writeLayout(directory: string, layers: readonly BuiltLayer[]): void {
  mkdirSync(join(directory, 'blobs/sha256'), { recursive: true });
  const put = (bytes: Buffer, mediaType: string): { mediaType: string; digest: Digest; size: number } => {
    const digest = sha256Of(bytes);
    writeFileSync(join(directory, 'blobs/sha256', digest.slice(7)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const json = (value: unknown, mediaType: string): { mediaType: string; digest: Digest; size: number } =>
    put(Buffer.from(JSON.stringify(value)), `application/vnd.oci.image.${mediaType}`);
  const diffIds = layers.map(({ diffId }) => diffId);
  const config = json(
    { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: diffIds } },
    'config.v1+json',
  );
  const descriptors = layers.map(({ bytes, descriptor }) => put(bytes, descriptor.mediaType));
  const manifest = json(
    {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config,
      layers: descriptors,
    },
    'manifest.v1+json',
  );
  const annotations = { 'org.opencontainers.image.ref.name': 't', 'io.containerd.image.name': 'local/t:t' };
  writeFileSync(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(directory, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ ...manifest, annotations, platform: { architecture: 'amd64', os: 'linux' } }],
    }),
  );
}

/** containerd with its overlayfs snapshotter, as Kubernetes and Docker since 29 unpack. */
export async function startContainerd(): Promise<Engine> {
  const home = mkdtempSync(join(tmpdir(), 'containerd-'));
  const socket = join(home, 'sock');
  const config = `version = 2
root = "${home}/root"
state = "${home}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
address = "${socket}"
`;
  writeFileSync(join(home, 'config.toml'), config);
  const daemon = spawn('containerd', ['--config', join(home, 'config.toml')], { stdio: 'ignore' });
  const ctr = (...args: readonly string[]): Promise<string> => run('ctr', ['-a', socket, ...args]);
  await answering(() => ctr('version'));
  let count = 0;
  return {
    name: 'containerd',
    async unpack(layers) {
      const folder = join(home, `image-${count++}`);
      writeLayout(folder, layers);
      await run('tar', ['-C', folder, '-cf', `${folder}.tar`, '.']);
      rmSync(folder, { recursive: true });
      await ctr('images', 'import', '--snapshotter', 'overlayfs', `${folder}.tar`);
      rmSync(`${folder}.tar`);
      mkdirSync(folder);
      try {
        await ctr('images', 'mount', '--snapshotter', 'overlayfs', 'local/t:t', folder);
        const tree = treeOf(folder);
        await ctr('images', 'unmount', '--rm', folder);
        return tree;
      } finally {
        await run('ctr', ['-a', socket, 'images', 'rm', 'local/t:t']);
      }
    },
    async stop() {
      await ended(daemon);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** buildah (containers-storage), as Podman and CRI-O unpack. */
export function startBuildah(driver: 'overlay' | 'vfs'): Engine {
  const home = join(tmpdir(), `buildah-${process.pid}`); // buildah makes a name of it: lower case only
  mkdirSync(home, { mode: 0o700 });
  const storage = ['--root', `${home}/root`, '--runroot', `${home}/run`, '--storage-driver', driver];
  const buildah = async (...args: readonly string[]): Promise<string> =>
    (await run('buildah', [...storage, ...args])).trim();
  let count = 0;
  return {
    name: `buildah (${driver})`,
    async unpack(layers) {
      const folder = join(home, `image-${count++}`);
      writeLayout(folder, layers);
      try {
        const container = await buildah('from', '--pull-always', `oci:${folder}:t`);
        const tree = treeOf(await buildah('mount', container));
        await buildah('umount', container);
        await buildah('rm', container);
        return tree;
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    async stop() {
      await run('sh', ['-c', `umount "${home}"/root/overlay 2>/dev/null; rm -rf "${home}"`]);
    },
  };
}

async function answering(ask: () => Promise<unknown>): Promise<void> {
  for (let left = 100; ; left--) {
    try {
      await ask();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function ended(daemon: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    daemon.once('exit', () => resolve());
    daemon.kill('SIGTERM');
  });
}
