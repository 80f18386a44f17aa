/**
 * open(2) of a library by the process's user, and the look at its first bytes that follows: `open_verify` and
 * `_dl_map_object_from_fd` of glibc's elf/dl-load.c, `map_library` of musl's ldso/dynlink.c.
 */
import { PT_DYNAMIC, PT_LOAD } from '../elf/constants.ts';
import type { ElfFacts } from '../elf/elf-facts.ts';
import { resolve } from '../rootfs/resolve.ts';
import type { Located } from '../rootfs/rootfs.ts';
import type { ProcessView } from './link-map.ts';
import type { StepFile } from './start-trace.ts';

export type Opened =
  | { readonly kind: 'file'; readonly file: StepFile }
  /** ENOENT, ENOTDIR. */
  | { readonly kind: 'absent'; readonly at: string }
  /** EACCES: `at` may not be searched or read. */
  | { readonly kind: 'denied'; readonly at: string }
  /** ELOOP, ENAMETOOLONG. */
  | { readonly kind: 'unusable'; readonly at: string; readonly error: string }
  /** Below /proc, /sys or /dev: not the image's. */
  | { readonly kind: 'outside'; readonly at: string };

export function openFile(process: ProcessView, path: string): Opened {
  const walk = resolve(process.rootfs, path, { from: process.workingDir });
  const closed = walk.directories.find((directory) => !process.access.maySearch(directory));
  if (closed !== undefined) return { kind: 'denied', at: closed.path };
  switch (walk.kind) {
    case 'found':
      return process.access.mayRead(walk.located)
        ? { kind: 'file', file: { path, located: walk.located, hops: walk.hops } }
        : { kind: 'denied', at: walk.located.path };
    case 'loop':
      return { kind: 'unusable', at: walk.at, error: 'Too many levels of symbolic links' };
    case 'too-long':
      return { kind: 'unusable', at: walk.at, error: 'File name too long' };
    case 'runtime-mount':
      return { kind: 'outside', at: walk.at };
    default:
      return { kind: 'absent', at: walk.at };
  }
}
