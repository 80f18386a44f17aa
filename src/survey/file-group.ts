/** Files that have one cause, put together: a bad download is one finding, and so are ten thousand bad files. */
import type { Digest } from '../oci/digest.ts';
import { parentOf } from '../rootfs/path.ts';

export interface FileGroup {
  /** The file itself when it is only one, else the directory below which all of them lie. */
  readonly path: string;
  /** The layer that brought them; null for what many layers did. */
  readonly layer: Digest | null;
  readonly count: number;
  /** Some of them, in order. */
  readonly paths: readonly string[];
}

interface Member {
  readonly path: string;
  readonly layer: Digest | null;
}

/** So many of a group's files are named. */
const SHOWN = 8;
/** So many directories of one layer are told apart; more become one group. */
const DIRECTORIES = 6;
/** Likewise layers with one cause. */
const LAYERS = 12;

/** Groups of files that have `keyOf` and layer in common, each split by directory where those are few. */
export function groupFiles<File extends Member>(
  files: readonly File[],
  keyOf: (file: File) => string,
): readonly (readonly [FileGroup, File])[] {
  return [...Map.groupBy(files, keyOf).values()].flatMap((members) => {
    const byLayer = [...Map.groupBy(members, ({ layer }) => layer).values()];
    return (byLayer.length > LAYERS ? [members] : byLayer).flatMap(byDirectory);
  });
}

function byDirectory<File extends Member>(members: readonly File[]): (readonly [FileGroup, File])[] {
  const directories = [...Map.groupBy(members, ({ path }) => unitOf(path)).values()];
  return (directories.length > DIRECTORIES ? [members] : directories).flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [[groupOf(group), first] as const];
  });
}

function groupOf(members: readonly Member[]): FileGroup {
  const paths = members.map(({ path }) => path).sort();
  const [first = '/', ...others] = paths;
  const path = others.length === 0 ? first : paths.map(unitOf).reduce(commonDirectory);
  const [layer = null, ...more] = new Set(members.map((member) => member.layer));
  return { path, layer: more.length > 0 ? null : layer, count: paths.length, paths: paths.slice(0, SHOWN) };
}

/** The package that a file of node_modules or site-packages belongs to, else its directory. */
export function unitOf(path: string): string {
  const inPackage = /^(.*\/(?:node_modules\/(?:@[^/]+\/)?|(?:site|dist)-packages\/)[^/]+)\//.exec(path);
  return inPackage?.[1] ?? parentOf(path);
}

function commonDirectory(one: string, other: string): string {
  let common = one;
  while (common !== '/' && other !== common && !other.startsWith(`${common}/`)) common = parentOf(common);
  return common;
}
