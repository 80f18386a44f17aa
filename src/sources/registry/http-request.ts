/**
 * One HTTP request over node:http, without redirects or retries: connect to an address that may be talked to,
 * send, wait for the headers, and hand on the body with its clocks running. fetch is not used because it
 * decides about redirects, encodings and addresses by itself.
 */
import { lookup as resolveName } from 'node:dns/promises';
import { request as requestPlain, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP } from 'node:net';
import { Failure } from '../../base/failure.ts';
import type { RefuseAddress, Registry } from './address-policy.ts';
import type { Connections } from './connections.ts';
import { decodeBody, isCoded } from './content-coding.ts';
import { bareHost } from './endpoint.ts';
import { isUnknownAuthority, networkFailure } from './network-failure.ts';
import { watchBody, type Patience } from './patience.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Asked for every address before a connection is made to it. */
  readonly refuse: RefuseAddress;
  /** The registry on whose behalf this is asked: its certificates count. */
  readonly registry: Registry;
}

export interface HttpAnswer {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The address that answered; '' behind a proxy. */
  readonly address: string;
  /** The log-in that was sent along; a server may repeat it in what it says. */
  readonly authorization: string | null;
  /** The body came in a coding that we undid: ranges of it mean nothing. */
  readonly isCoded: boolean;
  /** The registry sent us elsewhere for this answer. */
  readonly isRedirected: boolean;
  /** Must be read to its end or discarded. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): void;
}

/** @throws {Failure} E_NETWORK, E_TLS, E_TIMEOUT, E_HTTP */
export async function sendRequest(
  request: HttpRequest,
  connections: Connections,
  patience: Patience,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  signal.throwIfAborted();
  const { url } = request;
  const proxy = connections.proxyFor(url);
  const authorization = request.headers['authorization'] ?? null;
  if (proxy !== null && url.protocol === 'http:' && authorization !== null) throw readByProxy(url);
  const addresses = await addressesOf(url, proxy, connections, request.refuse);
  const timeout = AbortSignal.timeout(patience.headers);
  const stop = AbortSignal.any([signal, timeout]);
  const { trustsMachine } = connections;
  try {
    const message = await exchange(request, connections, addresses, stop);
    return {
      url,
      status: message.statusCode ?? 0,
      headers: message.headers,
      address: proxy === null ? (addresses[0] ?? '') : '',
      authorization,
      isCoded: isCoded(message.headers['content-encoding']),
      isRedirected: false,
      body: bodyOf(message, url, patience, signal),
      discard: () => message.destroy(),
    };
  } catch (cause) {
    signal.throwIfAborted();
    if (timeout.aborted) throw lateAnswer(url, patience);
    if (trustsMachine || !isUnknownAuthority(cause)) throw networkFailure(url, cause, proxy);
    connections.trustMachine();
    return sendRequest(request, connections, patience, signal);
  }
}

function bodyOf(
  message: IncomingMessage,
  url: URL,
  patience: Patience,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const body = watchBody(message, url, patience, signal);
  const coding = message.headers['content-encoding'];
  return isCoded(coding) ? decodeBody(body, coding, url) : body;
}

function exchange(
  request: HttpRequest,
  connections: Connections,
  addresses: readonly string[],
  stop: AbortSignal,
): Promise<IncomingMessage> {
  const { url, headers, method, body } = request;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const target = connections.target(url, addresses[0] ?? bareHost(url));
  const send = target.protocol === 'https:' ? requestSecure : requestPlain;
  const outgoing = send({
    method,
    agent: connections.agentFor(url, target.protocol, request.registry),
    host: target.host,
    port: target.port,
    path: `${url.pathname}${url.search}`,
    headers: {
      host: url.host,
      ...headers,
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    },
    setDefaultHeaders: false,
    ...(isIP(bareHost(url)) === 0 && { servername: bareHost(url) }),
    ...(addresses.length > 0 &&
      connections.proxyFor(url) === null && { lookup: answerWith(addresses), autoSelectFamily: true }),
    rejectUnauthorized: connections.checksCertificates,
  });
  const abort = (): void => {
    outgoing.destroy(stop.reason instanceof Error ? stop.reason : new Error('stopped'));
  };
  stop.addEventListener('abort', abort, { once: true });
  outgoing.once('response', (message) => {
    stop.removeEventListener('abort', abort);
    resolve(message);
  });
  outgoing.on('error', (error) => {
    stop.removeEventListener('abort', abort);
    reject(error);
  });
  // 101: without this the connection is dropped without a word, and nobody is left who would wake us.
  outgoing.once('upgrade', (_, socket) => {
    stop.removeEventListener('abort', abort);
    socket.destroy();
    reject(changesProtocol(url));
  });
  outgoing.end(body);
  return promise;
}

/** Every address must be one we may talk to: a name that mixes a public and a private one is a trick. */
async function addressesOf(
  url: URL,
  proxy: string | null,
  connections: Connections,
  refuse: RefuseAddress,
): Promise<readonly string[]> {
  const name = bareHost(url);
  const isAddress = isIP(name) > 0;
  if (!isAddress && proxy !== null) return [];
  const addresses = isAddress ? [name] : await lookup(name, url, connections);
  for (const address of addresses) {
    const refused = refuse(address);
    if (refused) throw refused;
  }
  return addresses;
}

async function lookup(name: string, url: URL, connections: Connections): Promise<readonly string[]> {
  try {
    if (connections.dial) return await connections.dial.lookup(name);
    return (await resolveName(name, { all: true })).map(({ address }) => address);
  } catch (cause) {
    throw networkFailure(url, cause);
  }
}

type LookupCallback = (error: null, addresses: { address: string; family: number }[]) => void;

/** The addresses that were checked are the ones that are dialled. */
function answerWith(addresses: readonly string[]) {
  return (_name: string, _options: unknown, callback: LookupCallback): void => {
    callback(
      null,
      addresses.map((address) => ({ address, family: isIP(address) })),
    );
  };
}

function lateAnswer(url: URL, patience: Patience): Failure {
  return new Failure(
    'E_TIMEOUT',
    `${url.host} did not answer within ${patience.headers / 1_000} s`,
    'run it again; if it happens again, look at the registry and the way to it',
  );
}

function changesProtocol(url: URL): Failure {
  return new Failure(
    'E_HTTP',
    `${url.host} answered 101: it goes over to another protocol, which nobody asked for`,
    'look at the proxy before it',
  );
}

function readByProxy(url: URL): Failure {
  return new Failure(
    'E_AUTH',
    `${url.host} wants a log-in, which is not sent over plain HTTP through a proxy`,
    'name the registry in NO_PROXY, or give it TLS',
  );
}
