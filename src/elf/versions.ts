import { DT_VERDEF, DT_VERNEED, VER_FLG_BASE, VER_FLG_WEAK } from './constants.ts';
import type { DynamicTable } from './dynamic.ts';
import type { VersionNeed } from './elf-facts.ts';
import type { Fields } from './fields.ts';
import type { Memory } from './memory.ts';
import type { Problems } from './problems.ts';

/** libc itself defines about 60 versions; chains that are longer than this are not followed. */
const MAX_RECORDS = 20_000;

/** Elf32_Verneed … are the same in both classes: all fields are 16 and 32 bits wide. */
export function readVersionsNeeded(table: DynamicTable, memory: Memory, problems: Problems): VersionNeed[] {
  const address = table.value(DT_VERNEED);
  if (address === null) return [];
  const { fields, missing } = memory.fields(address, Infinity);
  const walk = new Walk(fields, missing, problems);
  const needs: VersionNeed[] = [];
  for (const at of walk.chain(0, 16, 12)) {
    const versions: { name: string; weak: boolean }[] = [];
    for (const aux of walk.chain(at + fields.u32(at + 8), 16, 12)) {
      const name = table.string(fields.u32(aux + 8), 'the name of a needed version');
      if (name !== null) versions.push({ name, weak: (fields.u16(aux + 4) & VER_FLG_WEAK) !== 0 });
    }
    const file = table.string(fields.u32(at + 4), 'the file of a needed version');
    if (file !== null) needs.push({ file, versions });
  }
  return needs;
}

export function readVersionsDefined(
  table: DynamicTable,
  memory: Memory,
  problems: Problems,
): string[] | null {
  const address = table.value(DT_VERDEF);
  if (address === null) return null;
  const { fields, missing } = memory.fields(address, Infinity);
  const walk = new Walk(fields, missing, problems);
  const names: string[] = [];
  for (const at of walk.chain(0, 20, 16)) {
    if ((fields.u16(at + 2) & VER_FLG_BASE) !== 0) continue;
    const name = table.string(fields.u32(at + fields.u32(at + 12)), 'the name of a defined version');
    if (name !== null) names.push(name);
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
