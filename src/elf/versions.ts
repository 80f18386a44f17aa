import { DT_VERDEF, DT_VERNEED, VER_FLG_BASE, VER_FLG_WEAK, VERSION_INDEX } from './constants.ts';
import type { DynamicTable } from './dynamic-table.ts';
import type { VersionNeed } from './elf-facts.ts';
import type { Fields } from './fields.ts';
import type { Memory } from './memory.ts';
import type { Problems } from './problems.ts';

/** libc itself defines about 60 versions; chains that are longer than this are not followed. */
const MAX_RECORDS = 20_000;

/** vn_version and vd_version. */
const UNKNOWN_RECORD = 'its versions are written down in a form that there is not';

/** A version as symbols have it: by an index in DT_VERSYM. */
export interface SymbolVersion {
  readonly name: string;
  /** The library that must define it; empty for a version of the file itself. */
  readonly file: string;
}

export interface Versions {
  /** DT_VERNEED. */
  readonly needed: readonly VersionNeed[];
  /** DT_VERDEF without the base version; null when there is none. */
  readonly defined: readonly string[] | null;
  /** Both by their indexes: `l_versions` of glibc's struct link_map. */
  readonly byIndex: ReadonlyMap<number, SymbolVersion>;
}

/** Elf32_Verneed … are the same in both classes: all fields are 16 and 32 bits wide. */
export function readVersions(table: DynamicTable, memory: Memory, problems: Problems): Versions {
  const byIndex = new Map<number, SymbolVersion>();
  const needed = readNeeded(table, memory, problems, byIndex);
  return { needed, defined: readDefined(table, memory, problems, byIndex), byIndex };
}

function readNeeded(
  table: DynamicTable,
  memory: Memory,
  problems: Problems,
  byIndex: Map<number, SymbolVersion>,
): VersionNeed[] {
  const address = table.value(DT_VERNEED);
  if (address === null) return [];
  const { fields, missing } = memory.fields(address, Infinity);
  const walk = new Walk(fields, missing, problems);
  const needs: VersionNeed[] = [];
  for (const at of walk.chain(0, 16, 12)) {
    const versions: { name: string; weak: boolean }[] = [];
    if (fields.u16(at) !== 1) problems.add('versions', 'broken', UNKNOWN_RECORD);
    const file = table.string(fields.u32(at + 4), 'the file of a needed version');
    for (const aux of walk.chain(at + fields.u32(at + 8), 16, 12)) {
      const name = table.string(fields.u32(aux + 8), 'the name of a needed version');
      if (name === null) continue;
      versions.push({ name, weak: (fields.u16(aux + 4) & VER_FLG_WEAK) !== 0 });
      byIndex.set(fields.u16(aux + 6) & VERSION_INDEX, { name, file: file ?? '' });
    }
    if (file !== null) needs.push({ file, versions });
  }
  return needs;
}

function readDefined(
  table: DynamicTable,
  memory: Memory,
  problems: Problems,
  byIndex: Map<number, SymbolVersion>,
): string[] | null {
  const address = table.value(DT_VERDEF);
  if (address === null) return null;
  const { fields, missing } = memory.fields(address, Infinity);
  const walk = new Walk(fields, missing, problems);
  const names: string[] = [];
  for (const at of walk.chain(0, 20, 16)) {
    if (fields.u16(at) !== 1) problems.add('versions', 'broken', UNKNOWN_RECORD);
    if ((fields.u16(at + 2) & VER_FLG_BASE) !== 0) continue;
    const name = table.string(fields.u32(at + fields.u32(at + 12)), 'the name of a defined version');
    if (name === null) continue;
    names.push(name);
    byIndex.set(fields.u16(at + 4) & VERSION_INDEX, { name, file: '' });
  }
  return names;
}

/** Follows chains of records as the loader does: by `next` alone, whatever the counts claim. */
class Walk {
  readonly #fields: Fields;
  readonly #missing: 'nothing' | 'cut' | 'unread';
  readonly #problems: Problems;
  #left = MAX_RECORDS;

  constructor(fields: Fields, missing: 'nothing' | 'cut' | 'unread', problems: Problems) {
    this.#fields = fields;
    this.#missing = missing;
    this.#problems = problems;
  }

  /** Offsets of the records from `start` on; `next` is where a record holds the distance to the following one. */
  *chain(start: number, size: number, next: number): Generator<number> {
    for (let at = start; ; at += this.#fields.u32(at + next)) {
      if (at + size > this.#fields.length) {
        const kind = this.#missing === 'unread' ? 'unread' : 'broken';
        this.#problems.add('versions', kind, 'a version record is outside its segment');
        return;
      }
      if (this.#left-- <= 0) {
        this.#problems.add('versions', 'unread', `there are over ${MAX_RECORDS} version records`);
        return;
      }
      yield at;
      if (this.#fields.u32(at + next) === 0) return;
    }
  }
}
