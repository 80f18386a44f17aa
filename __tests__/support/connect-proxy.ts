import { createServer, request as ask, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { listen } from './in-memory-registry.ts';

/** What the proxy was asked: `CONNECT host:port`, or the whole address of plain HTTP. */
export interface AskedOfProxy {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

export interface ConnectProxy {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly asked: AskedOfProxy[];
  /** Everything that a reader on the proxy could see. */
  readonly overheard: () => string;
  /** From now on: pass on, or answer CONNECT with this status. */
  answer(status: 'pass' | number): void;
  close(): Promise<void>;
}

/** An HTTP proxy as companies have one. Whatever name it is asked for, it knows this machine only. */
export async function startConnectProxy(user?: string): Promise<ConnectProxy> {
  const asked: AskedOfProxy[] = [];
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  let answer: 'pass' | number = 'pass';
  const note = (method: string, target: string, headers: IncomingHttpHeaders): number => {
    asked.push({ method, target, headers });
    chunks.push(Buffer.from(JSON.stringify({ ...headers, 'proxy-authorization': '' })));
    const expected = user === undefined ? undefined : `Basic ${Buffer.from(user).toString('base64')}`;
    if (answer !== 'pass') return answer;
    return expected === undefined || headers['proxy-authorization'] === expected ? 200 : 407;
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '');
    const status = note(request.method ?? '', url.href, request.headers);
    if (status !== 200) return void response.writeHead(status).end();
    const { 'proxy-authorization': _, ...headers } = request.headers;
    ask({ host: '127.0.0.1', port: url.port, path: url.pathname, headers }, (upstream) => {
      upstream.pipe(response.writeHead(upstream.statusCode ?? 502, upstream.headers));
    }).end();
  });
  server.on('connect', (request, client: Socket) => {
    const status = note('CONNECT', request.url ?? '', request.headers);
    client.on('error', () => {});
    if (status !== 200) return void client.end(`HTTP/1.1 ${status} no\r\ncontent-length: 0\r\n\r\n`);
    const upstream = connect(Number(/:(\d+)$/.exec(request.url ?? '')?.[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.on('data', (chunk: Buffer) => chunks.push(chunk));
      client.pipe(upstream).pipe(client);
    });
    upstream.on('error', () => client.destroy());
    for (const socket of [client, upstream]) sockets.add(socket);
  });
  const host = await listen(server);
  return {
    host,
    asked,
    overheard: () => Buffer.concat(chunks).toString('latin1'),
    answer: (status) => void (answer = status),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
