/**
 * Add-ons that were compiled against the other libc: right machine, and yet not loadable, because the libc or the
 * loader that they name as needed is nowhere in the image. musl answers to `libc.so.6` itself, so that only
 * the loader's name tells there.
 */
import { baseOf } from '../rootfs/path.ts';
import { resolve } from '../rootfs/resolve.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import type { BinaryFile } from './binary-file.ts';
import { type FileGroup, groupFiles } from './file-group.ts';
import type { ImageView } from './image-view.ts';
import type { Place } from './place.ts';
import { platformWordsOf } from './platform-words.ts';

export interface OtherLibc extends FileGroup {
  readonly place: Place;
  readonly libc: 'glibc' | 'musl';
  /** `libc.musl-x86_64.so.1`, `ld-linux-x86-64.so.2`. */
  readonly needed: string;
}

const NAMES = { glibc: /^ld(?:-linux[^/]*|64)\.so\.\d$/, musl: /^libc\.musl-[^/]+\.so\.\d$/ } as const;

export function addOnsOfOtherLibc(native: readonly BinaryFile[], image: ImageView): OtherLibc[] {
  if (image.libc === null) return [];
  const libc = image.libc === 'glibc' ? 'musl' : 'glibc';
  const present = new Set(native.map(({ path }) => baseOf(path)));
  const isThere = memoized((name) => present.has(name) || isLinkedIn(image.rootfs, name));
  const neededBy = ({ elf }: BinaryFile): string | undefined =>
    elf?.dynamic?.needed.find((name) => NAMES[libc].test(name) && !isThere(name));
  const wrong = native.filter(
    (file) => isAddOn(image.placeOf(file.path)) && isUnnamed(file) && neededBy(file) !== undefined,
  );
  return groupFiles(wrong, (file) => `${image.placeOf(file.path)} ${neededBy(file) ?? ''}`).map(
    ([group, file]) => ({
      ...group,
      place: image.placeOf(file.path),
      libc,
      needed: neededBy(file) ?? '',
    }),
  );
}

function isAddOn(place: Place): boolean {
  return place === 'extension' || place === 'add-on';
}

/** Builds that name their libc lie beside others, and are asked about as such. */
function isUnnamed({ path }: BinaryFile): boolean {
  return (platformWordsOf(path)?.libc ?? null) === null;
}

/** Alpine's libc6-compat puts glibc's names as links beside its own libc. */
function isLinkedIn(rootfs: RootFs, name: string): boolean {
  return LIBRARY_DIRECTORIES.some((directory) => resolve(rootfs, `${directory}/${name}`).kind === 'found');
}

const LIBRARY_DIRECTORIES = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/usr/local/lib'] as const;

function memoized(ask: (name: string) => boolean): (name: string) => boolean {
  const answers = new Map<string, boolean>();
  return (name) => {
    const answer = answers.get(name) ?? ask(name);
    answers.set(name, answer);
    return answer;
  };
}
