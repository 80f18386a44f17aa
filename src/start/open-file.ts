/** open(2) of a file by the user of the process, for reading. */
import type { Entry } from '../rootfs/entry.ts';
import { resolve, type Resolution } from '../rootfs/resolve.ts';
import type { Execution } from './execution.ts';
import { mountedAt, mountedPath } from './runtime-mounts.ts';
import type { StepFile, Unreadable } from './start-trace.ts';

export type Opened =
  | { readonly kind: 'file'; readonly file: StepFile }
  | { readonly kind: 'absent'; readonly at: string; readonly error: 'ENOENT' | 'ENOTDIR' }
  /** EACCES: `at` may not be searched or read. */
  | { readonly kind: 'denied'; readonly at: string }
  /** ELOOP, ENAMETOOLONG. */
  | { readonly kind: 'unusable'; readonly at: string; readonly error: 'ELOOP' | 'ENAMETOOLONG' }
  /** Below /proc, /sys or /dev: not the image's. */
  | { readonly kind: 'outside'; readonly at: string };

/** What a loader that looks there finds is not the image's. */
export function outsideOf(at: string): Unreadable {
  return { path: at, why: 'the host decides what is there' };
}

export function openFile(execution: Execution, path: string): Opened {
  const walk = resolve(execution.rootfs, path, { from: execution.workingDir });
  const closed = walk.directories.find((directory) => !execution.access.maySearch(directory));
  if (closed !== undefined) return { kind: 'denied', at: closed.path };
  switch (walk.kind) {
    case 'found':
      return execution.access.mayRead(walk.located)
        ? { kind: 'file', file: { path, located: walk.located, hops: walk.hops } }
        : { kind: 'denied', at: walk.located.path };
    case 'loop':
      return { kind: 'unusable', at: walk.at, error: 'ELOOP' };
    case 'too-long':
      return { kind: 'unusable', at: walk.at, error: 'ENAMETOOLONG' };
    case 'runtime-mount':
      return openMounted(path, walk);
    default:
      return { kind: 'absent', at: walk.at, error: walk.kind === 'missing' ? 'ENOENT' : 'ENOTDIR' };
  }
}

/** Whatever reads it finds nothing: administrators mask files with it. */
const NULL_DEVICE: Entry = {
  type: 'file',
  mode: 0o666,
  uid: 0,
  gid: 0,
  size: 0,
  content: { kind: 'empty' },
};

function openMounted(path: string, walk: Extract<Resolution, { readonly kind: 'runtime-mount' }>): Opened {
  const at = mountedPath(walk);
  if (at === '/dev/null') {
    return {
      kind: 'file',
      file: { path, located: { path: at, entry: NULL_DEVICE, layer: null }, hops: walk.hops },
    };
  }
  const mounted = mountedAt(walk);
  return mounted === 'room' || mounted === 'nothing'
    ? { kind: 'absent', at, error: 'ENOENT' }
    : { kind: 'outside', at };
}
