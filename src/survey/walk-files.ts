import type { Platform } from '../oci/platform.ts';
import type { ElfFacts } from '../elf/elf-facts.ts';
import type { Located } from '../rootfs/entry.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import { isSharedLibrary } from '../start/kernel/elf-image.ts';
import { type BinaryFile, binaryFileOf, type Fit, fitOf } from './binary-file.ts';
import type { Places } from './place.ts';

/** One walk over the merged root file system, with what later questions need. Only binaries count. */
export interface Walk {
  /** Regular files. */
  readonly files: number;
  /** Programs and libraries for the platform. */
  readonly native: readonly BinaryFile[];
  readonly others: readonly OtherBinary[];
  /** Of every package that a manager of this system has installed, in its database's own words, by manager. */
  readonly packageArchitectures: ReadonlyMap<string, readonly string[]>;
  /** Zip archives that were opened. */
  readonly archives: readonly Located[];
  readonly glibcMinor: number | null;
  /** What is asked whether it would start. */
  readonly commands: readonly CommandFile[];
}

/** Where package managers keep it; what lies elsewhere belongs to a system that is kept in this one. */
const OWN_DATABASE =
  /^\/(?:var\/lib\/(?:dpkg|rpm)|(?:usr\/)?lib\/(?:apk\/db|sysimage\/rpm)|usr\/share\/rpm)\//;

export interface CommandFile {
  readonly path: string;
  /** `wanted`: named by the user, and held to the strictness of the start. */
  readonly why: 'on-path' | 'script' | 'wanted';
}

export interface OtherBinary {
  readonly file: BinaryFile;
  readonly fit: Exclude<Fit, 'native'>;
}

/** @throws {LayerNeeded} when not every layer is mounted. */
export function walkFiles(rootfs: RootFs, platform: Platform, places: Places): Walk {
  let files = 0;
  const packageArchitectures = new Map<string, string[]>();
  const candidates: Located[] = [];
  const archives: Located[] = [];
  for (const located of rootfs.all()) {
    const { type, content } = located.entry;
    // Where a link of PATH leads is known before any file is judged.
    if (type === 'symlink') places.follow(located.path);
    if (type !== 'file') continue;
    files++;
    places.see(located.path);
    if (content?.kind === 'packages' && OWN_DATABASE.test(located.path)) {
      const known = packageArchitectures.get(content.database) ?? [];
      for (const { architecture } of content.packages) known.push(architecture);
      packageArchitectures.set(content.database, known);
    }
    if (content?.kind === 'other' && content.archived !== undefined) archives.push(located);
    if (isBinary(located) || isRunnable(located)) candidates.push(located);
  }
  return { files, packageArchitectures, archives, ...sortOut(candidates, platform, places) };
}

function sortOut(
  candidates: readonly Located[],
  platform: Platform,
  places: Places,
): Pick<Walk, 'native' | 'others' | 'glibcMinor' | 'commands'> {
  let minor: number | null = null;
  const native: BinaryFile[] = [];
  const others: OtherBinary[] = [];
  const commands: CommandFile[] = places.lost.map((path) => ({ path, why: 'wanted' }));
  for (const located of candidates) {
    const file = binaryFileOf(located);
    const fit = file === null ? null : fitOf(file, platform);
    const why = fit === 'foreign' ? null : whyAsked(located, places);
    if (why !== null) commands.push({ path: located.path, why });
    if (file === null || fit === null) continue;
    if (fit === 'native') native.push(file);
    else others.push({ file, fit });
    if (fit === 'native' && file.elf !== null) minor ??= glibcMinor(file.elf);
  }
  return { native, others, glibcMinor: minor, commands };
}

function isBinary({ entry: { content } }: Located): boolean {
  return (
    content?.kind === 'elf' ||
    (content?.kind === 'other' && (content.format === 'mach-o' || content.format === 'pe'))
  );
}

function isRunnable({ entry: { mode, content } }: Located): boolean {
  return (mode & 0o111) !== 0 && content !== undefined;
}

/** null for what is no command: also libraries have x bits, and lie beside the programs that load them. */
function whyAsked(located: Located, places: Places): CommandFile['why'] | null {
  const { content } = located.entry;
  if (!isRunnable(located) || content === undefined) return null;
  if (content.kind === 'elf' && isSharedLibrary(content)) return null;
  const place = places.of(located.path);
  if (place === 'wanted') return 'wanted';
  if (place === 'command') return content.kind === 'elf' ? 'on-path' : 'script';
  return content.kind === 'script' && /^[^\n]*\r\n/.test(content.head) ? 'script' : null;
}

/** The newest `GLIBC_2.x` that a libc defines, as x; null for another libc. */
function glibcMinor(elf: ElfFacts): number | null {
  if (elf.dynamic?.soname !== 'libc.so.6') return null;
  const minors = (elf.dynamic.versionsDefined ?? []).flatMap((version) => {
    const minor = /^GLIBC_2\.(\d+)$/.exec(version)?.[1];
    return minor === undefined ? [] : [Number(minor)];
  });
  return minors.length === 0 ? null : Math.max(...minors);
}
