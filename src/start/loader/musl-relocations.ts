/** What musl's loader makes of relocations that it does not know, or that are for another machine. */
import type { ElfFacts } from '../../elf/elf-facts.ts';
import type { MuslLoader } from '../../elf/loader-facts.ts';

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
  const isUntouched = symbols !== null && symbols.relocations.length + symbols.callRelocations.length === 0;
  return isUntouched && dynamic?.hasInitializers === false && !dynamic.hasPackedEntries;
}
