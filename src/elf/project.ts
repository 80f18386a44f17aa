/** Whose program a file is: of projects whose programs start others, told by texts that their builds have in them. */
import type { ElfFacts, Project } from './elf-facts.ts';
import type { KeptBytes } from './kept-bytes.ts';

/** The first that fits: catatonit answers `--version` as tini does. */
const MARKS: readonly (readonly [mark: string, project: Project])[] = [
  ['BusyBox v', 'busybox'],
  ['@(#)Bash version ', 'bash'],
  ['sh: turning off NDELAY mode', 'dash'],
  ['landley.net/toybox', 'toybox'],
  ['GNU coreutils', 'coreutils'],
  ['util-linux ', 'util-linux'],
  ['bug-findutils@gnu.org', 'findutils'],
  ['bug-time@gnu.org', 'time'],
  ['[FATAL tini (', 'tini'],
  ['[dumb-init] ', 'dumb-init'],
  ['openSUSE/catatonit', 'catatonit'],
  ['user-spec command [args]', 'su-exec'],
];

type ProjectFacts = Pick<ElfFacts, 'project' | 'projectVersion' | 'applets' | 'hasPipefail'>;

const UNKNOWN: ProjectFacts = { project: null, projectVersion: null, applets: null, hasPipefail: null };

/** Unknown: of none of them, or the file is larger than what is kept whole. */
export function projectFactsOf(
  elf: Pick<ElfFacts, 'interpreter' | 'dynamic' | 'symbols' | 'go'>,
  kept: KeptBytes,
): ProjectFacts {
  if (elf.go !== null) return elf.go.mainPackage === GOSU ? { ...UNKNOWN, project: 'gosu' } : UNKNOWN;
  if (!mayStartOthers(elf)) return UNKNOWN;
  const { bytes, missing } = kept.read(0, kept.fileSize);
  if (missing !== 'nothing') return UNKNOWN;
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const project = MARKS.find(([mark]) => file.includes(mark))?.[1] ?? null;
  const applets = project === 'busybox' ? appletsIn(file) : null;
  // Debian's dash has it since 0.5.12-7, without another version number.
  const hasPipefail = project === 'dash' ? file.includes('pipefail') : null;
  return { project, projectVersion: versionIn(file, project), applets, hasPipefail };
}

/** No busybox has more than some four hundred. */
const APPLETS_BYTES = 8 * 1024;

/** `applet_names` of include/applet_tables.h: sorted, each ended by NUL, and an empty one behind them all. */
function appletsIn(file: Buffer): readonly string[] | null {
  const start = file.indexOf('[\0[[\0');
  const end = start < 0 ? -1 : file.indexOf('\0\0', start);
  if (end < 0 || end - start > APPLETS_BYTES) return null;
  const names = file.toString('latin1', start, end).split('\0');
  return names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name) ? names : null;
}

const GOSU = 'github.com/tianon/gosu';

/** Where a version stands: of coreutils as a text of its own, as `--version` prints it. */
const VERSIONS: Partial<Record<Project, RegExp>> = {
  coreutils: /\0(\d+\.\d+(?:\.\d+)?)(?=\0)/g,
  bash: /@\(#\)Bash version (\d+\.\d+)/g,
};

/** Null where there is none, or more than one. */
function versionIn(file: Buffer, project: Project | null): string | null {
  const pattern = project === null ? undefined : VERSIONS[project];
  if (pattern === undefined) return null;
  const found = [...file.toString('latin1').matchAll(pattern)];
  return found.length === 1 ? (found[0]?.[1] ?? null) : null;
}

/** Most programs call nothing of the exec family, and need not be searched. */
function mayStartOthers({ interpreter, dynamic, symbols }: Parameters<typeof projectFactsOf>[0]): boolean {
  if (interpreter === null)
    return dynamic === null || (dynamic.soname === null && dynamic.needed.length === 0);
  return symbols === null || /exec/.test(symbols.undefined) || /exec/.test(symbols.called);
}
