/** Which relocations musl's loader can do: `do_relocs` of ldso/dynlink.c and arch/<name>/reloc.h. */
import type { ElfFacts } from '../elf/elf-facts.ts';
import { EM_386, EM_AARCH64, EM_ARM, EM_X86_64 } from '../elf/machines.ts';

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

/**
 * Whether nothing of a file for another machine is relocated or run before the program: musl does not look at
 * e_machine, so that such a file does no harm.
 */
export function isInert({ symbols, dynamic }: ElfFacts): boolean {
  const isUntouched = symbols !== null && symbols.relocations.length === 0;
  return isUntouched && dynamic?.hasInitializers === false && !dynamic.packedRelocations;
}
