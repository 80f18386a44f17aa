import type { Entry } from './entry.ts';

/** Under which paths each inode that has several of them is known, so that what changes it changes it under all. */
export class InodeNames {
  readonly #names: Map<Entry, string[]> = new Map();

  /** How many there are with the new one; `first`: the path that it is a hard link to. */
  add(inode: Entry, first: string, path: string): number {
    const names = this.#names.get(inode) ?? [first];
    this.#names.set(inode, names);
    return names.push(path);
  }

  /** Puts another inode in the place of one, wherever that still is. */
  replace(inode: Entry, by: Entry, entries: Map<string, Entry>): void {
    const names = this.#names.get(inode)?.filter((name) => entries.get(name) === inode) ?? [];
    for (const name of names) entries.set(name, by);
    this.#names.delete(inode);
    this.#names.set(by, names);
  }
}
