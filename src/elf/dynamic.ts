import { LIMITS } from '../base/limits.ts';
import {
  DT_AUXILIARY,
  DT_BIND_NOW,
  DT_FILTER,
  DT_FLAGS,
  DT_FLAGS_1,
  DT_GNU_HASH,
  DT_HASH,
  DT_INIT,
  DT_INIT_ARRAY,
  DT_NEEDED,
  DT_NULL,
  DT_PLTREL,
  DT_RELR,
  DT_RELRSZ,
  DT_RPATH,
  DT_RUNPATH,
  DT_SONAME,
  PT_DYNAMIC,
  PT_LOAD,
} from './constants.ts';
import { DynamicTable } from './dynamic-table.ts';
import type { DynamicFacts, ProgramHeader } from './elf-facts.ts';
import type { ElfHeader } from './header.ts';
import { lostPageFaults } from './lost-pages.ts';
import type { Memory } from './memory.ts';
import { readInitializers } from './initializer-faults.ts';
import type { Problems } from './problems.ts';
import { relocationFaults } from './relocation-faults.ts';
import { tableFaults } from './table-faults.ts';
import type { Versions } from './versions.ts';

/** PT_DYNAMIC is small; this many bytes hold 65,536 entries. */
export const DYNAMIC_BYTES = 1024 * 1024;

/** The last PT_DYNAMIC, as it lies in memory; null when there is none. */
export function readDynamicTable(
  headers: readonly ProgramHeader[],
  memory: Memory,
  problems: Problems,
): DynamicTable | null {
  const segment = headers.findLast(({ type }) => type === PT_DYNAMIC);
  if (segment === undefined) return null;
  const address = segment.virtualAddress;
  const { fields, missing } = memory.fields(address, DYNAMIC_BYTES);
  const entrySize = 2 * fields.wordSize;
  const entries: { tag: number; value: bigint }[] = [];
  for (let at = 0; at + entrySize <= fields.length; at += entrySize) {
    const tag = Number(fields.word(at));
    if (tag === DT_NULL) return new DynamicTable(entries, memory, problems, true);
    entries.push({ tag, value: fields.word(at + fields.wordSize) });
  }
  const zeros = missing === 'cut' && memory.zerosAfter(address) >= fields.wordSize;
  if (missing === 'unread') problems.add('dynamic', 'unread', 'PT_DYNAMIC was not kept');
  else if (missing === 'nothing') problems.add('dynamic', 'unread', 'PT_DYNAMIC has over 65,535 entries');
  else if (fields.length === 0 && !zeros)
    problems.add('dynamic', 'broken', 'PT_DYNAMIC points outside the file');
  else if (!zeros) problems.add('dynamic', 'broken', 'PT_DYNAMIC does not end with DT_NULL');
  return new DynamicTable(entries, memory, problems, zeros);
}

export function readDynamic(
  { machine, type }: ElfHeader,
  headers: readonly ProgramHeader[],
  table: DynamicTable,
  memory: Memory,
  versions: Versions,
  problems: Problems,
): DynamicFacts {
  const segment = headers.findLast((header) => header.type === PT_DYNAMIC);
  const loads = headers.filter((header) => header.type === PT_LOAD);
  const initializers = readInitializers(table, memory, machine, type, problems);
  const needed = table.values(DT_NEEDED);
  if (needed.length > LIMITS.elfNeeded) {
    problems.add('dynamic', 'unread', `there are ${needed.length} DT_NEEDED entries`);
  }
  const stringOf = (tag: number, name: string, limit?: number): string | null => {
    const offset = table.value(tag);
    return offset === null ? null : table.string(Number(offset), name, limit);
  };
  return {
    needed: needed
      .slice(0, LIMITS.elfNeeded)
      .flatMap((offset) => table.string(Number(offset), 'a DT_NEEDED name') ?? []),
    soname: stringOf(DT_SONAME, 'DT_SONAME'),
    rpath: stringOf(DT_RPATH, 'DT_RPATH', LIMITS.searchPathBytes),
    runpath: stringOf(DT_RUNPATH, 'DT_RUNPATH', LIMITS.searchPathBytes),
    flags: Number((table.value(DT_FLAGS) ?? 0n) & 0xffffffffn),
    flags1: Number((table.value(DT_FLAGS_1) ?? 0n) & 0xffffffffn),
    bindNow: table.value(DT_BIND_NOW) !== null,
    asksForCalls: table.value(DT_PLTREL) !== null,
    packedRelocations: table.value(DT_RELR) !== null,
    hasInitializers: table.value(DT_INIT) !== null || table.value(DT_INIT_ARRAY) !== null,
    hasHash: table.value(DT_GNU_HASH) !== null || table.value(DT_HASH) !== null,
    hasPackedEntries: table.value(DT_RELR) !== null && (table.value(DT_RELRSZ) ?? 0n) > 0n,
    packedInitializers: initializers.arePacked,
    faults: [
      ...tableFaults(table, memory, machine, versions, problems),
      ...lostPageFaults(segment?.virtualAddress ?? 0n, table, memory, machine),
      ...relocationFaults(table, memory, machine, loads, problems),
      ...initializers.faults,
    ],
    versionsNeeded: versions.needed,
    versionsDefined: versions.defined,
    auxiliary: table.stringsOf(DT_AUXILIARY, 'a DT_AUXILIARY name'),
    filter: table.stringsOf(DT_FILTER, 'a DT_FILTER name'),
  };
}
