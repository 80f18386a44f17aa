import { DT_VERSYM, VER_NDX_GLOBAL, VERSION_HIDDEN, VERSION_INDEX } from './constants.ts';
import type { DynamicTable } from './dynamic-table.ts';
import type { Fields } from './fields.ts';
import type { Memory } from './memory.ts';
import type { Problems } from './problems.ts';
import type { SymbolVersion, Versions } from './versions.ts';

/** What a look-up of a symbol may ask for: `SymbolFacts.versioned` as bytes behind the name. */
export interface DefinedVersion {
  /** Whether it answers to the bare name. */
  readonly isDefault: boolean;
  readonly suffixes: readonly Uint8Array[];
}

const OLDEST = Buffer.from([0, 0]);
const UNVERSIONED: DefinedVersion = { isDefault: true, suffixes: [] };
/** Index of the first version that a file defines: what a name without a version meant before there were any. */
const FIRST = 2;

/** DT_VERSYM: the version of each symbol (elf/dl-version.c, check_match of elf/dl-lookup.c). */
export class SymbolVersions {
  /** Null: the file has none, and any version of a name is its own. */
  readonly #indexes: Fields | null;
  readonly #byIndex: ReadonlyMap<number, SymbolVersion>;
  readonly #problems: Problems;
  readonly #suffixes = new Map<number, Uint8Array>();

  constructor(
    table: DynamicTable,
    memory: Memory,
    { byIndex, needed, defined }: Versions,
    count: number,
    problems: Problems,
  ) {
    this.#byIndex = byIndex;
    this.#problems = problems;
    const hasRecords = needed.length > 0 || defined !== null;
    const address = hasRecords ? table.value(DT_VERSYM) : null;
    const found = address === null ? null : memory.fields(address, 2 * count);
    if (found !== null && found.missing !== 'nothing') {
      const kind = found.missing === 'unread' ? 'unread' : 'broken';
      problems.add('symbols', kind, 'the versions of its symbols end outside their segment');
    }
    this.#indexes = found?.fields ?? null;
  }

  get areThere(): boolean {
    return this.#indexes !== null;
  }

  /** Of a name that is looked up; null: none. */
  wanted(symbol: number): SymbolVersion | null {
    const index = this.#indexOf(symbol) & VERSION_INDEX;
    const version = this.#byIndex.get(index) ?? null;
    if (version === null && index > VER_NDX_GLOBAL)
      this.#problems.add(
        'versions',
        'broken',
        `a symbol wants version ${index}, which the file does not name`,
      );
    return version;
  }

  defined(symbol: number): DefinedVersion {
    if (this.#indexes === null) return UNVERSIONED;
    const entry = this.#indexOf(symbol);
    const index = entry & VERSION_INDEX;
    if ((entry & VERSION_HIDDEN) === 0) return { isDefault: true, suffixes: [this.#suffixOf(index)] };
    const named = this.#byIndex.has(index) ? [this.#suffixOf(index)] : [];
    return { isDefault: false, suffixes: index <= FIRST ? [...named, OLDEST] : named };
  }

  #indexOf(symbol: number): number {
    return this.#indexes?.u16(2 * symbol) ?? VER_NDX_GLOBAL;
  }

  #suffixOf(index: number): Uint8Array {
    const known = this.#suffixes.get(index);
    if (known !== undefined) return known;
    const suffix = Buffer.from(`\0${this.#byIndex.get(index)?.name ?? ''}`, 'latin1');
    this.#suffixes.set(index, suffix);
    return suffix;
  }
}
