/** What PT_DYNAMIC says otherwise than the section headers (contradictions.ts), of which loaders read the first alone. */
import {
  DT_PLTGOT,
  DT_HASH,
  DT_SYMTAB,
  DT_RELA,
  DT_RELASZ,
  DT_INIT,
  DT_FINI,
  DT_REL,
  DT_RELSZ,
  DT_PLTRELSZ,
  DT_JMPREL,
  DT_INIT_ARRAY,
  DT_FINI_ARRAY,
  DT_INIT_ARRAYSZ,
  DT_FINI_ARRAYSZ,
  DT_RELRSZ,
  DT_RELR,
  DT_GNU_HASH,
  DT_VERSYM,
  DT_VERDEF,
  DT_VERNEED,
  SHT_RELA,
  SHT_HASH,
  SHT_REL,
  SHT_DYNSYM,
  SHT_INIT_ARRAY,
  SHT_FINI_ARRAY,
  SHT_RELR,
  SHT_GNU_HASH,
  SHT_GNU_VERDEF,
  SHT_GNU_VERNEED,
  SHT_GNU_VERSYM,
  SHF_EXECINSTR,
} from './constants.ts';
import type { DynamicTable } from './dynamic-table.ts';
import { EM_386, EM_AARCH64, EM_ARM, EM_X86_64 } from './machines.ts';
import { hexOf } from './pages.ts';
import { endOf, hasFlag, type Section } from './section-headers.ts';

/** As {@link contradictionOf}, of PT_DYNAMIC. */
export function tableContradictionOf(
  placed: readonly Section[],
  table: DynamicTable,
  machine: number,
): string | null {
  return (
    otherTable(placed, table) ??
    otherRelocations(placed, table) ??
    otherGot(placed, table, machine) ??
    otherFunction(placed, table, machine)
  );
}

const TABLES = [
  ['DT_HASH', DT_HASH, null, SHT_HASH],
  ['DT_GNU_HASH', DT_GNU_HASH, null, SHT_GNU_HASH],
  ['DT_SYMTAB', DT_SYMTAB, null, SHT_DYNSYM],
  ['DT_VERSYM', DT_VERSYM, null, SHT_GNU_VERSYM],
  ['DT_VERNEED', DT_VERNEED, null, SHT_GNU_VERNEED],
  ['DT_VERDEF', DT_VERDEF, null, SHT_GNU_VERDEF],
  ['DT_RELR', DT_RELR, DT_RELRSZ, SHT_RELR],
  ['DT_INIT_ARRAY', DT_INIT_ARRAY, DT_INIT_ARRAYSZ, SHT_INIT_ARRAY],
  ['DT_FINI_ARRAY', DT_FINI_ARRAY, DT_FINI_ARRAYSZ, SHT_FINI_ARRAY],
] as const;

/** Tools that lay a file out anew leave the old tables where they were. */
function otherTable(placed: readonly Section[], table: DynamicTable): string | null {
  for (const [name, tag, sizeTag, type] of TABLES) {
    const known = placed.filter((section) => section.type === type);
    const isSame = known.some(
      ({ address, size }) =>
        table.value(tag) === address && (sizeTag === null || table.value(sizeTag) === size),
    );
    const [first] = known;
    if (first !== undefined && !isSame)
      return `${name} is a table of ${first.size} bytes at ${hexOf(first.address)}`;
  }
  return null;
}

function otherRelocations(placed: readonly Section[], table: DynamicTable): string | null {
  const ranges = (
    [
      [DT_RELA, DT_RELASZ],
      [DT_REL, DT_RELSZ],
      [DT_JMPREL, DT_PLTRELSZ],
    ] as const
  ).flatMap(([tag, size]) => {
    const start = table.value(tag);
    return start === null ? [] : [{ start, end: start + (table.value(size) ?? 0n) }];
  });
  const sections = placed.filter(({ type }) => type === SHT_RELA || type === SHT_REL);
  const lost = sections.find(
    (section) => !ranges.some(({ start, end }) => section.address >= start && endOf(section) <= end),
  );
  if (lost !== undefined)
    return `there are relocations at ${hexOf(lost.address)} that PT_DYNAMIC does not name`;
  if (sections.length === 0) return null;
  const odd = ranges.find(
    ({ start, end }) =>
      end > start &&
      (!sections.some(({ address }) => address === start) ||
        !sections.some((section) => endOf(section) === end)),
  );
  return odd === undefined ? null : `the relocations at ${hexOf(odd.start)} begin or end elsewhere`;
}

/** Machines on which nothing lies before the code in a section of it. */
const BEGIN_AT_ONCE: ReadonlySet<number> = new Set([EM_386, EM_AARCH64, EM_ARM, EM_X86_64]);

/** Where the code of DT_INIT and DT_FINI begins, of which linkers make sections of their own. */
function otherFunction(placed: readonly Section[], table: DynamicTable, machine: number): string | null {
  const code = placed.filter((section) => hasFlag(section, SHF_EXECINSTR));
  const beginsAtOnce = BEGIN_AT_ONCE.has(machine);
  const functions = [
    ['DT_INIT', DT_INIT, '.init'],
    ['DT_FINI', DT_FINI, '.fini'],
  ] as const;
  for (const [name, tag, own] of functions) {
    const address = table.value(tag);
    if (address === null || code.length === 0) continue;
    const section = code.find((each) => address >= each.address && address < endOf(each));
    if (section === undefined || (beginsAtOnce && section.name === own && section.address !== address))
      return `no function begins at ${hexOf(address)}, where ${name} leads`;
  }
  return null;
}

/** On other machines it is in the middle of a table. */
function otherGot(placed: readonly Section[], table: DynamicTable, machine: number): string | null {
  const got = table.value(DT_PLTGOT);
  if (got === null || (machine !== EM_X86_64 && machine !== EM_AARCH64)) return null;
  const isThere = placed.some(
    ({ address, name }) => address === got && (name === '' || name.startsWith('.got')),
  );
  return isThere ? null : `there is no table at ${hexOf(got)}, which DT_PLTGOT names`;
}
