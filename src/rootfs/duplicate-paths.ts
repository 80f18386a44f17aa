/** Paths that a layer has more than once. */
export class DuplicatePaths {
  #count = 0;
  #first = '';

  add(path: string): void {
    if (++this.#count === 1) this.#first = path;
  }

  /** What some engines refuse, in words that begin with `where`; null when there are none. */
  note(where: string): string | null {
    if (this.#count === 0) return null;
    const count = this.#count === 1 ? 'a path' : `${this.#count} paths`;
    return `${where} has ${count} more than once ("${this.#first}"): containerd takes the last entry, docker and podman refuse the layer`;
  }
}
