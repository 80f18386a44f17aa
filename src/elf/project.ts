/** Whose program a file is: of projects whose programs start others, told by texts that their builds have in them. */
import type { ElfFacts, Project } from './elf-facts.ts';
import type { KeptBytes } from './kept-bytes.ts';

/** The first that fits: catatonit answers `--version` as tini does. */
const MARKS: readonly (readonly [mark: string, project: Project])[] = [
  ['BusyBox v', 'busybox'],
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

/** null: of none of them, or the file is larger than what is kept whole. */
export function projectOf(
  elf: Pick<ElfFacts, 'interpreter' | 'dynamic' | 'symbols' | 'go'>,
  kept: KeptBytes,
): Project | null {
  if (elf.go !== null) return elf.go.mainPackage === 'github.com/tianon/gosu' ? 'gosu' : null;
  if (!mayStartOthers(elf)) return null;
  const { bytes, missing } = kept.read(0, kept.fileSize);
  if (missing !== 'nothing') return null;
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return MARKS.find(([mark]) => file.includes(mark))?.[1] ?? null;
}

/** Most programs call nothing of the exec family, and need not be searched. */
function mayStartOthers({ interpreter, dynamic, symbols }: Parameters<typeof projectOf>[0]): boolean {
  if (interpreter === null)
    return dynamic === null || (dynamic.soname === null && dynamic.needed.length === 0);
  return symbols === null || /exec/.test(symbols.undefined) || /exec/.test(symbols.called);
}
