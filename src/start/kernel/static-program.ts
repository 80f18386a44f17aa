/**
 * What a program without a loader reads of itself before its own code runs, where it has no fixed address: the tables
 * of PT_DYNAMIC (`_dl_relocate_static_pie` of glibc, `_dlstart_c` of musl). Whose code that is, if it is any libc's, is
 * not known for sure.
 */
import { ET_DYN } from '../../elf/constants.ts';
import type { ElfFacts } from '../../elf/elf-facts.ts';
import type { ElfFault } from '../refusal.ts';
import { killed } from './elf-faults.ts';
import { isSharedLibrary } from './elf-image.ts';

export function selfFaultOf(elf: ElfFacts): ElfFault | null {
  const { type, interpreter, dynamic, loader, problems } = elf;
  if (type !== ET_DYN || interpreter !== null || dynamic === null || isSharedLibrary(elf)) return null;
  const isGlibc = loader?.libc === 'static-glibc';
  const fault =
    dynamic.faults.find(
      ({ when, of }) => when === 'loaded' && (of === 'every loader' || (isGlibc && of === 'glibc')),
    ) ?? problems.find(({ part, kind }) => part === 'dynamic' && kind === 'broken');
  return fault === undefined ? null : killed(`it relocates itself, and ${fault.text}`, 'possible');
}
