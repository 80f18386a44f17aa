/**
 * Path resolution inside the image, as path_resolution(7) does it in a chroot: symlinks are followed (at most 40),
 * `..` of the root is the root, every directory on the way is recorded because it must be searchable.
 */
import { LIMITS } from '../base/limits.ts';
import { byteLengthOf, joinPath, parentOf } from './path.ts';
import type { Located } from './entry.ts';
import type { RootFs } from './rootfs.ts';

/** One symlink that was followed. */
export interface Hop {
  readonly path: string;
  readonly target: string;
}

export type Resolution =
  | ({ readonly kind: 'found'; readonly located: Located } & Walk)
  /** ENOENT: nothing at `at`. */
  | ({ readonly kind: 'missing'; readonly at: string } & Walk)
  /** ENOTDIR: `at` is used as a directory and is none. */
  | ({ readonly kind: 'not-a-directory'; readonly at: string } & Walk)
  /** ELOOP: more than 40 symlinks. */
  | ({ readonly kind: 'loop'; readonly at: string } & Walk)
  /** ENAMETOOLONG. */
  | ({ readonly kind: 'too-long'; readonly at: string } & Walk)
  /** Below /proc, /sys or /dev: the runtime mounts something over whatever the image has there. */
  | ({ readonly kind: 'runtime-mount' } & IntoMount & Walk);

/** Where the image ends: `at` is a mount or lies below one, `rest` is what was still to be looked up from there. */
export interface IntoMount {
  readonly at: string;
  readonly rest: readonly string[];
}

interface Walk {
  /** Symlinks followed, in order. */
  readonly hops: readonly Hop[];
  /** Directories searched, in order: each needs the x bit for the user. */
  readonly directories: readonly Located[];
}

const RUNTIME_MOUNTS = /^\/(?:proc|sys|dev)(?:\/|$)/;
const NAME_MAX = 255;

export interface ResolveOptions {
  /** What a relative path starts from; canonical and absolute. Default `/`. */
  readonly from?: string;
  /** `stay` gives the symlink itself when the last component is one. Default `follow`. */
  readonly lastSymlink?: 'follow' | 'stay';
  /** `passed-over`: as the image is, before anything is mounted. Default `seen`. */
  readonly mounts?: 'seen' | 'passed-over';
}

/** @throws {LayerNeeded} when a layer that is not mounted decides. */
export function resolve(rootfs: RootFs, path: string, options: ResolveOptions = {}): Resolution {
  const hops: Hop[] = [];
  const directories: Located[] = [];
  const walk: Walk = { hops, directories };
  const from = options.from ?? '/';
  if (path === '') return { kind: 'missing', at: from, ...walk };
  if (byteLengthOf(path) >= LIMITS.pathBytes) return { kind: 'too-long', at: path.slice(0, 80), ...walk };

  const isMount = (at: string) => options.mounts !== 'passed-over' && RUNTIME_MOUNTS.test(at);
  const pending = componentsOf(path);
  let current = path.startsWith('/') ? '/' : from;
  for (;;) {
    if (isMount(current)) {
      const isOut = pending.at(-1) === '..' && parentOf(current) === '/';
      if (!isOut) return { kind: 'runtime-mount', at: current, rest: pending.toReversed(), ...walk };
      pending.pop();
      current = '/';
      continue;
    }
    const here = rootfs.lookup(current);
    const name = pending.pop();
    if (here === null) return { kind: 'missing', at: current, ...walk };
    if (name === undefined) return { kind: 'found', located: here, ...walk };
    if (here.entry.type !== 'directory') return { kind: 'not-a-directory', at: current, ...walk };
    directories.push(here);
    if (name === '' || name === '.') continue;
    if (name === '..') {
      current = parentOf(current);
      continue;
    }
    const next = joinPath(current, name);
    if (byteLengthOf(name) > NAME_MAX) return { kind: 'too-long', at: next, ...walk };
    const found = isMount(next) ? null : rootfs.lookup(next);
    const isLast = pending.length === 0;
    if (found?.entry.type !== 'symlink' || (isLast && options.lastSymlink === 'stay')) {
      current = next;
      continue;
    }
    const target = found.entry.target ?? '';
    if (hops.length >= LIMITS.symlinkHops) return { kind: 'loop', at: next, ...walk };
    hops.push({ path: next, target });
    if (target === '') return { kind: 'missing', at: next, ...walk };
    pending.push(...componentsOf(target));
    if (target.startsWith('/')) current = '/';
  }
}

/** Components in reverse, for a stack; a trailing slash leaves a last empty one, which demands a directory. */
function componentsOf(path: string): string[] {
  return path
    .split('/')
    .filter((part, index, parts) => part !== '' || (index === parts.length - 1 && index > 0))
    .reverse();
}
