/**
 * Relocations that surely end a loader: what they are to change cannot be written to, or the table does not end where
 * it says (`elf_dynamic_do_Rela` of glibc's elf/do-rel.h, `do_relocs` of musl's ldso/dynlink.c). What types of them a
 * loader knows is its own affair.
 */
import {
  DF_TEXTREL,
  DT_FLAGS,
  DT_PLTREL,
  DT_RELA,
  DT_RELACOUNT,
  DT_RELASZ,
  DT_TEXTREL,
  PF_W,
} from './constants.ts';
import type { DynamicTable } from './dynamic-table.ts';
import type { ProgramHeader, TableFault } from './elf-facts.ts';
import { EM_AARCH64, EM_X86_64 } from './machines.ts';
import type { Memory } from './memory.ts';
import { hexOf, pageDown, pageUp } from './pages.ts';
import type { Problems } from './problems.ts';
import { type RelocationTable, relocationTables, walkRelocations } from './relocations.ts';
import { toNumber } from './fields.ts';

const R_X86_64_RELATIVE = 8;
const R_X86_64_RELATIVE64 = 38;
/** R_AARCH64_NONE of before it was 0. */
const R_AARCH64_NONE = 256;

export function relocationFaults(
  table: DynamicTable,
  memory: Memory,
  machine: number,
  loads: readonly ProgramHeader[],
  problems: Problems,
): TableFault[] {
  const isTextChanged =
    table.value(DT_TEXTREL) !== null || ((table.value(DT_FLAGS) ?? 0n) & BigInt(DF_TEXTREL)) !== 0n;
  const asMapped = rangesOf(loads.filter(({ flags }) => (flags & PF_W) !== 0));
  const writable = isTextChanged ? rangesOf(loads) : asMapped;
  // What is larger wraps around in the loader's own sums.
  const claimed = toNumber(table.value(DT_RELACOUNT) ?? 0n);
  const leading = machine === EM_X86_64 && claimed < 2 ** 48 ? claimed : 0;
  if (claimsTooMany(table, memory))
    problems.add('dynamic', 'broken', 'DT_RELACOUNT is more than DT_RELA has');
  const faults: TableFault[] = [];
  for (const each of relocationTables(table)) {
    const denied = deniedIn(each, memory, machine, writable, each.name === 'DT_RELA' ? leading : 0);
    if (!denied.isCounted) faults.push(countFault(leading));
    if (denied.address !== null) {
      const place = memory.placeOf(denied.address);
      const at = hexOf(denied.address);
      if (place === 'beside')
        problems.add('dynamic', 'broken', `${each.name} has a relocation of ${at}, outside its segments`);
      else
        faults.push(
          deniedFault(
            each,
            table,
            machine,
            `${each.name} has a relocation of ${at}, which cannot be written to`,
          ),
        );
    }
    if (denied.address === null && isTextChanged) {
      const { address } = deniedIn(each, memory, machine, asMapped, 0);
      if (address !== null) faults.push(textFault(each, table, machine, address));
    }
    const size = (each.words * memory.layout.class) / 8;
    if (each.bytes % size !== 0) {
      const text = `the relocations of ${each.name} take ${each.bytes} bytes, and each of them ${size}`;
      faults.push({ of: 'musl', when: 'loaded', text, ends: 'SIGSEGV' });
      problems.add('dynamic', 'broken', text);
    }
  }
  return faults;
}

/** glibc's loader then goes on behind the end of the table. */
export function claimsTooMany(table: DynamicTable, memory: Memory): boolean {
  const size = (3n * BigInt(memory.layout.class)) / 8n;
  return (table.value(DT_RELACOUNT) ?? 0n) > (table.value(DT_RELASZ) ?? 0n) / size;
}

/** Whose relocations always have addends. */
const RELA_ONLY: readonly number[] = [EM_X86_64, EM_AARCH64];

interface AddressRange {
  readonly start: number;
  readonly end: number;
}

/** Whole pages. */
function rangesOf(loads: readonly ProgramHeader[]): AddressRange[] {
  return loads.map(({ virtualAddress, memorySize }) => ({
    start: Number(pageDown(virtualAddress)),
    end: Number(pageUp(virtualAddress + memorySize)),
  }));
}

interface Denied {
  /** Of the first that cannot be written to; null: there is none. */
  readonly address: bigint | null;
  /** Whether as many as are claimed to be relative are. */
  readonly isCounted: boolean;
}

function deniedIn(
  each: RelocationTable,
  memory: Memory,
  machine: number,
  writable: readonly AddressRange[],
  leading: number,
): Denied {
  const { fields } = memory.fields(each.address, each.bytes);
  let [denied, isCounted, index] = [-1, true, 0];
  walkRelocations(each, memory, machine, ({ entry, address: at, type }) => {
    if (index++ < leading && type !== R_X86_64_RELATIVE && type !== R_X86_64_RELATIVE64) isCounted = false;
    if (type === 0 || denied >= 0 || (machine === EM_AARCH64 && type === R_AARCH64_NONE)) return;
    if (!writable.some(({ start, end }) => at >= start && at < end)) denied = entry;
  });
  return { address: denied < 0 ? null : fields.word(denied), isCounted };
}

/** glibc's loader reads DT_JMPREL where DT_PLTREL is there, and DT_REL on few machines. */
function deniedFault(
  { name }: RelocationTable,
  table: DynamicTable,
  machine: number,
  text: string,
): TableFault {
  const kind = table.value(DT_PLTREL);
  // musl takes addends for places and places for types; glibc does not read on.
  const isMisread = RELA_ONLY.includes(machine) && kind !== null && kind !== BigInt(DT_RELA);
  if (isMisread && name === 'DT_JMPREL')
    return { of: 'musl', when: 'loaded', text, ends: { says: 'unsupported relocation type' } };
  const isPassedOver = name === 'DT_REL' || (name === 'DT_JMPREL' && table.value(DT_PLTREL) === null);
  return { of: isPassedOver ? 'musl' : 'every loader', when: 'loaded', text, ends: 'SIGSEGV' };
}

/** musl's loader makes writable what it maps itself (`map_library`), glibc's the program, too. */
function textFault(each: RelocationTable, table: DynamicTable, machine: number, address: bigint): TableFault {
  const text = `${each.name} has a relocation of ${hexOf(address)}, which musl's loader makes writable in libraries alone (DT_TEXTREL)`;
  return { ...deniedFault(each, table, machine, text), of: 'musl', when: 'mapped-by-kernel' };
}

function countFault(count: number): TableFault {
  return {
    of: 'glibc',
    when: 'loaded',
    text: `DT_RELACOUNT is ${count}, and not so many relocations are relative`,
    ends: {
      says: "elf_machine_rela_relative: Assertion `ELFW(R_TYPE) (reloc->r_info) == R_X86_64_RELATIVE' failed!",
    },
  };
}
