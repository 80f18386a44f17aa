/**
 * WORKDIR as docker and runc enter it before the program is looked up: made where it is missing (moby's
 * SetupWorkingDirectory, MkdirAll in prepareRootfs of runc), and entered by root, so that it need not be searchable.
 */
import { canonicalPath, joinPath, parentOf } from '../rootfs/path.ts';
import { resolve } from '../rootfs/resolve.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import type { ConfigRefusal } from './refusal.ts';

export type WorkingDirAnswer =
  | { readonly kind: 'entered'; readonly path: string; readonly rootfs: RootFs }
  | { readonly kind: 'refused'; readonly refusal: ConfigRefusal };

/** @throws {LayerNeeded} when a layer that is not mounted decides. */
export function enterWorkingDir(rootfs: RootFs, workingDir: string): WorkingDirAnswer {
  if (workingDir === '') return { kind: 'entered', path: '/', rootfs };
  if (!workingDir.startsWith('/')) return refused(workingDir, 'it is not an absolute path');
  const walk = resolve(rootfs, workingDir);
  switch (walk.kind) {
    case 'found':
      return walk.located.entry.type === 'directory'
        ? { kind: 'entered', path: walk.located.path, rootfs }
        : refused(walk.located.path, 'it is not a directory');
    case 'not-a-directory':
      return refused(walk.at, `${walk.at} is not a directory`);
    case 'loop':
      return refused(walk.at, 'it leads in a circle of symlinks');
    case 'too-long':
      return refused(walk.at, 'its name is too long');
    case 'runtime-mount':
      return { kind: 'entered', path: canonicalPath(workingDir), rootfs };
    case 'missing': {
      const made = madePath(rootfs, canonicalPath(workingDir));
      return { kind: 'entered', path: made, rootfs: rootfs.withDirectory(made) };
    }
  }
}

/** Where the directory comes to lie: what is there already is followed, the rest is made behind it. */
function madePath(rootfs: RootFs, path: string): string {
  const walk = resolve(rootfs, path);
  if (walk.kind === 'found' || path === '/') return walk.kind === 'found' ? walk.located.path : '/';
  return joinPath(madePath(rootfs, parentOf(path)), path.slice(path.lastIndexOf('/') + 1));
}

function refused(at: string, why: string): WorkingDirAnswer {
  return { kind: 'refused', refusal: { kind: 'unusable-working-dir', at, why } };
}
