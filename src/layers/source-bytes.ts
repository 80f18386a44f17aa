/**
 * The stored bytes of a layer on their way in, counted. Whoever iterates over them may stop early without closing
 * the source, so that the rest can still be drained: what checks size and digest sits below and wants to see it all.
 */
export class SourceBytes implements AsyncIterable<Uint8Array> {
  readonly #iterator: AsyncIterator<Uint8Array>;
  /** Bytes that came in so far. */
  size = 0;

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#iterator = bytes[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next() };
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    const result = await this.#iterator.next();
    if (result.done !== true) this.size += result.value.length;
    return result;
  }

  /** @throws what the source throws */
  async drain(): Promise<void> {
    while ((await this.#next()).done !== true);
  }

  /** Not waited for: a source that hangs must not hold up a failure. */
  close(): void {
    this.#iterator.return?.().catch(() => undefined);
  }
}
