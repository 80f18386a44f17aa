/**
 * When a loader looks the symbols of a file up: those of DT_REL and DT_RELA before the program runs, those of
 * DT_JMPREL perhaps only when they are first called (elf/dynamic-link.h of glibc; musl makes no difference).
 */
import { DT_JMPREL, DT_PLTREL, DT_PLTRELSZ, DT_REL, DT_RELA, DT_RELASZ, DT_RELSZ } from './constants.ts';
import type { DynamicTable } from './dynamic-table.ts';
import { type Fields, toNumber } from './fields.ts';
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

interface RelocationTable {
  readonly address: bigint;
  readonly bytes: number;
  /** Of one entry. */
  readonly words: 2 | 3;
  readonly bound: number;
}

export interface Relocations {
  /** One of the above for each symbol. */
  readonly bindings: Uint8Array;
  /** Each type that there is, ascending, without R_*_NONE. */
  readonly types: readonly number[];
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
  const types = new Set<number>();
  const tables = relocationTables(table);
  const calls = tables.find(({ bound }) => bound === BOUND_WHEN_CALLED);
  for (const { address, bytes, words, bound } of tables) {
    const { fields, missing } = memory.fields(address, bytes);
    if (missing !== 'nothing') return null;
    const size = words * fields.wordSize;
    for (let entry = 0; entry + size <= fields.length; entry += size) {
      const { symbol, type } = infoAt(fields, entry, memory.layout.byteOrder, machine);
      types.add(type);
      const binding = bound === BOUND_AT_START && type === R_COPY.get(machine) ? COPIED_AT_START : bound;
      if (symbol === 0 || symbol >= count || binding <= (bindings[symbol] ?? 0)) continue;
      // Some linkers count DT_JMPREL as the end of the other table.
      if (bound === BOUND_AT_START && isWithin(calls, address + BigInt(entry))) continue;
      bindings[symbol] = binding;
    }
  }
  types.delete(0);
  return { bindings, types: [...types].sort((one, other) => one - other) };
}

/** r_info: the symbol in the upper bits, the type below; 64-bit MIPS has the symbol first and three types last. */
function infoAt(
  fields: Fields,
  entry: number,
  byteOrder: 'little' | 'big',
  machine: number,
): { readonly symbol: number; readonly type: number } {
  if (fields.wordSize === 4) {
    const info = fields.u32(entry + 4);
    return { symbol: info >>> 8, type: info & 0xff };
  }
  if (machine === EM_MIPS) return { symbol: fields.u32(entry + 8), type: fields.u8(entry + 15) };
  const [upper, lower] = byteOrder === 'little' ? [12, 8] : [8, 12];
  return { symbol: fields.u32(entry + upper), type: fields.u32(entry + lower) };
}

function relocationTables(table: DynamicTable): RelocationTable[] {
  const callsWithAddend = table.value(DT_PLTREL) === BigInt(DT_RELA);
  return (
    [
      { at: DT_RELA, size: DT_RELASZ, words: 3, bound: BOUND_AT_START },
      { at: DT_REL, size: DT_RELSZ, words: 2, bound: BOUND_AT_START },
      { at: DT_JMPREL, size: DT_PLTRELSZ, words: callsWithAddend ? 3 : 2, bound: BOUND_WHEN_CALLED },
    ] as const
  ).flatMap(({ at, size, words, bound }) => {
    const address = table.value(at);
    const bytes = toNumber(table.value(size) ?? 0n);
    return address === null || bytes === 0 ? [] : [{ address, bytes, words, bound }];
  });
}

function isWithin(table: RelocationTable | undefined, address: bigint): boolean {
  return table !== undefined && address >= table.address && toNumber(address - table.address) < table.bytes;
}
