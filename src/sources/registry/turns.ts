/** Lets at most `places` users of one name in at a time; the others wait in order. */
export class Turns {
  readonly #places: number;
  readonly #taken = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(places: number) {
    this.#places = places;
  }

  /** Resolves when it is our turn, with the function that ends it. */
  async take(name: string): Promise<() => void> {
    const taken = this.#taken.get(name) ?? 0;
    if (taken < this.#places) {
      this.#taken.set(name, taken + 1);
    } else {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), resolve]);
      await promise;
    }
    return () => this.#pass(name);
  }

  #pass(name: string): void {
    const [next, ...others] = this.#waiting.get(name) ?? [];
    this.#waiting.set(name, others);
    if (next) next();
    else this.#taken.set(name, (this.#taken.get(name) ?? 1) - 1);
  }
}
