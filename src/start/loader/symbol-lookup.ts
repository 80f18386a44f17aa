/** Looking one symbol up in what a loader mapped: `do_lookup_x` of glibc's elf/dl-lookup.c, `find_sym` of musl. */
import { hasHash, symbolHash } from '../../elf/symbol-hash.ts';
import type { LinkedObject } from './link-map.ts';

/** A line of `SymbolFacts.undefined` and its like. */
export interface Reference {
  readonly name: string;
  /** Null where the name alone is wanted. */
  readonly version: string | null;
  /** The library that must define the version, as the linker wrote it down; empty: the file itself. */
  readonly file: string;
}

/** All of one list. */
export function referencesOf(lines: string): Reference[] {
  return lines === ''
    ? []
    : lines.split('\n').map((line) => {
        const [name = '', version = null, file = ''] = line.split('\0');
        return { name, version, file };
      });
}

/** `undefined symbol: …`. */
export function wordsOf({ name, version }: Reference): string {
  return version === null ? name : `${name}, version ${version}`;
}

/** The first that answers; null: none. A file without any versions answers to each of them. */
export function definerOf(wanted: Reference, objects: readonly LinkedObject[]): LinkedObject | null {
  const { name, version } = wanted;
  const bare = symbolHash(name);
  if (version === null) {
    const oldest = symbolHash(`${name}\0\0`);
    return (
      objects.find((object) => holds(object, 'defined', bare) || holds(object, 'versioned', oldest)) ?? null
    );
  }
  const [exact, plain] = [symbolHash(`${name}\0${version}`), symbolHash(`${name}\0`)];
  const answers = (object: LinkedObject): boolean =>
    object.elf.symbols?.versioned === null
      ? holds(object, 'defined', bare)
      : holds(object, 'versioned', exact) || holds(object, 'versioned', plain);
  return objects.find(answers) ?? null;
}

/** musl knows no versions, only that some definitions are no default; and no functions that choose others. */
export function isDefinedForMusl({ name }: Reference, objects: readonly LinkedObject[]): boolean {
  const bare = symbolHash(name);
  return objects.some((object) => holds(object, 'defined', bare) && !holds(object, 'chosen', bare));
}

function holds({ elf }: LinkedObject, table: 'defined' | 'versioned' | 'chosen', hash: bigint): boolean {
  const hashes = elf.symbols?.[table] ?? null;
  // Without a hash table nothing is found in it.
  return hashes !== null && elf.dynamic?.hasHash !== false && hasHash(hashes, hash);
}
