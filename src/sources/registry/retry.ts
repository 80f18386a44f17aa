import { Failure } from '../../base/failure.ts';
import { errorCode } from '../error-code.ts';
import type { Clock, SourceHost } from '../source-host.ts';

/** Answers that say "not now" rather than "no". */
const TRANSIENT = new Set([408, 425, 429, 499, 500, 502, 503, 504, 522]);

const TRIES = 6;
/** A name or port that is not there is tried less often: it is rather a typing error than a fault. */
const TRIES_TO_CONNECT = 3;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const LONGEST_RETRY_AFTER = 120_000;
const LONGEST_TOTAL = 600_000;

export function isTransient(status: number): boolean {
  return TRANSIENT.has(status);
}

/** Thrown inside {@link Retries.run}: the failure to report when no try is left, and how long the server wants us to wait. */
export class TryAgain extends Error {
  readonly failure: Failure;
  readonly retryAfter: number | null;

  constructor(failure: Failure, retryAfter: number | null) {
    super(failure.message);
    this.failure = failure;
    this.retryAfter = retryAfter;
  }
}

/** The waits of one run, shared by all requests to a host: when it says "later" to one, all wait. */
export class Retries {
  readonly #host: SourceHost;
  readonly #notBefore = new Map<string, number>();
  readonly #waited = new Map<string, number>();

  constructor(host: SourceHost) {
    this.#host = host;
  }

  /** Runs `attempt` until it gives an answer, throws a lasting failure, or the tries are used up. */
  async run<T>(server: string, attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let tries = 1; ; tries++) {
      await this.#waitFor(server, signal);
      try {
        return await attempt();
      } catch (cause) {
        signal.throwIfAborted();
        const again = againAfter(cause);
        if (!again || tries >= triesFor(again.failure)) throw again?.failure ?? cause;
        this.#postpone(server, tries, again);
      }
    }
  }

  #postpone(server: string, tries: number, { failure, retryAfter }: TryAgain): void {
    const { clock } = this.#host;
    const wait = retryAfter ?? clock.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries);
    const total = (this.#waited.get(server) ?? 0) + (retryAfter ?? 0);
    if ((retryAfter ?? 0) > LONGEST_RETRY_AFTER || total > LONGEST_TOTAL) {
      throw new Failure(
        'E_RATE_LIMIT',
        `${server} wants us to wait ${Math.round(wait / 1_000)} s${total > wait ? ` after ${Math.round((total - wait) / 1_000)} s of waiting` : ''}`,
        'run it again later, or log in: registries give more to those they know',
      );
    }
    this.#waited.set(server, total);
    this.#notBefore.set(server, Math.max(this.#notBefore.get(server) ?? 0, clock.now() + wait));
    this.#host.progress({ kind: 'waiting', name: server, amount: wait, why: failure.code });
  }

  async #waitFor(server: string, signal: AbortSignal): Promise<void> {
    const { clock } = this.#host;
    const wait = (this.#notBefore.get(server) ?? 0) - clock.now();
    if (wait > 0) await clock.sleep(wait, signal);
  }
}

function againAfter(cause: unknown): TryAgain | null {
  if (cause instanceof TryAgain) return cause;
  const passes = cause instanceof Failure && (cause.code === 'E_NETWORK' || cause.code === 'E_TIMEOUT');
  return passes ? new TryAgain(cause, null) : null;
}

function triesFor(failure: Failure): number {
  const code = errorCode(failure.cause);
  return /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|E(?:HOST|NET)UNREACH|ERR_PROXY_TUNNEL)$/.test(code)
    ? TRIES_TO_CONNECT
    : TRIES;
}

/** Retry-After in seconds or as a date (RFC 9110, section 10.2.3), in milliseconds; null: nothing usable. */
export function parseRetryAfter(header: string | undefined, clock: Clock): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1_000;
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(text)) return null;
  const wait = Date.parse(text) - clock.now();
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}
