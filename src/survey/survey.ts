/**
 * Every file of the image, counted and grouped: what the start trace never touches. Follows nothing but the merged
 * root file system; nothing is read again.
 */
import type { RootFs } from '../rootfs/rootfs.ts';
import { architectureOf } from '../start/abi.ts';

export interface Survey {
  /** Regular files of the merged root file system. */
  readonly files: number;
  /** The GOARCH name that most ELF files are native to; null when there are none or no machine leads. */
  readonly majorityArchitecture: string | null;
  /** What was passed over on purpose, by name. */
  readonly exemptions: readonly { readonly name: string; readonly count: number }[];
}

export function surveyImage(rootfs: RootFs): Survey {
  const tally = new Map<string, number>();
  let files = 0;
  for (const { entry } of rootfs.all()) {
    if (entry.type !== 'file') continue;
    files += 1;
    const architecture = entry.content?.kind === 'elf' ? architectureOf(entry.content) : null;
    if (architecture !== null) tally.set(architecture, (tally.get(architecture) ?? 0) + 1);
  }
  return { files, majorityArchitecture: majorityOf(tally), exemptions: [] };
}

function majorityOf(tally: ReadonlyMap<string, number>): string | null {
  const [first, second] = [...tally].sort(([, one], [, other]) => other - one);
  return first === undefined || first[1] === second?.[1] ? null : first[0];
}
