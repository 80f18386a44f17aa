/** The tables of relocations that PT_DYNAMIC names, and their entries one by one (Elf32_Rel … of elf(5)). */
import { DT_JMPREL, DT_PLTREL, DT_PLTRELSZ, DT_REL, DT_RELA, DT_RELASZ, DT_RELSZ } from './constants.ts';
import type { DynamicTable } from './dynamic-table.ts';
import { type Fields, toNumber } from './fields.ts';
import { EM_MIPS } from './machines.ts';
import type { Memory } from './memory.ts';

export interface RelocationTable {
  readonly name: 'DT_RELA' | 'DT_REL' | 'DT_JMPREL';
  readonly address: bigint;
  readonly bytes: number;
  /** Of one entry. */
  readonly words: 2 | 3;
}

/** Those that have entries. */
export function relocationTables(table: DynamicTable): RelocationTable[] {
  const callsWithAddend = table.value(DT_PLTREL) === BigInt(DT_RELA);
  return (
    [
      { name: 'DT_RELA', at: DT_RELA, size: DT_RELASZ, words: 3 },
      { name: 'DT_REL', at: DT_REL, size: DT_RELSZ, words: 2 },
      { name: 'DT_JMPREL', at: DT_JMPREL, size: DT_PLTRELSZ, words: callsWithAddend ? 3 : 2 },
    ] as const
  ).flatMap(({ name, at, size, words }) => {
    const address = table.value(at);
    const bytes = toNumber(table.value(size) ?? 0n);
    return address === null || bytes === 0 ? [] : [{ name, address, bytes, words }];
  });
}

/** One whole entry: where it lies in the table, and what it says. `address` is exact up to 2^53, where nothing lies. */
export interface Relocation {
  readonly entry: number;
  readonly address: number;
  readonly symbol: number;
  readonly type: number;
}

/**
 * What is in the table, or null when it was not kept or ends outside its segment. A visitor keeps no relocation. Where
 * the table ends within an entry that is read whole, as glibc's loader does, which looks at where entries begin.
 */
export function walkRelocations(
  { address, bytes, words }: RelocationTable,
  memory: Memory,
  machine: number,
  visit: (relocation: Relocation) => void,
): Fields | null {
  const size = (words * memory.layout.class) / 8;
  const { fields, missing } = memory.fields(address, Math.ceil(bytes / size) * size);
  if (missing !== 'nothing') return null;
  const { byteOrder } = memory.layout;
  const wide = fields.wordSize === 8;
  const [high, low] = byteOrder === 'little' ? [4, 0] : [0, 4];
  // One for all of them: large libraries have a million.
  const relocation = { entry: 0, address: 0, symbol: 0, type: 0 };
  for (let entry = 0; entry + size <= fields.length; entry += size) {
    relocation.entry = entry;
    relocation.address = wide
      ? fields.u32(entry + high) * 2 ** 32 + fields.u32(entry + low)
      : fields.u32(entry);
    relocation.symbol = symbolOf(fields, entry, high, machine);
    relocation.type = typeOf(fields, entry, low, machine);
    visit(relocation);
  }
  return fields;
}

/** r_info: the symbol in the upper bits, the type below; 64-bit MIPS has the symbol first and three types last. */
function symbolOf(fields: Fields, entry: number, high: number, machine: number): number {
  if (fields.wordSize === 4) return fields.u32(entry + 4) >>> 8;
  return fields.u32(entry + 8 + (machine === EM_MIPS ? 0 : high));
}

function typeOf(fields: Fields, entry: number, low: number, machine: number): number {
  if (fields.wordSize === 4) return fields.u32(entry + 4) & 0xff;
  return machine === EM_MIPS ? fields.u8(entry + 15) : fields.u32(entry + 8 + low);
}
