/**
 * Zip archives with native libraries: one that has them for other machines and none for this one is of no use here.
 * Builds of one library that lie in archives of their own (`…-linux-x86_64.jar`) count as one.
 */
import type { Platform } from '../oci/platform.ts';
import type { ArchivedNatives } from '../rootfs/content-facts.ts';
import type { Located } from '../rootfs/entry.ts';
import { architectureOf } from '../start/kernel/abi.ts';
import { type FileGroup, groupFiles } from './file-group.ts';
import { platformWordsOf } from './platform-words.ts';

export interface ForeignArchive extends FileGroup {
  /** GOARCH names of what Linux code there is. */
  readonly present: readonly string[];
  /** Some of the native files, in order. */
  readonly natives: readonly string[];
}

interface Jar {
  /** The file of the image; and the innermost archive, which is the file itself or lies in it. */
  readonly path: string;
  readonly family: string;
  readonly layer: Located['layer'];
  readonly natives: readonly { readonly path: string; readonly architecture: string }[];
}

/** So many archives are told apart. */
const FAMILIES = 24;

export function foreignArchives(archives: readonly Located[], platform: Platform): ForeignArchive[] {
  const jars = archives.flatMap(jarsOf);
  const complete = new Set(
    jars
      .filter(({ natives }) => natives.some((one) => one.architecture === platform.architecture))
      .map(({ family }) => family),
  );
  const foreign = jars.filter(({ family, natives }) => natives.length > 0 && !complete.has(family));
  const byFamily = Map.groupBy(foreign, ({ family }) => family);
  // One bad copy of a class path is one finding.
  const causeOf = ({ family }: Jar): string => (byFamily.size <= FAMILIES ? family : '');
  const byCause = Map.groupBy(foreign, causeOf);
  return groupFiles(foreign, causeOf).map(([group, jar]) => {
    const natives = (byCause.get(causeOf(jar)) ?? []).flatMap((each) => each.natives);
    return {
      ...group,
      present: [...new Set(natives.map(({ architecture }) => architecture))].sort(),
      natives: natives.map(({ path }) => path).slice(0, 8),
    };
  });
}

/** What was not opened, and why, in words. */
export function unreadArchives(archives: readonly Located[]): string[] {
  return archives.flatMap((located) => {
    const unread = archivedIn(located)?.unread ?? null;
    return unread === null ? [] : [`the native libraries in ${located.path}: ${unread}`];
  });
}

function jarsOf(located: Located): Jar[] {
  const { path, layer } = located;
  // The number of the machine alone tells; one that no container has is a device's.
  const natives = (archivedIn(located)?.natives ?? []).flatMap((native) => {
    const architecture = native.elf === null ? null : architectureOf(native.elf);
    return architecture === null ? [] : [{ path: native.path, architecture }];
  });
  const byInner = Map.groupBy(natives, (native) => native.path.slice(0, native.path.lastIndexOf('!/') + 1));
  return [...byInner].map(([inner, members]) => ({
    path,
    layer,
    natives: members,
    family: familyOf(`${path}!/${inner}`),
  }));
}

function familyOf(path: string): string {
  return platformWordsOf(path)?.family ?? path;
}

function archivedIn({ entry: { content } }: Located): ArchivedNatives | undefined {
  return content?.kind === 'other' ? content.archived : undefined;
}
