/**
 * Pages of a file that was cut off: mapping them works, touching them ends in SIGBUS. These are those that a loader
 * surely touches: PT_DYNAMIC, the tables that it names, and what relocations change.
 */
import {
  DT_GNU_HASH,
  DT_HASH,
  DT_INIT,
  DT_INIT_ARRAY,
  DT_JMPREL,
  DT_PLTRELSZ,
  DT_REL,
  DT_RELA,
  DT_RELASZ,
  DT_RELSZ,
  DT_STRTAB,
} from './constants.ts';
import type { DynamicTable } from './dynamic-table.ts';
import type { TableFault } from './elf-facts.ts';
import type { Memory } from './memory.ts';
import { relocationTables, walkRelocations } from './relocations.ts';

/** `dynamic`: the address of PT_DYNAMIC. */
export function lostPageFaults(
  dynamic: bigint,
  table: DynamicTable,
  memory: Memory,
  machine: number,
): TableFault[] {
  if (memory.isLost(dynamic)) return [lost('PT_DYNAMIC lies', 'loaded')];
  const hash = table.value(DT_GNU_HASH) === null ? DT_HASH : DT_GNU_HASH;
  const tables = [
    ['DT_STRTAB lies', DT_STRTAB, null, 'loaded'],
    ['the hash table lies', hash, null, 'loaded'],
    ['relocations lie', DT_RELA, DT_RELASZ, 'loaded'],
    ['relocations lie', DT_REL, DT_RELSZ, 'loaded'],
    ['relocations lie', DT_JMPREL, DT_PLTRELSZ, 'loaded'],
    ['DT_INIT lies', DT_INIT, null, 'initialized'],
    ['DT_INIT_ARRAY lies', DT_INIT_ARRAY, null, 'initialized'],
  ] as const;
  const faults = tables
    .filter(([, tag, size]) => {
      const address = table.value(tag);
      const bytes = size === null ? 1n : (table.value(size) ?? 0n);
      return (
        address !== null && bytes > 0n && (memory.isLost(address) || memory.isLost(address + bytes - 1n))
      );
    })
    .map(([what, , , when]) => lost(what, when));
  const isChanged =
    memory.losesPages && relocationTables(table).some((each) => changesLost(each, memory, machine));
  return isChanged ? [...faults, lost('something that relocations change lies', 'loaded')] : faults;
}

function changesLost(each: Parameters<typeof walkRelocations>[0], memory: Memory, machine: number): boolean {
  let found = false;
  walkRelocations(each, memory, machine, ({ address, type }) => {
    found ||= type !== 0 && Number.isSafeInteger(address) && memory.isLost(BigInt(address));
  });
  return found;
}

function lost(what: string, when: TableFault['when']): TableFault {
  return { of: 'every loader', when, text: `${what} behind the end of the file`, ends: 'SIGBUS' };
}
