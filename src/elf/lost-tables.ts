/** Tables of PT_DYNAMIC that are not there, or not in memory (`elf_get_dynamic_info` of glibc, `decode_dyn` of musl). */
import {
  DT_GNU_HASH,
  DT_HASH,
  DT_JMPREL,
  DT_PLTRELSZ,
  DT_REL,
  DT_RELA,
  DT_RELASZ,
  DT_RELSZ,
  DT_STRTAB,
  DT_SYMTAB,
} from './constants.ts';
import type { DynamicTable } from './dynamic-table.ts';
import type { Memory } from './memory.ts';

export function lackingTables(table: DynamicTable): string[] {
  const needed = [
    ['DT_STRTAB', DT_STRTAB],
    ['DT_SYMTAB', DT_SYMTAB],
  ] as const;
  return !table.isWhole ? [] : needed.filter(([, tag]) => table.value(tag) === null).map(([name]) => name);
}

/** Relocations are read where there are any, and the hash table with every search for a symbol. */
export function astrayTables(table: DynamicTable, memory: Memory): string[] {
  const relocations = [
    ['DT_RELA', DT_RELA, DT_RELASZ],
    ['DT_REL', DT_REL, DT_RELSZ],
    ['DT_JMPREL', DT_JMPREL, DT_PLTRELSZ],
  ] as const;
  const read = relocations.filter(([, , size]) => (table.value(size) ?? 0n) > 0n);
  const hash =
    table.value(DT_GNU_HASH) === null
      ? (['DT_HASH', DT_HASH] as const)
      : (['DT_GNU_HASH', DT_GNU_HASH] as const);
  return [hash, ...read].flatMap(([name, tag]) => {
    const address = table.value(tag);
    return address !== null && memory.isOutside(address) ? [name] : [];
  });
}
