import { createServer, request as ask, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { closeServer, listen, recordOf, type SeenRequest } from './in-memory-registry.ts';

/** One request on its way through the proxy, with what the registry behind it answers. */
export interface Exchange {
  readonly seen: SeenRequest;
  /** 1 for the first request since the fault was chosen, and for the first of this path. */
  readonly count: number;
  readonly countOfPath: number;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly response: ServerResponse;
  /** From 0 up to 1, the same for the same seed. */
  readonly random: () => number;
}

/** Answers in the registry's place; false: pass on what the registry said. */
export type Fault = (exchange: Exchange) => boolean;

export interface FaultProxy {
  readonly host: string;
  use(fault: Fault, seed: number): void;
  close(): Promise<void>;
}

function noFault(): boolean {
  return false;
}

/** Stands before a registry, in memory or real, and does to its answers what a fault says. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  let fault: Fault = noFault;
  let random = randomOf(1);
  let counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const pass = async (): Promise<void> => {
      const seen = await recordOf(request);
      const answer = await forward(seen, upstream);
      const path = seen.path.split('?')[0] ?? '';
      for (const key of ['', path]) counts.set(key, (counts.get(key) ?? 0) + 1);
      const exchange = {
        seen,
        count: counts.get('') ?? 0,
        countOfPath: counts.get(path) ?? 0,
        ...answer,
        response,
        random,
      };
      if (!fault(exchange)) passOn(exchange, {});
    };
    pass().catch(() => response.destroy());
  });
  const host = await listen(server);
  return {
    host,
    use(chosen, seed) {
      fault = chosen;
      random = randomOf(seed);
      counts = new Map();
    },
    close: () => closeServer(server),
  };
}

/** The registry's own answer, with other parts where they are given. */
export function passOn(
  { status, headers, body, response }: Exchange,
  changes: { readonly status?: number; readonly headers?: IncomingHttpHeaders; readonly body?: Buffer },
): true {
  const content = changes.body ?? body;
  const kept = { ...headers, 'content-length': String(content.length), ...changes.headers };
  const named = Object.entries(kept).filter(
    ([name, value]) => value !== undefined && name !== 'transfer-encoding',
  );
  response.writeHead(changes.status ?? status, Object.fromEntries(named));
  response.end(content);
  return true;
}

export async function forward(
  seen: SeenRequest,
  upstream: string,
): Promise<Pick<Exchange, 'status' | 'headers' | 'body'>> {
  const [host, port] = upstream.split(':');
  return new Promise((resolve, reject) => {
    const { connection: _, ...headers } = seen.headers;
    const outgoing = ask(
      { host, port, path: seen.path, method: seen.method, headers: { ...headers, host: upstream } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(seen.body);
  });
}

/** mulberry32: small, and the same everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
