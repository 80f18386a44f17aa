import { Failure } from '../../base/failure.ts';
import type { SourceHost } from '../source-host.ts';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 4_000;

/**
 * What was pushed a moment ago may not be there yet: while the answer is "not found" and the time is not over, it
 * is asked for again. The time is one for all that one source asks for, so that a broken index is not waited for
 * entry by entry.
 */
export class Waiting {
  readonly #name: string;
  readonly #host: SourceHost;
  #deadline: number | undefined;

  constructor(name: string, host: SourceHost) {
    this.#name = name;
    this.#host = host;
  }

  async untilThere<T>(what: string, attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { clock, waitForImage } = this.#host;
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        return await attempt();
      } catch (cause) {
        if (!(cause instanceof Failure) || cause.code !== 'E_NOT_FOUND') throw cause;
        const isFirst = this.#deadline === undefined;
        this.#deadline ??= clock.now() + waitForImage;
        const left = this.#deadline - clock.now();
        if (left <= 0) throw cause;
        if (isFirst)
          this.#host.notice(
            `${this.#name}: ${what} is not there yet, waiting up to ${Math.ceil(left / 1_000)} s`,
          );
        const amount = Math.min(wait, left);
        this.#host.progress({ kind: 'waiting', name: this.#name, amount, why: cause.code });
        await clock.sleep(amount, signal);
      }
    }
  }
}
