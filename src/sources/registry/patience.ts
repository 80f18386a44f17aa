import type { IncomingMessage } from 'node:http';
import { Failure } from '../../base/failure.ts';
import { networkFailure } from './network-failure.ts';

/** How long a server may take, in milliseconds; how slow a body may be. */
export interface Patience {
  /** From the request to the last header. */
  readonly headers: number;
  /** Between two parts of a body. */
  readonly idle: number;
  /** Over each such time of waiting, a body must bring `leastRate` bytes a second. */
  readonly slowWindow: number;
  readonly leastRate: number;
  /** A credential helper's whole answer. */
  readonly helper: number;
}

export const PATIENCE: Patience = {
  headers: 30_000,
  idle: 30_000,
  slowWindow: 60_000,
  leastRate: 1_024,
  helper: 30_000,
};

/**
 * The body of an answer. Only time spent waiting for the server counts, not what the reader does in between.
 * @throws {Failure} E_NETWORK when it is cut, E_TIMEOUT when it stalls or trickles
 */
export function watchBody(
  message: IncomingMessage,
  url: URL,
  patience: Patience,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  // A message that breaks before anyone reads it must not end the process; its reader gets the error.
  message.on('error', () => {});
  return bodyOf(message, url, patience, signal);
}

async function* bodyOf(
  message: IncomingMessage,
  url: URL,
  patience: Patience,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const stop = (): void => {
    message.destroy();
  };
  let stalled = false;
  const stall = (): void => {
    stalled = true;
    stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  let [waited, arrived] = [0, 0];
  try {
    const chunks = message[Symbol.asyncIterator]();
    for (;;) {
      signal.throwIfAborted();
      const timer = setTimeout(stall, patience.idle);
      const since = performance.now();
      const next: IteratorResult<unknown> = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done === true) break;
      if (!(next.value instanceof Uint8Array)) continue;
      waited += performance.now() - since;
      arrived += next.value.length;
      if (waited > patience.slowWindow) {
        if (arrived < (patience.leastRate * waited) / 1_000) throw tooSlow(url, 'sends hardly anything');
        [waited, arrived] = [0, 0];
      }
      yield next.value;
    }
    signal.throwIfAborted();
    if (stalled) throw tooSlow(url, `sent nothing for ${patience.idle / 1_000} s`);
    if (!message.complete) throw networkFailure(url, Object.assign(new Error('cut'), { code: 'ECONNRESET' }));
  } catch (cause) {
    signal.throwIfAborted();
    throw stalled ? tooSlow(url, `sent nothing for ${patience.idle / 1_000} s`) : networkFailure(url, cause);
  } finally {
    signal.removeEventListener('abort', stop);
    if (!message.complete) message.destroy();
  }
}

function tooSlow(url: URL, how: string): Failure {
  return new Failure(
    'E_TIMEOUT',
    `${url.host} ${how}`,
    'run it again; if it happens again, look at the registry and the way to it',
  );
}
