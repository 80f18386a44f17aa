/**
 * Finding a file to execute: path resolution with search permission, then what may_open and do_open_execat demand
 * (fs/namei.c, fs/exec.c): a regular file with an x bit for this user.
 */
import type { Entry } from '../rootfs/entry.ts';
import { resolve, type Resolution } from '../rootfs/resolve.ts';
import type { Located } from '../rootfs/rootfs.ts';
import type { Execution } from './execution.ts';
import type { AccessRefusal, LookupRefusal, Ownership } from './refusal.ts';
import type { StepFile } from './start-trace.ts';

export type OpenedExec =
  | { readonly kind: 'opened'; readonly file: StepFile }
  | {
      readonly kind: 'refused';
      readonly refusal: LookupRefusal | AccessRefusal;
      /** What lies there, when it is the file itself that refuses. */
      readonly file: StepFile | null;
    }
  /** Below /proc, /sys or /dev: not the image's. */
  | { readonly kind: 'outside'; readonly at: string };

/** open_exec: an empty path is the working directory itself. @throws {LayerNeeded} */
export function openExec(execution: Execution, path: string): OpenedExec {
  const walk = resolve(execution.rootfs, path === '' ? '.' : path, { from: execution.workingDir });
  const closed = walk.directories.find((directory) => !execution.access.maySearch(directory));
  if (closed !== undefined) {
    const refusal: AccessRefusal = {
      kind: 'not-searchable',
      at: closed.path,
      owner: ownershipOf(closed.entry),
    };
    return { kind: 'refused', refusal, file: null };
  }
  if (walk.kind === 'runtime-mount') return { kind: 'outside', at: walk.at };
  if (walk.kind !== 'found') return { kind: 'refused', refusal: lookupRefusal(walk), file: null };
  const file: StepFile = { path, located: walk.located, hops: walk.hops };
  const refusal = refusalOf(execution, walk.located);
  return refusal === null ? { kind: 'opened', file } : { kind: 'refused', refusal, file };
}

export function lookupRefusal(
  walk: Exclude<Resolution, { readonly kind: 'found' | 'runtime-mount' }>,
): LookupRefusal {
  switch (walk.kind) {
    case 'missing':
      return { kind: 'missing', at: walk.at, link: walk.hops.at(-1) ?? null };
    case 'not-a-directory':
      return { kind: 'not-a-directory', at: walk.at };
    case 'loop':
      return { kind: 'symlink-loop', at: walk.at };
    case 'too-long':
      return { kind: 'name-too-long', at: walk.at };
  }
}

function refusalOf({ access }: Execution, located: Located): AccessRefusal | null {
  const { entry } = located;
  if (entry.type !== 'file' && entry.type !== 'symlink') return { kind: 'not-a-file', type: entry.type };
  return access.mayExecute(located) ? null : { kind: 'no-execute-permission', owner: ownershipOf(entry) };
}

export function ownershipOf({ mode, uid, gid, accessList }: Entry): Ownership {
  return { mode, uid, gid, ...(accessList && { isListed: true }) };
}
