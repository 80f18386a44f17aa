/**
 * WORKDIR as docker and runc enter it before the program is looked up: made where it is missing (moby's
 * SetupWorkingDirectory, MkdirAll in prepareRootfs of runc), and entered by root, so that it need not be searchable.
 */
import { canonicalPath, joinPath, parentOf } from '../rootfs/path.ts';
import { type Hop, type Resolution, resolve } from '../rootfs/resolve.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import { makingErrorOf } from './making-directories.ts';
import type { UnusableWorkingDir } from './refusal.ts';
import { mountedAt, mountedPath } from './runtime-mounts.ts';

/** `doubt`: why some runtimes refuse it all the same. */
type Answer<Refusal> =
  | {
      readonly kind: 'entered';
      readonly path: string;
      readonly rootfs: RootFs;
      readonly doubt: Refusal | null;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };
type Unusable = Omit<UnusableWorkingDir, 'error'>;

export type WorkingDirAnswer = Answer<UnusableWorkingDir>;

/** @throws {LayerNeeded} when a layer that is not mounted decides. */
export function enterWorkingDir(rootfs: RootFs, workingDir: string): WorkingDirAnswer {
  const answer = answerFor(rootfs, workingDir);
  const said = (refusal: Unusable) => ({ ...refusal, error: errorOf(rootfs, workingDir) });
  return answer.kind === 'refused'
    ? { kind: 'refused', refusal: said(answer.refusal) }
    : { ...answer, doubt: answer.doubt && said(answer.doubt) };
}

function errorOf(rootfs: RootFs, workingDir: string): string {
  return workingDir.startsWith('/') ? makingErrorOf(rootfs, workingDir) : 'Cwd must be an absolute path';
}

function answerFor(rootfs: RootFs, workingDir: string): Answer<Unusable> {
  if (workingDir === '') return { kind: 'entered', path: '/', rootfs, doubt: null };
  if (!workingDir.startsWith('/')) return refused(workingDir, 'it is not an absolute path');
  const answer = enter(rootfs, workingDir);
  if (answer.kind === 'entered') return answer;
  // docker cleans the path as text (filepath.Clean) before anybody looks at what it leads through.
  const cleaned = enter(rootfs, canonicalPath(workingDir));
  return cleaned.kind === 'refused' ? answer : { ...cleaned, doubt: doubtful(answer.refusal) };
}

function enter(rootfs: RootFs, workingDir: string): Answer<Unusable> {
  const walk = resolve(rootfs, workingDir);
  const isMade = walk.kind === 'missing' || walk.kind === 'runtime-mount';
  return isMade ? makeAll(rootfs, workingDir, '/') : answerOf(rootfs, walk);
}

function answerOf(rootfs: RootFs, walk: Exclude<Resolution, { kind: 'missing' }>): Answer<Unusable> {
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
      return enterMounted(rootfs, walk);
  }
}

/** /dev has room for directories; behind a link there is something already, which is none. */
function enterMounted(
  rootfs: RootFs,
  walk: Extract<Resolution, { readonly kind: 'runtime-mount' }>,
): Answer<Unusable> {
  const path = mountedPath(walk);
  const entered = { kind: 'entered', path, rootfs, doubt: null } as const;
  const missing = refused(path, `no directory is at ${path}, and none can be made there`);
  switch (mountedAt(walk)) {
    case 'directory':
      return entered;
    case 'room':
      return walk.hops.length === 0 ? entered : missing;
    case 'nothing':
      return missing;
    case 'linked':
    case 'up-to-the-host':
      return { ...entered, doubt: doubtful(missing.refusal) };
    default:
      return refused(path, `${path} is not a directory`);
  }
}

/** One component after the other: what is there is followed, the rest is made behind it. */
function makeAll(rootfs: RootFs, path: string, from: string): Answer<Unusable> {
  let made: Answer<Unusable> = {
    kind: 'entered',
    path: path.startsWith('/') ? '/' : from,
    rootfs,
    doubt: null,
  };
  for (const name of path.split('/')) {
    const walk = resolve(made.rootfs, name === '' ? '.' : name, { from: made.path });
    const link = walk.hops.at(-1);
    const next: Answer<Unusable> =
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

function makeOne(rootfs: RootFs, path: string): Answer<Unusable> {
  return { kind: 'entered', path, rootfs: rootfs.withDirectory(path), doubt: null };
}

/** docker makes what a link leads to; runc alone, as under containerd, asks mkdir(2) for the link, which is there. */
function makeBehind(rootfs: RootFs, { path, target }: Hop): Answer<Unusable> {
  const made = makeAll(rootfs, target, parentOf(path));
  if (made.kind === 'refused') return made;
  const why = `the symlink ${path} leads to ${target}, where nothing is: docker makes that directory, containerd does not`;
  return { ...made, doubt: { kind: 'unusable-working-dir', at: path, why, certainty: 'possible' } };
}

function doubtful(refusal: Unusable): Unusable {
  return { ...refusal, certainty: 'possible' };
}

function refused(at: string, why: string): Extract<Answer<Unusable>, { readonly kind: 'refused' }> {
  return { kind: 'refused', refusal: { kind: 'unusable-working-dir', at, why, certainty: 'certain' } };
}
