/** What runc says of a WORKDIR that it can neither find nor make: os.MkdirAll of Go, from the shortest path on. */
import { type IntoMount, resolve } from '../rootfs/resolve.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import { mountedAt, mountedPath } from './runtime-mounts.ts';

/** @throws {LayerNeeded} when a layer that is not mounted decides. */
export function makingErrorOf(rootfs: RootFs, directory: string): string {
  let path = '';
  for (const name of directory.split('/').filter((part) => part !== '')) {
    path += `/${name}`;
    const error = errnoOf(rootfs, path);
    if (error !== null) return `mkdir ${path}: ${error}`;
  }
  return `mkdir ${directory}: no such file or directory`;
}

/** null: it is a directory, or becomes one. stat(2) follows a link that mkdir(2) then finds in its way. */
function errnoOf(rootfs: RootFs, path: string): string | null {
  const walk = resolve(rootfs, path);
  const isThere = resolve(rootfs, path, { lastSymlink: 'stay' }).kind === 'found';
  switch (walk.kind) {
    case 'found':
      return walk.located.entry.type === 'directory' ? null : 'not a directory';
    case 'too-long':
      return 'file name too long';
    case 'runtime-mount':
      return errnoBelow(walk, isThere);
    default:
      return isThere ? 'file exists' : null;
  }
}

/** `isThere`: a link that leads below the mount. */
function errnoBelow(place: IntoMount, isThere: boolean): string | null {
  switch (mountedAt(place)) {
    case 'directory':
    case 'linked':
    case 'up-to-the-host':
      return null;
    case 'room':
      return isThere ? 'file exists' : null;
    case 'nothing':
      return isThere ? 'file exists' : refusalOf(mountedPath(place));
    default:
      return 'not a directory';
  }
}

/** Each file system in its own way; /dev/fd is a link into /proc. */
function refusalOf(path: string): string {
  if (path.startsWith('/sys/')) return 'read-only file system';
  return /^\/dev\/(?!fd\/)/.test(path) ? 'operation not permitted' : 'no such file or directory';
}
