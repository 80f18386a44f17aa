/**
 * Libraries for which the loader must make the stack of the process executable. glibc does that when a program starts
 * with one, in every version; when one is loaded later, glibc 2.41 and newer refuse it (elf/dl-load.c), unless the
 * stack is executable already. musl pays no heed to it.
 */
import { DF_1_PIE, ET_DYN, PF_X, PT_GNU_STACK } from '../elf/constants.ts';
import type { ElfFacts } from '../elf/elf-facts.ts';
import { baseOf } from '../rootfs/path.ts';
import type { BinaryFile } from './binary-file.ts';
import { type FileGroup, groupFiles } from './file-group.ts';
import type { ImageView } from './image-view.ts';
import { liesApart } from './set-apart.ts';

export interface ExecutableStacks extends FileGroup {
  /** A program of the image names them as needed, or something that it needs does: they are there when it starts. */
  readonly isLinked: boolean;
}

/** Where a file without PT_GNU_STACK wants none (DEFAULT_STACK_PERMS in glibc's sysdeps/<cpu>/stackinfo.h). */
const PLAIN_BY_DEFAULT: ReadonlySet<string> = new Set(['arm64', 'loong64', 'ppc64', 'ppc64le', 'riscv64']);

/** Not on MIPS, where toolchains marked every library because the kernel emulates floating point on the stack. */
export function executableStacks(native: readonly BinaryFile[], image: ImageView): ExecutableStacks[] {
  const { architecture } = image.platform;
  if (architecture.startsWith('mips')) return [];
  const marked = native.filter(
    (file) => file.elf !== null && wantsExecutableStack(file.elf, architecture) && !liesApart(file, image),
  );
  if (marked.length === 0) return [];
  const linked = neededByPrograms(native);
  const isLinked = (file: BinaryFile): boolean => namesOf(file).some((name) => linked.has(name));
  return groupFiles(marked, (file) => String(isLinked(file))).map(([group, file]) => ({
    ...group,
    isLinked: isLinked(file),
  }));
}

function wantsExecutableStack(elf: ElfFacts, architecture: string): boolean {
  const { dynamic } = elf;
  if (elf.type !== ET_DYN || elf.interpreter !== null || dynamic === null) return false;
  const isProgram = ((dynamic.flags1 ?? 0) & DF_1_PIE) !== 0;
  // The kernel's own library, which no loader maps from a file.
  if (isProgram || /^linux-(?:vdso|gate)/.test(dynamic.soname ?? '')) return false;
  const stack = elf.programHeaders.find(({ type }) => type === PT_GNU_STACK);
  return stack === undefined ? !PLAIN_BY_DEFAULT.has(architecture) : (stack.flags & PF_X) !== 0;
}

/** Names of all libraries that some program starts with. */
function neededByPrograms(native: readonly BinaryFile[]): ReadonlySet<string> {
  const byName = new Map(native.flatMap((file) => namesOf(file).map((name) => [name, file] as const)));
  const names = new Set(
    native.filter(({ elf }) => elf !== null && elf.interpreter !== null).flatMap(neededOf),
  );
  // A set goes on with what is added while it is walked.
  for (const name of names) {
    const file = byName.get(name);
    if (file !== undefined) for (const needed of neededOf(file)) names.add(needed);
  }
  return names;
}

function namesOf({ path, elf }: BinaryFile): string[] {
  const soname = elf?.dynamic?.soname ?? null;
  return soname === null ? [baseOf(path)] : [baseOf(path), soname];
}

/** A name may be a path. */
function neededOf({ elf }: BinaryFile): string[] {
  return (elf?.dynamic?.needed ?? []).map((name) => baseOf(name));
}
