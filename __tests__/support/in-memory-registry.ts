import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isDigest } from '../../src/oci/digest.ts';
import type { BuiltImage } from './image-builder.ts';

/** What one request was, as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers instead of the registry; false: not this one. */
export type Intercept = (seen: SeenRequest, response: ServerResponse) => boolean | Promise<boolean>;

export interface RegistryOptions {
  readonly auth?: 'none' | 'basic' | 'bearer';
  /** user:password pairs that may pull. */
  readonly users?: readonly string[];
  /** Whether the token service gives tokens without a log-in. */
  readonly anonymous?: 'allowed' | 'refused';
  readonly intercept?: Intercept;
}

export interface TestRegistry {
  /** `127.0.0.1:PORT`, the host part of references. */
  readonly host: string;
  readonly seen: readonly SeenRequest[];
  /** Puts an image under `name:tag`. */
  push(reference: string, image: BuiltImage): void;
  /** Removes a blob or manifest, as a clean-up job would. */
  remove(digest: string): void;
  intercept(handler: Intercept | null): void;
  close(): Promise<void>;
}

/** What a test registry holds: answers whatever no log-in and no test stands before. */
export interface Contents {
  push(reference: string, image: BuiltImage): void;
  remove(digest: string): void;
  answer(record: SeenRequest, response: ServerResponse): void | Promise<void>;
  close(): Promise<void>;
}

interface Content {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

let openContents: () => Promise<Contents> = async () => contentsInMemory();

/** From now on test registries hold their images there: the same tests, with a real registry behind. */
export function keepImagesIn(open: () => Promise<Contents>): void {
  openContents = open;
}

export function contentsInMemory(): Contents {
  const manifests = new Map<string, Content>();
  const blobs = new Map<string, Uint8Array>();
  return {
    push(reference, image) {
      for (const [digest, bytes] of image.blobs) {
        blobs.set(digest, bytes);
        const mediaType = mediaTypeIn(bytes);
        if (mediaType !== null) manifests.set(digest, { mediaType, bytes });
      }
      const bytes = image.blobs.get(image.root.digest) ?? Buffer.alloc(0);
      const content = { mediaType: image.root.mediaType, bytes };
      manifests.set(image.root.digest, content);
      manifests.set(reference, content);
    },
    remove(digest) {
      manifests.delete(digest);
      blobs.delete(digest);
    },
    answer(record, response) {
      const { pathname } = new URL(record.path, `http://${record.host}`);
      const [, name = '', kind = '', what = ''] =
        /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(pathname) ?? [];
      if (pathname === '/v2/') return send(response, 200, {}, '{}');
      const content =
        kind === 'manifests' ? manifests.get(isDigest(what) ? what : `${name}:${what}`) : undefined;
      const blob = kind === 'blobs' ? blobs.get(what) : undefined;
      if (content) return sendContent(record, response, content.bytes, content.mediaType);
      if (blob) return sendContent(record, response, blob, 'application/octet-stream');
      sendError(response, 404, kind === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN');
    },
    close: async () => {},
  };
}

/** A registry over HTTP on loopback, as small as the distribution specification allows: GET, HEAD, ranges, log-ins. */
export async function startRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const contents = await openContents();
  const seen: SeenRequest[] = [];
  let intercept = options.intercept ?? null;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const record = await recordOf(request);
    seen.push(record);
    if (intercept && (await intercept(record, response))) return;
    const url = new URL(record.path, `http://${record.host}`);
    if (url.pathname === '/token') return answerToken(record, url, options, response);
    if (!isAllowed(record, options)) return challenge(record, options, response);
    return contents.answer(record, response);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  const host = await listen(server);
  return {
    host,
    seen,
    push: (reference, image) => contents.push(reference, image),
    remove: (digest) => contents.remove(digest),
    intercept(handler) {
      intercept = handler;
    },
    async close() {
      await closeServer(server);
      await contents.close();
    },
  };
}

/** A port of loopback; the answer is `127.0.0.1:PORT`. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

export async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
}

export async function recordOf(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    host: request.headers.host ?? '',
    headers: request.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

export function sendError(response: ServerResponse, status: number, code: string): void {
  send(
    response,
    status,
    { 'content-type': 'application/json' },
    JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }),
  );
}

export function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): void {
  response.writeHead(status, headers).end(body);
}

export function sendContent(
  record: SeenRequest,
  response: ServerResponse,
  bytes: Uint8Array,
  mediaType: string,
): void {
  const range = /^bytes=(\d+)-$/.exec(record.headers.range ?? '');
  const start = Number(range?.[1] ?? 0);
  const part = bytes.subarray(start);
  response.writeHead(range ? 206 : 200, {
    'content-type': mediaType,
    'content-length': part.length,
    ...(range && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
  });
  response.end(record.method === 'HEAD' ? undefined : part);
}

function isAllowed({ headers }: SeenRequest, options: RegistryOptions): boolean {
  const [scheme, value = ''] = (headers.authorization ?? '').split(' ');
  if (options.auth === 'basic') return scheme === 'Basic' && isUser(value, options);
  return options.auth !== 'bearer' || (scheme === 'Bearer' && value.startsWith('token-'));
}

function isUser(base64: string, options: RegistryOptions): boolean {
  return (options.users ?? []).includes(Buffer.from(base64, 'base64').toString());
}

function challenge({ host, path }: SeenRequest, options: RegistryOptions, response: ServerResponse): void {
  const name = /^\/v2\/(.+)\/(?:manifests|blobs)\//.exec(path)?.[1] ?? '';
  const wanted =
    options.auth === 'basic'
      ? 'Basic realm="test"'
      : `Bearer realm="http://${host}/token",service="test",scope="repository:${name}:pull"`;
  response.setHeader('www-authenticate', wanted);
  sendError(response, 401, 'UNAUTHORIZED');
}

function answerToken(
  record: SeenRequest,
  url: URL,
  options: RegistryOptions,
  response: ServerResponse,
): void {
  const [scheme, value = ''] = (record.headers.authorization ?? '').split(' ');
  const allowed = scheme === 'Basic' ? isUser(value, options) : options.anonymous !== 'refused';
  if (!allowed || record.method !== 'GET') return sendError(response, allowed ? 405 : 401, 'UNAUTHORIZED');
  const token = `token-${Buffer.from(url.searchParams.get('scope') ?? '').toString('hex')}`;
  send(response, 200, { 'content-type': 'application/json' }, JSON.stringify({ token, expires_in: 300 }));
}

export function mediaTypeIn(bytes: Uint8Array): string | null {
  if (bytes[0] !== 0x7b) return null;
  const document: { mediaType?: string; manifests?: unknown; layers?: unknown } = JSON.parse(
    Buffer.from(bytes).toString(),
  );
  return (document.manifests ?? document.layers) ? (document.mediaType ?? null) : null;
}
