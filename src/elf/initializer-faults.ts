/**
 * Functions that are called before the program, and surely are none: DT_INIT and DT_INIT_ARRAY (`call_init` of glibc's
 * elf/dl-init.c, `do_init_fini` of musl's ldso/dynlink.c). Left out: what a relocation by symbol leads to.
 */
import { DT_INIT, DT_INIT_ARRAY, DT_INIT_ARRAYSZ, DT_RELR, DT_RELRSZ, ET_DYN, PF_X } from './constants.ts';
import type { DynamicTable } from './dynamic-table.ts';
import type { TableFault } from './elf-facts.ts';
import { toNumber } from './fields.ts';
import {
  EM_386,
  EM_AARCH64,
  EM_ARM,
  EM_LOONGARCH,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_X86_64,
} from './machines.ts';
import type { Memory } from './memory.ts';
import type { Problems } from './problems.ts';
import { claimsTooMany } from './relocation-faults.ts';
import { relocationTables, walkRelocations } from './relocations.ts';
import { hexOf } from './pages.ts';

const R_RELATIVE: ReadonlyMap<number, number> = new Map([
  [EM_386, 8],
  [EM_AARCH64, 1027],
  [EM_ARM, 23],
  [EM_LOONGARCH, 3],
  [EM_PPC64, 22],
  [EM_RISCV, 3],
  [EM_S390, 12],
  [EM_X86_64, 8],
]);
/** Machines on which every page has an execute permission of its own, and an address of a function is that of code. */
const NO_EXECUTE: ReadonlySet<number> = new Set([EM_X86_64, EM_AARCH64, EM_RISCV, EM_LOONGARCH]);
/** Machines whose glibc calls DT_INIT (ELF_INITFINI), and those of them whose musl does so too. */
const CALL_INIT: ReadonlySet<number> = new Set([EM_386, EM_AARCH64, EM_ARM, EM_X86_64]);
const MUSL_CALLS_INIT: ReadonlySet<number> = new Set([EM_386, EM_X86_64]);
/** More functions than this are not looked at. */
const MOST = 65_536;

export interface Initializers {
  readonly faults: readonly TableFault[];
  /** Whether a function of DT_INIT_ARRAY has its address by DT_RELR. */
  readonly arePacked: boolean;
}

/** `type`: e_type. */
export function readInitializers(
  table: DynamicTable,
  memory: Memory,
  machine: number,
  type: number,
  problems: Problems,
): Initializers {
  if (!table.isWhole) return { faults: [], arePacked: false };
  const array = new InitArray(table, memory, machine, type);
  return {
    faults: [...initFaults(table, memory, machine, problems), ...array.faults(problems)],
    arePacked: array.isPacked,
  };
}

function crash(of: TableFault['of'], text: string): TableFault {
  return { of, when: 'initialized', text, ends: 'SIGSEGV' };
}

function initFaults(table: DynamicTable, memory: Memory, machine: number, problems: Problems): TableFault[] {
  const address = table.value(DT_INIT);
  if (address === null || !CALL_INIT.has(machine)) return [];
  const fault = targetFault(address, memory, machine);
  if (fault === null && memory.placeOf(address) === 'beside')
    problems.add('dynamic', 'broken', 'DT_INIT lies outside its segments');
  const of = MUSL_CALLS_INIT.has(machine) && address !== 0n ? 'every loader' : 'glibc';
  return fault === null ? [] : [crash(of, `DT_INIT is ${hexOf(address)}, ${fault}`)];
}

/** Words for what is no code of the file. */
function targetFault(address: bigint, memory: Memory, machine: number): string | null {
  const loads = memory.loadsAt(address);
  if (loads.length === 0) return memory.placeOf(address) === 'beside' ? null : 'which lies in no segment';
  const isCode = !NO_EXECUTE.has(machine) || loads.some(({ flags }) => (flags & PF_X) !== 0);
  return isCode ? null : 'which lies in no segment with code';
}

function addressed(address: bigint, fault: string | null): string | null {
  return fault === null ? null : `at ${hexOf(address)}, ${fault}`;
}

class InitArray {
  readonly #table: DynamicTable;
  readonly #memory: Memory;
  readonly #machine: number;
  readonly #isMoved: boolean;
  readonly #start: bigint;
  readonly #bytes: number;
  /** What is added to where the file lies, by the offset in the array; null: not known. */
  readonly #moved = new Map<number, bigint | null>();
  isPacked = false;

  constructor(table: DynamicTable, memory: Memory, machine: number, type: number) {
    this.#table = table;
    this.#memory = memory;
    this.#machine = machine;
    this.#isMoved = type === ET_DYN;
    this.#start = table.value(DT_INIT_ARRAY) ?? 0n;
    this.#bytes = table.value(DT_INIT_ARRAY) === null ? 0 : toNumber(table.value(DT_INIT_ARRAYSZ) ?? 0n);
  }

  faults(problems: Problems): TableFault[] {
    const name = 'DT_INIT_ARRAY';
    if (this.#table.value(DT_INIT_ARRAY) === null) return [];
    if (this.#table.value(DT_INIT_ARRAYSZ) === null)
      return [crash('glibc', `PT_DYNAMIC has ${name} and no DT_INIT_ARRAYSZ`)];
    const word = this.#memory.layout.class / 8;
    if (this.#bytes < word) return [];
    if (this.#memory.placeOf(this.#start) === 'outside')
      return [crash('every loader', `${name} lies in no segment`)];
    const { fields, missing } = this.#memory.fields(this.#start, this.#bytes);
    if (missing === 'cut' || this.#bytes > MOST * word)
      problems.add('dynamic', 'broken', `${name} ends outside its segment`);
    if (missing !== 'nothing' || this.#bytes > MOST * word || !this.#readRelocations()) return [];
    const of = claimsTooMany(this.#table, this.#memory) ? 'musl' : 'every loader';
    for (let at = 0; at + word <= fields.length; at += word) {
      const fault = this.#faultAt(at, fields.word(at));
      if (fault !== null) return [crash(of, `a function in ${name} is ${fault}`)];
    }
    return [];
  }

  #faultAt(at: number, plain: bigint): string | null {
    const moved = this.#moved.get(at);
    if (moved === null) return null;
    if (moved !== undefined) return addressed(moved, targetFault(moved, this.#memory, this.#machine));
    if (!this.#isMoved) return addressed(plain, targetFault(plain, this.#memory, this.#machine));
    return addressed(plain, 'which no relocation makes an address of the file');
  }

  /** Whether all of them could be read. */
  #readRelocations(): boolean {
    const word = this.#memory.layout.class / 8;
    const relative = R_RELATIVE.get(this.#machine);
    const start = toNumber(this.#start);
    for (const each of relocationTables(this.#table)) {
      const { fields } = this.#memory.fields(each.address, each.bytes);
      const read = walkRelocations(each, this.#memory, this.#machine, ({ entry, address, type }) => {
        const at = address - start;
        if (type === 0 || at <= -2 * word || at >= this.#bytes) return;
        const isWhole = at >= 0 && at % word === 0 && type === relative;
        const addend =
          each.words === 3
            ? fields.word(entry + 2 * word)
            : this.#memory.fields(this.#start + BigInt(at), word).fields.word(0);
        this.#note(at, isWhole ? addend : null);
      });
      if (read === null) return false;
    }
    return this.#readPacked();
  }

  /** One that overlaps two of them makes both unknown. */
  #note(at: number, addend: bigint | null): void {
    const word = this.#memory.layout.class / 8;
    const first = Math.floor(at / word) * word;
    const value = this.#moved.has(first) ? null : addend;
    this.#moved.set(first, value);
    if (at % word !== 0 || value === null) this.#moved.set(first + word, null);
  }

  /** `do_relr_relocs`: an even word is an address, an odd one says which of the following words are moved too. */
  #readPacked(): boolean {
    const address = this.#table.value(DT_RELR);
    const bytes = toNumber(this.#table.value(DT_RELRSZ) ?? 0n);
    if (address === null || bytes === 0) return true;
    const { fields, missing } = this.#memory.fields(address, bytes);
    if (missing !== 'nothing') return false;
    const word = this.#memory.layout.class / 8;
    const [size, end] = [BigInt(word), this.#start + BigInt(this.#bytes)];
    let next = 0n;
    for (let at = 0; at + word <= fields.length; at += word) {
      const value = fields.word(at);
      if ((value & 1n) === 0n) {
        this.#move(value);
        next = value + size;
        continue;
      }
      const covered = size * (8n * size - 1n);
      if (next < end && next + covered > this.#start) {
        for (let bit = 1n; bit < 8n * size; bit++)
          if (((value >> bit) & 1n) === 1n) this.#move(next + (bit - 1n) * size);
      }
      next += covered;
    }
    return true;
  }

  #move(address: bigint): void {
    if (address < this.#start || address >= this.#start + BigInt(this.#bytes)) return;
    const at = Number(address - this.#start);
    const { fields } = this.#memory.fields(address, this.#memory.layout.class / 8);
    this.isPacked = true;
    this.#note(at, fields.word(0));
  }
}
