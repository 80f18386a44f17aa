/**
 * WORKDIR as docker and runc enter it before the program is looked up: made where it is missing (moby's
 * SetupWorkingDirectory, MkdirAll in prepareRootfs of runc), and entered by root, so that it need not be searchable.
 */
import { canonicalPath, joinPath, parentOf } from '../rootfs/path.ts';
import { type Hop, type Resolution, resolve } from '../rootfs/resolve.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import type { UnusableWorkingDir } from './refusal.ts';

export type WorkingDirAnswer =
  /** `doubt`: why some runtimes refuse it all the same. */
  | {
      readonly kind: 'entered';
      readonly path: string;
      readonly rootfs: RootFs;
      readonly doubt: UnusableWorkingDir | null;
    }
  | { readonly kind: 'refused'; readonly refusal: UnusableWorkingDir };

/** @throws {LayerNeeded} when a layer that is not mounted decides. */
export function enterWorkingDir(rootfs: RootFs, workingDir: string): WorkingDirAnswer {
  if (workingDir === '') return { kind: 'entered', path: '/', rootfs, doubt: null };
  if (!workingDir.startsWith('/')) return refused(workingDir, 'it is not an absolute path');
  const walk = resolve(rootfs, workingDir);
  if (walk.kind === 'runtime-mount') {
    return { kind: 'entered', path: canonicalPath(workingDir), rootfs, doubt: null };
  }
  return walk.kind === 'missing' ? makeAll(rootfs, workingDir, '/') : answerOf(rootfs, walk);
}

function answerOf(rootfs: RootFs, walk: Exclude<Resolution, { kind: 'missing' }>): WorkingDirAnswer {
  switch (walk.kind) {
    case 'found':
      return walk.located.entry.type === 'directory'
        ? { kind: 'entered', path: walk.located.path, rootfs, doubt: null }
        : refused(walk.located.path, 'it is not a directory');
    case 'not-a-directory':
      return refused(walk.at, `${walk.at} is not a directory`);
    case 'loop':
      return refused(walk.at, 'it leads in a circle of symlinks');
    case 'too-long':
      return refused(walk.at, 'its name is too long');
    case 'runtime-mount':
      return { kind: 'entered', path: walk.at, rootfs, doubt: null };
  }
}

/** One component after the other: what is there is followed, the rest is made behind it. */
function makeAll(rootfs: RootFs, path: string, from: string): WorkingDirAnswer {
  let made: WorkingDirAnswer = {
    kind: 'entered',
    path: path.startsWith('/') ? '/' : from,
    rootfs,
    doubt: null,
  };
  for (const name of path.split('/')) {
    const walk = resolve(made.rootfs, name === '' ? '.' : name, { from: made.path });
    const link = walk.hops.at(-1);
    const next: WorkingDirAnswer =
      walk.kind !== 'missing'
        ? answerOf(made.rootfs, walk)
        : link === undefined
          ? makeOne(made.rootfs, joinPath(made.path, name))
          : makeBehind(made.rootfs, link);
    if (next.kind === 'refused') return next;
    made = { ...next, doubt: made.doubt ?? next.doubt };
  }
  return made;
}

function makeOne(rootfs: RootFs, path: string): WorkingDirAnswer {
  return { kind: 'entered', path, rootfs: rootfs.withDirectory(path), doubt: null };
}

/** docker makes what a link leads to; runc alone, as under containerd, asks mkdir(2) for the link, which is there. */
function makeBehind(rootfs: RootFs, { path, target }: Hop): WorkingDirAnswer {
  const made = makeAll(rootfs, target, parentOf(path));
  if (made.kind === 'refused') return made;
  const why = `the symlink ${path} leads to ${target}, where nothing is: docker makes that directory, containerd does not`;
  return { ...made, doubt: { kind: 'unusable-working-dir', at: path, why, certainty: 'possible' } };
}

function refused(at: string, why: string): WorkingDirAnswer {
  return { kind: 'refused', refusal: { kind: 'unusable-working-dir', at, why, certainty: 'certain' } };
}
