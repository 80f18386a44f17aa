import { ET_DYN, PF_X, PT_GNU_STACK } from '../elf/constants.ts';
import type { ElfFacts } from '../elf/elf-facts.ts';

/** Whether a library makes the loader give every thread an executable stack (PT_GNU_STACK with PF_X). */
export function wantsExecutableStack(elf: ElfFacts): boolean {
  if (elf.type !== ET_DYN || elf.interpreter !== null || elf.dynamic === null) return false;
  return elf.programHeaders.some(({ type, flags }) => type === PT_GNU_STACK && (flags & PF_X) !== 0);
}

/** The newest `GLIBC_2.x` that a libc defines, as x; null for another libc. */
export function glibcMinor(elf: ElfFacts): number | null {
  if (elf.dynamic?.soname !== 'libc.so.6') return null;
  const minors = (elf.dynamic.versionsDefined ?? []).flatMap((version) => {
    const minor = /^GLIBC_2\.(\d+)$/.exec(version)?.[1];
    return minor === undefined ? [] : [Number(minor)];
  });
  return minors.length === 0 ? null : Math.max(...minors);
}
