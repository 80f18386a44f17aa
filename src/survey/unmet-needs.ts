/**
 * What files of the right machine need and the whole image has not: for add-ons that an interpreter loads later, and
 * for programs outside of PATH. Where a loader would look for a library is not asked: what sets the search path before
 * it loads them is unknown. A library counts as there wherever it lies, and a version wherever one defines it.
 */
import type { ElfFacts } from '../elf/elf-facts.ts';
import { baseOf } from '../rootfs/path.ts';
import { isFromHost } from '../start/loader/host-libraries.ts';
import type { StartTrace } from '../start/start-trace.ts';
import { compareVersions } from '../base/compare-versions.ts';
import type { BinaryFile } from './binary-file.ts';
import { type FileGroup, groupFiles, unitOf } from './file-group.ts';
import type { ImageView } from './image-view.ts';
import type { Place } from './place.ts';
import { platformWordsOf } from './platform-words.ts';
import { liesApart } from './set-apart.ts';

export interface UnmetNeed extends FileGroup {
  readonly place: Place;
  /** The library: `libm.so.6`, `libssl.so.1.1`. */
  readonly library: string;
  /** The versions of it that are needed, newest last; empty where the library itself is nowhere. */
  readonly versions: readonly string[];
  /** A file of the image that has the library's name, and the versions that it defines. */
  readonly provider: { readonly path: string; readonly defined: readonly string[] } | null;
}

type Need = Pick<UnmetNeed, 'library' | 'versions' | 'provider'>;
type Providers = ReadonlyMap<string, readonly BinaryFile[]>;

export function unmetNeeds(native: readonly BinaryFile[], image: ImageView, trace: StartTrace): UnmetNeed[] {
  const started = new Set(trace.steps.flatMap(({ file }) => file?.located.path ?? []));
  const asked = native.filter((file) => isAsked(file, image) && !started.has(file.path));
  if (asked.length === 0) return [];
  const providers = providersOf(native);
  const isMissing = missingFrom(image, asked, providers);
  const needs = new Map<BinaryFile, Need>();
  for (const file of asked) {
    const need = versionNeed(file, providers) ?? libraryNeed(file, image, isMissing);
    if (need !== null) needs.set(file, need);
  }
  const complete = new Set(asked.filter((file) => !needs.has(file)).map(kindOf));
  const unmet = [...needs.keys()].filter(
    (file) => image.placeOf(file.path) === 'extension' || !complete.has(kindOf(file)),
  );
  const keyOf = (file: BinaryFile): string => {
    const need = needs.get(file);
    return `${image.placeOf(file.path)} ${need?.library ?? ''} ${need?.versions.join() ?? ''}`;
  };
  return groupFiles(unmet, keyOf).flatMap(([group, file]) => {
    const need = needs.get(file);
    return need === undefined ? [] : [{ ...group, ...need, place: image.placeOf(file.path) }];
  });
}

/** Commands are traced one by one, and what lies in library directories with them. */
function isAsked(file: BinaryFile, image: ImageView): boolean {
  const place = image.placeOf(file.path);
  if (file.elf?.dynamic == null || (place !== 'extension' && place !== 'add-on' && place !== 'elsewhere'))
    return false;
  return !isOfOtherLibc(file, image) && !liesApart(file, image);
}

/** `prebuilds/linuxmusl-arm64.node` in an image with glibc is not for it. */
function isOfOtherLibc({ path }: BinaryFile, { libc }: ImageView): boolean {
  const named = platformWordsOf(path)?.libc ?? null;
  return named !== null && libc !== null && named !== libc;
}

function providersOf(native: readonly BinaryFile[]): Providers {
  const providers = new Map<string, BinaryFile[]>();
  for (const file of native) {
    const soname = file.elf?.dynamic?.soname ?? null;
    for (const name of new Set([baseOf(file.path), ...(soname === null ? [] : [soname])])) {
      const known = providers.get(name);
      if (known === undefined) providers.set(name, [file]);
      else known.push(file);
    }
  }
  return providers;
}

function versionNeed({ elf }: BinaryFile, providers: Providers): Need | null {
  for (const { file, versions } of elf?.dynamic?.versionsNeeded ?? []) {
    const found = providers.get(file) ?? [];
    const [first] = found;
    const defined = found.map((provider) => definedBy(provider.elf));
    if (first === undefined || defined.some((all) => all === null)) continue;
    const lacking = versions.filter(
      ({ name, weak }) => !weak && !defined.some((all) => all?.includes(name) === true),
    );
    if (lacking.length === 0) continue;
    return {
      library: file,
      versions: lacking.map(({ name }) => name).toSorted(compareVersions),
      provider: { path: first.path, defined: defined[0] ?? [] },
    };
  }
  return null;
}

/** null where nothing can be said: glibc takes every version of a library without definitions as there. */
function definedBy(elf: ElfFacts | null): readonly string[] | null {
  if (elf === null || elf.problems.some(({ part }) => part === 'versions')) return null;
  return elf.dynamic?.versionsDefined ?? null;
}

/** Python's and others' extensions have optional ones among them (`_tkinter`), whose libraries nobody installs. */
function isNeedy({ elf, path, isExecutable }: BinaryFile, image: ImageView): boolean {
  const isProgram =
    image.placeOf(path) === 'elsewhere' && isExecutable && (elf?.interpreter ?? null) !== null;
  return isProgram || path.endsWith('.node');
}

function libraryNeed(file: BinaryFile, image: ImageView, isMissing: (name: string) => boolean): Need | null {
  if (!isNeedy(file, image)) return null;
  const isAddOn = file.path.endsWith('.node');
  const library = file.elf?.dynamic?.needed.find(
    (name) => isMissing(name) && !(isAddOn && OF_NODE.test(name)),
  );
  return library === undefined ? null : { library, versions: [], provider: null };
}

/** What every node is linked with itself: where they are missing, the tree is one for another image. */
const OF_NODE = /^lib(?:stdc\+\+|gcc_s)\.so/;

/** Names that no file and no link of the image has. */
function missingFrom(
  { rootfs }: ImageView,
  asked: readonly BinaryFile[],
  providers: Providers,
): (name: string) => boolean {
  const wanted = new Set(
    asked
      .flatMap(({ elf }) => elf?.dynamic?.needed ?? [])
      .filter((name) => !name.includes('/') && !LIBC.test(name) && !isFromHost(name) && !providers.has(name)),
  );
  if (wanted.size > 0) for (const { path } of rootfs.all()) wanted.delete(baseOf(path));
  return (name) => wanted.has(name);
}

/** Loaders and libcs under other names than their own: other rules ask for them. */
const LIBC = /^(?:ld-|ld64\.|libc\.|libpthread\.|libdl\.|librt\.|libm\.|libutil\.|libresolv\.)/;

/** Of the builds that one package has for several systems, the one that fits is loaded (Prisma's engines). */
function kindOf({ path }: BinaryFile): string {
  return `${unitOf(path)} ${path.endsWith('.node') ? 'add-on' : 'program'}`;
}
