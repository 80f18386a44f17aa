/**
 * When a loader looks the symbols of a file up: those of DT_REL and DT_RELA before the program runs, those of
 * DT_JMPREL perhaps only when they are first called (elf/dynamic-link.h of glibc; musl makes no difference).
 */
import type { DynamicTable } from './dynamic-table.ts';
import { toNumber } from './fields.ts';
import {
  EM_386,
  EM_AARCH64,
  EM_ARM,
  EM_LOONGARCH,
  EM_MIPS,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_X86_64,
} from './machines.ts';
import type { Memory } from './memory.ts';
import { type RelocationTable, relocationTables, walkRelocations } from './relocations.ts';

export const UNBOUND = 0;
export const BOUND_WHEN_CALLED = 1;
export const BOUND_AT_START = 2;
/** The file has room for a variable that a library defines: R_*_COPY. */
export const COPIED_AT_START = 3;

const R_COPY: ReadonlyMap<number, number> = new Map([
  [EM_386, 5],
  [EM_AARCH64, 1024],
  [EM_ARM, 20],
  [EM_LOONGARCH, 4],
  [EM_MIPS, 126],
  [EM_PPC64, 19],
  [EM_RISCV, 4],
  [EM_S390, 9],
  [EM_X86_64, 5],
]);

export interface Relocations {
  /** One of the above for each symbol. */
  readonly bindings: Uint8Array;
  /** Each type in DT_RELA and DT_REL, ascending, without R_*_NONE. */
  readonly types: readonly number[];
  /** Likewise in DT_JMPREL, with it. */
  readonly callTypes: readonly number[];
}

/** Of a table of `count` symbols; null when relocations were not kept or cannot be read. */
export function readBindings(
  table: DynamicTable,
  memory: Memory,
  machine: number,
  count: number,
): Relocations | null {
  // MIPS binds symbols through its GOT without relocations (symbols.ts tells which of them at once).
  const bindings = new Uint8Array(count).fill(machine === EM_MIPS ? BOUND_WHEN_CALLED : UNBOUND);
  const [types, callTypes] = [new Set<number>(), new Set<number>()];
  const tables = relocationTables(table);
  const calls = tables.find(({ name }) => name === 'DT_JMPREL');
  for (const each of tables) {
    const bound = each === calls ? BOUND_WHEN_CALLED : BOUND_AT_START;
    const read = walkRelocations(each, memory, machine, ({ entry, symbol, type }) => {
      (each === calls ? callTypes : types).add(type);
      const binding = bound === BOUND_AT_START && type === R_COPY.get(machine) ? COPIED_AT_START : bound;
      if (symbol === 0 || symbol >= count || binding <= (bindings[symbol] ?? 0)) return;
      // Some linkers count DT_JMPREL as the end of the other table.
      if (bound === BOUND_AT_START && isWithin(calls, each.address + BigInt(entry))) return;
      bindings[symbol] = binding;
    });
    if (read === null) return null;
  }
  types.delete(0);
  return { bindings, types: ascending(types), callTypes: ascending(callTypes) };
}

function ascending(types: ReadonlySet<number>): number[] {
  return [...types].sort((one, other) => one - other);
}

function isWithin(table: RelocationTable | undefined, address: bigint): boolean {
  return table !== undefined && address >= table.address && toNumber(address - table.address) < table.bytes;
}
