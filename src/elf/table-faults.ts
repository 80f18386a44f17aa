/**
 * What of PT_DYNAMIC surely ends a loader: tables that are not there, or not in memory, and sizes that contradict them
 * (`elf_get_dynamic_info` and `_dl_setup_hash` of glibc, which assert; `decode_dyn` and `reloc_all` of musl). Measured
 * with glibc 2.36 and musl 1.2.3.
 */
import {
  DT_GNU_HASH,
  DT_HASH,
  DT_JMPREL,
  DT_PLTGOT,
  DT_PLTREL,
  DT_PLTRELSZ,
  DT_REL,
  DT_RELA,
  DT_RELAENT,
  DT_RELASZ,
  DT_RELENT,
  DT_RELR,
  DT_RELRENT,
  DT_RELRSZ,
  DT_RELSZ,
  DT_STRTAB,
  DT_SYMTAB,
  DT_VERSYM,
  PF_W,
} from './constants.ts';
import type { DynamicTable } from './dynamic-table.ts';
import type { TableFault } from './elf-facts.ts';
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
import { relocationTables, walkRelocations } from './relocations.ts';
import type { Versions } from './versions.ts';

/** Machines whose glibc knows no relocations but those with an addend (ELF_MACHINE_NO_REL). */
const RELA_ALONE: ReadonlySet<number> = new Set([
  EM_AARCH64,
  EM_LOONGARCH,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_X86_64,
]);
/** Those that know both. */
const BOTH: ReadonlySet<number> = new Set([EM_386, EM_ARM]);

export function tableFaults(
  table: DynamicTable,
  memory: Memory,
  machine: number,
  versions: Versions,
  problems: Problems,
): TableFault[] {
  if (!table.isWhole) return [];
  return [
    ...lackingTables(table),
    ...symbolFaults(table, memory, machine, problems),
    ...entryFaults(table, memory, machine),
    ...sizeFaults(table, machine),
    ...hashFaults(table, memory),
    ...astrayTables(table, memory, problems),
    ...packedFaults(table, memory, problems),
    ...versionFaults(table, versions, problems),
    ...callTableFaults(table, memory, machine, problems),
  ];
}

function crash(of: TableFault['of'], text: string, when: TableFault['when'] = 'loaded'): TableFault {
  return { of, when, text, ends: 'SIGSEGV' };
}

function assertion(
  text: string,
  place: string,
  expression: string,
  of: TableFault['of'] = 'glibc',
): TableFault {
  return { of, when: 'loaded', text, ends: { says: `${place}: Assertion \`${expression}' failed!` } };
}

function lackingTables(table: DynamicTable): TableFault[] {
  const needed = [
    ['DT_STRTAB', DT_STRTAB],
    ['DT_SYMTAB', DT_SYMTAB],
  ] as const;
  return needed
    .filter(([, tag]) => table.value(tag) === null)
    .map(([name]) => crash('glibc', `PT_DYNAMIC has no ${name}, without which glibc's loader is lost`));
}

/**
 * Without DT_SYMTAB musl takes what lies at address 0 for the symbols: the ELF header, of which the bytes of the third
 * one of 64 bits are no symbol that could be found.
 */
function symbolFaults(
  table: DynamicTable,
  memory: Memory,
  machine: number,
  problems: Problems,
): TableFault[] {
  if (table.value(DT_SYMTAB) !== null) return [];
  const wanted = new Set<number>();
  for (const each of relocationTables(table))
    walkRelocations(each, memory, machine, ({ symbol }) => symbol === 0 || wanted.add(Math.min(symbol, 3)));
  if (wanted.size === 0) return [];
  const text = 'PT_DYNAMIC has no DT_SYMTAB, and relocations want symbols';
  if (memory.placeOf(0n) === 'outside') return [crash('musl', text)];
  if (wanted.has(2) && memory.layout.class === 64)
    return [{ of: 'musl', when: 'loaded', text, ends: { says: ': symbol not found' } }];
  problems.add('symbols', 'broken', text);
  return [];
}

/** The size of an entry, which there is only one of. */
function entryFaults(table: DynamicTable, memory: Memory, machine: number): TableFault[] {
  const word = memory.layout.class / 8;
  const known = RELA_ALONE.has(machine) || BOTH.has(machine);
  const asserted = [
    ['DT_RELA', DT_RELA, 'DT_RELAENT', DT_RELAENT, 3 * word, known],
    ['DT_REL', DT_REL, 'DT_RELENT', DT_RELENT, 2 * word, BOTH.has(machine)],
    ['DT_RELR', DT_RELR, 'DT_RELRENT', DT_RELRENT, word, known],
  ] as const;
  return asserted.flatMap(([name, tag, entryName, entryTag, size, isAsserted]) => {
    const said = table.value(entryTag);
    if (!isAsserted || table.value(tag) === null || said === BigInt(size)) return [];
    const of = tag === DT_RELR ? 'glibc with DT_RELR' : 'glibc';
    if (said === null) return [crash(of, `PT_DYNAMIC has ${name} and no ${entryName}`)];
    const type = name === 'DT_RELA' ? 'Rela' : name === 'DT_REL' ? 'Rel' : 'Relr';
    return [
      assertion(
        `${entryName} is ${said}, and an entry of ${name} has ${size} bytes`,
        'elf_get_dynamic_info',
        `info[${entryName}]->d_un.d_val == sizeof (ElfW(${type}))`,
        of,
      ),
    ];
  });
}

/** Sizes without which there is no end, and the kind of the relocations of calls. */
function sizeFaults(table: DynamicTable, machine: number): TableFault[] {
  if (!RELA_ALONE.has(machine)) return [];
  const kind = table.value(DT_PLTREL);
  if (kind !== null && kind !== BigInt(DT_RELA)) {
    const text = `DT_PLTREL is ${kind} and must be ${DT_RELA}`;
    return [assertion(text, 'elf_get_dynamic_info', 'info[DT_PLTREL]->d_un.d_val == DT_RELA')];
  }
  const pairs = [
    ['DT_RELA', DT_RELA, 'DT_RELASZ', DT_RELASZ],
    ['DT_PLTREL', DT_PLTREL, 'DT_JMPREL', DT_JMPREL],
    ['DT_PLTREL', DT_PLTREL, 'DT_PLTRELSZ', DT_PLTRELSZ],
    ['DT_RELR', DT_RELR, 'DT_RELRSZ', DT_RELRSZ],
  ] as const;
  return pairs
    .filter(([, tag, , other]) => table.value(tag) !== null && table.value(other) === null)
    .map(([name, tag, other]) =>
      crash(tag === DT_RELR ? 'glibc with DT_RELR' : 'glibc', `PT_DYNAMIC has ${name} and no ${other}`),
    );
}

/** The number of words of the filter that is in DT_GNU_HASH. */
function hashFaults(table: DynamicTable, memory: Memory): TableFault[] {
  const address = table.value(DT_GNU_HASH);
  if (address === null) return [];
  const { fields, missing } = memory.fields(address, 16);
  const words = fields.u32(8);
  if (missing !== 'nothing' || (words & (words - 1)) === 0) return [];
  const text = `the hash table that DT_GNU_HASH names has a filter of ${words} words, which is no power of two`;
  return [assertion(text, '_dl_setup_hash', '(bitmask_nwords & (bitmask_nwords - 1)) == 0')];
}

/** Relocations are read where there are any, and the hash table with every search for a symbol. */
function astrayTables(table: DynamicTable, memory: Memory, problems: Problems): TableFault[] {
  const relocations = [
    ['DT_RELA', DT_RELA, DT_RELASZ],
    ['DT_REL', DT_REL, DT_RELSZ],
    ['DT_JMPREL', DT_JMPREL, DT_PLTRELSZ],
  ] as const;
  const read = relocations
    .map(([name, tag, size]) => [name, tag, table.value(size) ?? 0n] as const)
    .filter(([, , size]) => size > 0n);
  const hash =
    table.value(DT_GNU_HASH) === null
      ? (['DT_HASH', DT_HASH, 1n] as const)
      : (['DT_GNU_HASH', DT_GNU_HASH, 1n] as const);
  return [hash, ...read].flatMap(([name, tag, size]) => {
    const addresses = table.values(tag);
    if (addresses.length === 0) return [];
    const places = addresses.flatMap((at) => [
      memory.placeOf(at),
      memory.placeOf(BigInt.asUintN(64, at + size - 1n)),
    ]);
    if (places.includes('outside') && !places.includes('between'))
      return [crash('every loader', `PT_DYNAMIC has ${name} at an address that lies in no segment`)];
    if (places.some((place) => place !== 'between'))
      problems.add('dynamic', 'broken', `${name} lies outside its segments`);
    return [];
  });
}

/** Whether some loader reads DT_RELR is not the file's affair. */
function packedFaults(table: DynamicTable, memory: Memory, problems: Problems): TableFault[] {
  const address = table.value(DT_RELR);
  const bytes = table.value(DT_RELRSZ) ?? 0n;
  if (address === null || bytes === 0n) return [];
  const { fields, missing } = memory.fields(address, Number(bytes));
  const word = BigInt(memory.layout.class / 8);
  let isBroken = missing === 'cut' || bytes % word !== 0n;
  for (let at = 0; at < fields.length && !isBroken; at += Number(word)) {
    const value = fields.word(at);
    const isAddress = (value & 1n) === 0n;
    isBroken = isAddress && memory.loadsAt(value).every(({ flags }) => (flags & PF_W) === 0);
  }
  if (isBroken) problems.add('dynamic', 'broken', 'DT_RELR is no table of relocations');
  return [];
}

/** `_dl_check_map_versions` asks for it where there are any. */
function versionFaults(table: DynamicTable, { byIndex }: Versions, problems: Problems): TableFault[] {
  const indexes = table.value(DT_VERSYM);
  if (indexes !== null && byIndex.size === 0)
    problems.add('versions', 'broken', 'PT_DYNAMIC has DT_VERSYM and no versions');
  const isLost = byIndex.size > 0 && indexes === null;
  return isLost ? [crash('glibc', 'PT_DYNAMIC has versions and no DT_VERSYM')] : [];
}

/** `elf_machine_runtime_setup` writes into it where calls are bound when they are made. */
function callTableFaults(
  table: DynamicTable,
  memory: Memory,
  machine: number,
  problems: Problems,
): TableFault[] {
  if (machine !== EM_X86_64 && machine !== EM_AARCH64) return [];
  if (table.value(DT_JMPREL) === null) return [];
  if (table.value(DT_PLTREL) === null) {
    problems.add('dynamic', 'broken', 'PT_DYNAMIC has DT_JMPREL and no DT_PLTREL');
    return [];
  }
  const address = table.value(DT_PLTGOT);
  if (address === null)
    return [crash('glibc', 'PT_DYNAMIC has calls to bind and no DT_PLTGOT', 'bound-lazily')];
  const loads = memory.loadsAt(address);
  if (loads.length === 0 && memory.placeOf(address) === 'beside')
    problems.add('dynamic', 'broken', 'DT_PLTGOT lies outside its segments');
  const isDenied =
    loads.length === 0
      ? memory.placeOf(address) !== 'beside'
      : loads.every(({ flags }) => (flags & PF_W) === 0);
  return isDenied ? [crash('glibc', 'DT_PLTGOT is nowhere that can be written to', 'bound-lazily')] : [];
}
