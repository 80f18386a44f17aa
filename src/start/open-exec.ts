/**
 * Finding a file to execute: path resolution with search permission, then what may_open and do_open_execat demand
 * (fs/namei.c, fs/exec.c): a regular file with an x bit for this user.
 */
import type { Entry, Located } from '../rootfs/entry.ts';
import { type IntoMount, resolve, type Resolution } from '../rootfs/resolve.ts';
import type { Execution } from './execution.ts';
import type { AccessRefusal, LookupRefusal, Ownership } from './refusal.ts';
import { mountedAt, mountedPath } from './runtime-mounts.ts';
import type { StepFile } from './start-trace.ts';

export type OpenedExec =
  | { readonly kind: 'opened'; readonly file: StepFile }
  | {
      readonly kind: 'refused';
      readonly refusal: LookupRefusal | AccessRefusal;
      /** What lies there, when it is the file itself that refuses. */
      readonly file: StepFile | null;
    }
  /** Below /proc: whatever a link of the kernel leads to. */
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
    return refused(refusal);
  }
  if (walk.kind === 'runtime-mount') return openMounted(walk);
  if (walk.kind !== 'found') return refused(lookupRefusal(walk));
  const file: StepFile = { path, located: walk.located, hops: walk.hops };
  const refusal = refusalOf(execution, walk.located);
  return refusal === null ? { kind: 'opened', file } : { kind: 'refused', refusal, file };
}

function openMounted(walk: IntoMount): OpenedExec {
  const at = mountedPath(walk);
  switch (mountedAt(walk)) {
    case 'directory':
      return refused({ kind: 'not-a-file', type: 'directory' });
    case 'device':
      return refused({ kind: 'not-a-file', type: 'character-device' });
    case 'stream':
      return refused({ kind: 'not-a-file', type: 'fifo' });
    case 'file':
      return refused({ kind: 'no-execute-permission', owner: { mode: 0o444, uid: 0, gid: 0 } });
    case 'itself':
    case 'linked':
      return { kind: 'outside', at };
    default:
      return refused({ kind: 'missing', at, link: null, mount: `/${at.split('/')[1] ?? ''}` });
  }
}

function refused(refusal: LookupRefusal | AccessRefusal): OpenedExec {
  return { kind: 'refused', refusal, file: null };
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
