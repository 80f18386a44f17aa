/** Which relocations musl's loader can do: `do_relocs` of ldso/dynlink.c and arch/<name>/reloc.h. */
import type { ElfFacts } from '../../elf/elf-facts.ts';
import type { MuslLoader } from '../../elf/loader-facts.ts';
import { EM_386, EM_AARCH64, EM_ARM, EM_X86_64 } from '../../elf/machines.ts';

/** Of the machines whose files come from elsewhere most often; R_*_IRELATIVE of glibc's libraries is in none. */
const SUPPORTED: ReadonlyMap<number, ReadonlySet<number>> = new Map([
  [EM_386, new Set([1, 2, 5, 6, 7, 8, 14, 35, 36, 37, 41])],
  [EM_AARCH64, new Set([257, 1024, 1025, 1026, 1027, 1028, 1029, 1030, 1031])],
  [EM_ARM, new Set([2, 13, 17, 18, 19, 20, 21, 22, 23])],
  [EM_X86_64, new Set([1, 2, 5, 6, 7, 8, 16, 17, 18, 36])],
]);

/** Whether the loader meets a relocation that it gives up on. */
export function hasForeignRelocations({ symbols, machine }: ElfFacts): boolean {
  const supported = SUPPORTED.get(machine);
  return supported !== undefined && (symbols?.relocations ?? []).some((type) => !supported.has(type));
}

/** What musl 1.2.4 brought (the release notes): before, DT_RELR is passed over and its addresses stay as they are. */
const PACKED_SINCE = [1, 2, 4] as const;

/** Whether this loader leaves packed relocations undone; one of an unknown version does them. */
export function leavesPacked({ version }: MuslLoader): boolean {
  const numbers = (version ?? '').split(/[.\D]/, 3).map(Number);
  const at = PACKED_SINCE.findIndex((number, index) => number !== (numbers[index] ?? 0));
  return version !== null && at >= 0 && (numbers[at] ?? 0) < (PACKED_SINCE[at] ?? 0);
}

/**
 * Whether nothing of a file for another machine is relocated or run before the program: musl does not look at
 * e_machine, so that such a file does no harm.
 */
export function isInert({ symbols, dynamic }: ElfFacts): boolean {
  const isUntouched = symbols !== null && symbols.relocations.length === 0;
  return isUntouched && dynamic?.hasInitializers === false && !dynamic.packedRelocations;
}
