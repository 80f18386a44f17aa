import type { Platform } from '../oci/platform.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import { type BinaryFile, binaryFileOf, type Fit, fitOf } from './binary-file.ts';
import { glibcMinor } from './exec-stack.ts';

/** One walk over the merged root file system, with what later questions need. Of Linux images only binaries count. */
export interface Walk {
  /** Regular files. */
  readonly files: number;
  /** Programs and libraries for the platform. */
  readonly native: readonly BinaryFile[];
  readonly others: readonly OtherBinary[];
  /** Of every installed package, in the database's own words. */
  readonly packageArchitectures: readonly string[];
  readonly glibcMinor: number | null;
}

export interface OtherBinary {
  readonly file: BinaryFile;
  readonly fit: Exclude<Fit, 'native'>;
}

/** @throws {LayerNeeded} when not every layer is mounted. */
export function walkFiles(rootfs: RootFs, platform: Platform): Walk {
  let files = 0;
  let minor: number | null = null;
  const native: BinaryFile[] = [];
  const others: OtherBinary[] = [];
  const packageArchitectures: string[] = [];
  for (const located of rootfs.all()) {
    if (located.entry.type !== 'file') continue;
    files++;
    const { content } = located.entry;
    if (content?.kind === 'packages') {
      packageArchitectures.push(...content.packages.map(({ architecture }) => architecture));
    }
    const file = platform.os === 'linux' ? binaryFileOf(located) : null;
    if (file === null) continue;
    const fit = fitOf(file, platform);
    if (fit === 'native') native.push(file);
    else others.push({ file, fit });
    if (fit === 'native' && file.elf !== null) minor ??= glibcMinor(file.elf);
  }
  return { files, native, others, packageArchitectures, glibcMinor: minor };
}
