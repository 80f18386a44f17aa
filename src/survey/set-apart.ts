import { baseOf } from '../rootfs/path.ts';
import type { BinaryFile } from './binary-file.ts';
import { emulatedBy } from './emulated-by.ts';
import type { Exemption } from './exemptions/exemption.ts';
import { EXEMPTIONS } from './exemptions/index.ts';
import { isOfOtherSystem } from './exemptions/other-systems.ts';
import type { ImageView } from './image-view.ts';
import { isCalled } from './place.ts';
import type { PlatformBuilds } from './platform-builds.ts';
import { platformWordsOf } from './platform-words.ts';
import type { OtherBinary } from './walk-files.ts';

export interface SetApart {
  /** What no exemption covers. */
  readonly foreign: readonly BinaryFile[];
  /** The others, counted under the first exemption that covers each. */
  readonly exemptions: readonly { readonly name: string; readonly count: number }[];
}

export function setApart(others: readonly OtherBinary[], builds: PlatformBuilds, image: ImageView): SetApart {
  const active = activeIn(image);
  const counts = new Map<string, number>();
  const foreign = others.flatMap(({ file, fit }) => {
    const about = { fit, builds: builds.of(file), image };
    const covering = active.find((one) => isHeard(one, file.path, image) && one.applies(file, about));
    if (covering === undefined) return [file];
    counts.set(covering.name, (counts.get(covering.name) ?? 0) + 1);
    return [];
  });
  const exemptions = active.flatMap(({ name }) => {
    const count = counts.get(name);
    return count === undefined ? [] : [{ name, count }];
  });
  return { foreign, exemptions };
}

/** Whether the directory alone says that no loader of this system maps it, whatever machine it is for. */
export function liesApart(file: BinaryFile, image: ImageView): boolean {
  const about = { fit: 'foreign', builds: 'unnamed', image } as const;
  return activeIn(image).some(
    (one) => one.judgedBy === 'place' && isHeard(one, file.path, image) && one.applies(file, about),
  );
}

function activeIn({ exemptionsOff }: ImageView): readonly Exemption[] {
  return EXEMPTIONS.filter(({ name }) => !exemptionsOff.includes(name));
}

function isHeard({ judgedBy }: Exemption, path: string, image: ImageView): boolean {
  const place = image.placeOf(path);
  if (place === 'wanted') return false;
  if (judgedBy === 'place') return !isCalled(place);
  if (judgedBy === 'file') return true;
  return !image.isLinked(path) && (place !== 'command' || saysItself(baseOf(path)));
}

/** A command is called by its own name; that its directory is `linux-amd64` says nothing to who calls it. */
function saysItself(name: string): boolean {
  return emulatedBy(name).length > 0 || platformWordsOf(`/${name}`) !== null || isOfOtherSystem(name);
}
