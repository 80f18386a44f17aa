import { LIMITS } from '../base/limits.ts';
import { DT_STRTAB } from './constants.ts';
import { type Memory, stringAt } from './memory.ts';
import type { Problems } from './problems.ts';

/** The entries of PT_DYNAMIC and the string table they point into. */
export class DynamicTable {
  /** Whether these are all entries up to DT_NULL. */
  readonly isWhole: boolean;
  readonly #entries: readonly { readonly tag: number; readonly value: bigint }[];
  readonly #last: ReadonlyMap<number, bigint>;
  readonly #strings: Uint8Array;
  readonly #stringsMissing: 'cut' | 'unread';
  readonly #problems: Problems;

  constructor(
    entries: readonly { readonly tag: number; readonly value: bigint }[],
    memory: Memory,
    problems: Problems,
    isWhole: boolean,
  ) {
    this.isWhole = isWhole;
    this.#entries = entries;
    this.#last = new Map(entries.map(({ tag, value }) => [tag, value]));
    this.#problems = problems;
    const strings = memory.read(this.#last.get(DT_STRTAB) ?? 0n, Infinity);
    this.#strings = strings.bytes;
    this.#stringsMissing = strings.missing === 'unread' ? 'unread' : 'cut';
  }

  /** The value of a tag; the last one counts, as in the loaders. */
  value(tag: number): bigint | null {
    return this.#last.get(tag) ?? null;
  }

  values(tag: number): bigint[] {
    return this.#entries.filter((entry) => entry.tag === tag).map(({ value }) => value);
  }

  /** Bytes of the string table, up to the end of its segment: DT_STRSZ is a claim that no loader looks at. */
  get strings(): Uint8Array {
    return this.#strings;
  }

  /** A string of the table; null, and a problem, when it is not there. */
  string(offset: number, what: string, limit: number = LIMITS.pathBytes): string | null {
    const text = stringAt(this.#strings, offset, limit);
    if (text !== null) return text;
    const unread = this.#stringsMissing === 'unread' && offset + limit >= this.#strings.length;
    this.#problems.add('dynamic', unread ? 'unread' : 'broken', `${what} is not in the string table`);
    return null;
  }

  /** The strings that the entries with this tag name. */
  stringsOf(tag: number, what: string): string[] {
    return this.values(tag).flatMap((offset) => this.string(Number(offset), what) ?? []);
  }
}
