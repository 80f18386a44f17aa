import type { Platform } from '../oci/platform.ts';
import type { Located, RootFs } from '../rootfs/rootfs.ts';
import { type BinaryFile, binaryFileOf, type Fit, fitOf } from './binary-file.ts';
import { glibcMinor } from './exec-stack.ts';
import type { Places } from './place.ts';
import type { CommandFile } from './refused-commands.ts';

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
  /** What is asked whether it would start. */
  readonly commands: readonly CommandFile[];
}

export interface OtherBinary {
  readonly file: BinaryFile;
  readonly fit: Exclude<Fit, 'native'>;
}

/** @throws {LayerNeeded} when not every layer is mounted. */
export function walkFiles(rootfs: RootFs, platform: Platform, places: Places): Walk {
  let files = 0;
  let minor: number | null = null;
  const native: BinaryFile[] = [];
  const others: OtherBinary[] = [];
  const packageArchitectures: string[] = [];
  const commands: CommandFile[] = [];
  for (const located of rootfs.all()) {
    if (located.entry.type !== 'file') continue;
    files++;
    const { content } = located.entry;
    if (content?.kind === 'packages') {
      packageArchitectures.push(...content.packages.map(({ architecture }) => architecture));
    }
    const file = platform.os === 'linux' ? binaryFileOf(located) : null;
    const why = file === null || fitOf(file, platform) === 'native' ? whyAsked(located, places) : null;
    if (why !== null) commands.push({ path: located.path, why });
    if (file === null) continue;
    const fit = fitOf(file, platform);
    if (fit === 'native') native.push(file);
    else others.push({ file, fit });
    if (fit === 'native' && file.elf !== null) minor ??= glibcMinor(file.elf);
  }
  return { files, native, others, packageArchitectures, glibcMinor: minor, commands };
}

/** null for what is no command: also libraries have x bits. */
function whyAsked({ path, entry }: Located, places: Places): CommandFile['why'] | null {
  if ((entry.mode & 0o111) === 0 || entry.content === undefined) return null;
  const { content } = entry;
  const place = places.of(path);
  if (place === 'wanted') return 'wanted';
  if (place === 'command') return content.kind === 'elf' ? 'on-path' : 'script';
  return content.kind === 'script' && /^[^\n]*\r\n/.test(content.head) ? 'script' : null;
}
