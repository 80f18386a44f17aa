import { gzipSync } from 'node:zlib';
import { passOn, type Exchange, type Fault } from './fault-proxy.ts';

/** A way in which registries and networks fail, and how a run must end: with the image, or with one of these codes. */
export interface FaultScenario {
  readonly name: string;
  readonly fault: Fault;
  readonly ends: 'image' | RegExp;
}

/** Where nothing but silence comes, a short time is enough; elsewhere a busy machine must not look silent. */
export function patienceFor({ name, ends }: FaultScenario): {
  readonly headers: number;
  readonly idle: number;
} {
  const isSilent = /silen|stall/.test(name);
  const time = !isSilent ? 5_000 : ends === 'image' ? 500 : 60;
  return { headers: time, idle: time };
}

const isBlob = ({ seen }: Exchange): boolean => seen.path.includes('/blobs/');
const isManifest = ({ seen }: Exchange): boolean => seen.path.includes('/manifests/');
const isTag = (exchange: Exchange): boolean =>
  isManifest(exchange) && !exchange.seen.path.includes('sha256:');
const isChild = (exchange: Exchange): boolean => isManifest(exchange) && !isTag(exchange);
const isResumed = ({ seen }: Exchange): boolean => seen.headers.range !== undefined;

/** Only where the condition holds. */
function where(condition: (exchange: Exchange) => boolean, fault: Fault): Fault {
  return (exchange) => condition(exchange) && fault(exchange);
}

function first(times: number, fault: Fault): Fault {
  return where(({ count }) => count <= times, fault);
}

function firstOfPath(times: number, fault: Fault): Fault {
  return where(({ countOfPath }) => countOfPath <= times, fault);
}

function status(code: number, headers: Readonly<Record<string, string>> = {}): Fault {
  return ({ response }) => {
    response.writeHead(code, headers).end();
    return true;
  };
}

const cutBeforeHeaders: Fault = ({ response }) => {
  response.destroy();
  return true;
};

/** Promises the whole body, sends this much of it, and cuts. */
function cutAt(length: (exchange: Exchange) => number): Fault {
  return (exchange) => {
    const { response, headers, body } = exchange;
    const { 'transfer-encoding': _, ...kept } = headers;
    response.writeHead(exchange.status, { ...kept, 'content-length': body.length });
    response.flushHeaders();
    response.write(body.subarray(0, length(exchange)), () => response.destroy());
    return true;
  };
}

const cutSomewhere = cutAt(({ body, random }) => Math.floor(random() * body.length));

function silence(sent: number): Fault {
  return ({ response, body, status, headers }) => {
    if (sent >= 0)
      response
        .writeHead(status, { ...headers, 'content-length': body.length })
        .write(body.subarray(0, sent + 1));
    return true;
  };
}

function changed(
  change: Parameters<typeof passOn>[1] | ((exchange: Exchange) => Parameters<typeof passOn>[1]),
): Fault {
  return (exchange) => passOn(exchange, typeof change === 'function' ? change(exchange) : change);
}

function header(name: string, value: string | undefined): Fault {
  return changed({ headers: { [name]: value } });
}

const cutThen = (then: Fault): Fault =>
  where(isBlob, (exchange) =>
    isResumed(exchange)
      ? exchange.countOfPath === 2 && then(exchange)
      : exchange.countOfPath === 1 && cutAt(() => 5)(exchange),
  );

const gzipped = changed(({ body }) => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(body) }));

const flipped = changed(({ body, random }) => {
  const other = Buffer.from(body);
  const at = Math.floor(random() * body.length);
  other[at] = (other[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  return { body: other };
});

const inPieces: Fault = ({ response, headers, body, status, random }) => {
  response.writeHead(status, headers);
  for (let at = 0; at < body.length;) {
    const length = 1 + Math.floor(random() * 200);
    response.write(body.subarray(at, at + length));
    at += length;
  }
  response.end();
  return true;
};

const withoutLength: Fault = (exchange) => {
  const { 'content-length': _, ...headers } = exchange.headers;
  return inPieces({ ...exchange, headers });
};

/** A token service at the registry itself; a token is good for so many requests. Each proxy gives its own. */
function bearer(lives: number, service: Fault = () => false): Fault {
  const tokens = new Map<string, { given: number; left: number }>();
  return (exchange) => {
    const { seen, response } = exchange;
    const token = tokens.get(seen.host) ?? { given: 0, left: 0 };
    tokens.set(seen.host, token);
    if (seen.path.startsWith('/token')) {
      if (service(exchange)) return true;
      token.left = lives;
      response.writeHead(200).end(JSON.stringify({ token: `t${++token.given}`, expires_in: 1 }));
      return true;
    }
    if (seen.headers.authorization === `Bearer t${token.given}` && token.left-- > 0) return false;
    response
      .writeHead(401, { 'www-authenticate': `Bearer realm="http://${seen.host}/token",service="s"` })
      .end();
    return true;
  };
}

const PAGE = '<!doctype html><title>Sign in</title>';
const page = changed({ status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from(PAGE) });

function redirected(status: number, hops: number): Fault {
  return where(isBlob, ({ seen, response }) => {
    const hop = Number(/[?]hop=(\d+)/.exec(seen.path)?.[1] ?? 0);
    if (hop >= hops) return false;
    const path = seen.path.split('?')[0];
    response
      .writeHead(status, {
        location: hop % 2 === 0 ? `${path}?hop=${hop + 1}` : `http://${seen.host}${path}?hop=${hop + 1}`,
      })
      .end();
    return true;
  });
}

const SURVIVED: readonly (readonly [name: string, fault: Fault])[] = [
  ...[408, 425, 429, 499, 500, 502, 503, 504, 522].map(
    (code) => [`B03 a burst of four ${code}`, first(4, status(code))] as const,
  ),
  ['B03 each path fails once with 503', firstOfPath(1, status(503))],
  [
    'B03 a third of all answers is 502',
    where(({ random, countOfPath }) => countOfPath < 4 && random() < 0.33, status(502)),
  ],
  ['B01 429 with Retry-After in seconds', first(2, status(429, { 'retry-after': '30' }))],
  [
    'B01 503 with Retry-After as a date',
    first(1, status(503, { 'retry-after': 'Sat, 21 Nov 2026 00:00:05 GMT' })),
  ],
  ['B02 429 with nonsense in Retry-After', first(1, status(429, { 'retry-after': 'in a while' }))],
  ['B05 four connections cut before the headers', first(4, cutBeforeHeaders)],
  ['B05 each path is cut before the headers once', firstOfPath(1, cutBeforeHeaders)],
  ['B05 every connection is closed after one answer', header('connection', 'close')],
  [
    'B06 each body is cut at byte 0',
    firstOfPath(
      1,
      cutAt(() => 0),
    ),
  ],
  [
    'B06 each body is cut at byte 1',
    firstOfPath(
      1,
      cutAt(() => 1),
    ),
  ],
  ['B06 each body is cut somewhere', firstOfPath(1, cutSomewhere)],
  [
    'B06 each body is cut before its last byte',
    firstOfPath(
      1,
      cutAt(({ body }) => body.length - 1),
    ),
  ],
  ['B06 each body is cut somewhere three times', firstOfPath(3, cutSomewhere)],
  [
    'B07 a cut, then Range is passed over',
    cutThen((exchange) =>
      passOn(exchange, {
        status: 200,
        headers: { 'content-range': undefined },
        body: Buffer.concat([Buffer.alloc(5), exchange.body]),
      }),
    ),
  ],
  ['B07 a cut, then 416', cutThen(status(416))],
  ['B07 a cut, then another start', cutThen(changed({ headers: { 'content-range': 'bytes 6-9/10' } }))],
  ['B07 a cut, then no Content-Range', cutThen(header('content-range', undefined))],
  [
    'B07 a cut, then several parts',
    cutThen(
      changed({
        headers: { 'content-range': undefined, 'content-type': 'multipart/byteranges; boundary=b' },
      }),
    ),
  ],
  [
    'B10 each body ends too soon without a word, once',
    where(
      isBlob,
      firstOfPath(
        1,
        changed(({ body }) => ({
          headers: { 'content-length': undefined },
          body: body.subarray(0, body.length / 2),
        })),
      ),
    ),
  ],
  ['B10 no body says its length', withoutLength],
  ['B12 each path is silent once', firstOfPath(1, silence(-1))],
  ['B12 each blob stalls once', where(isBlob, firstOfPath(1, silence(3)))],
  ['B14 the tag is not there at first', where(isTag, firstOfPath(3, status(404)))],
  ['B14 the platforms are not there at first', where(isChild, firstOfPath(2, status(404)))],
  ['B14 the blobs are not there at first', where(isBlob, firstOfPath(2, status(404)))],
  ['B15 the digest header is missing', header('docker-content-digest', undefined)],
  [
    'C04 the digest header lies',
    where(isManifest, header('docker-content-digest', `sha256:${'0'.repeat(64)}`)),
  ],
  ['B16 everything is compressed on the way', gzipped],
  ['B16 blobs are compressed on the way', where(isBlob, gzipped)],
  [
    'C06 manifests are called application/json',
    where(isManifest, header('content-type', 'application/json')),
  ],
  [
    'C06 manifests are called application/octet-stream',
    where(isManifest, header('content-type', 'application/octet-stream')),
  ],
  ['C06 nothing is said of what a manifest is', where(isManifest, header('content-type', undefined))],
  ['B18 each manifest is a log-in page once', where(isManifest, firstOfPath(1, page))],
  [
    'B18 each manifest is of another protocol once',
    where(isManifest, firstOfPath(1, header('content-type', 'application/grpc'))),
  ],
  [
    'each manifest is half of itself once',
    where(
      isManifest,
      firstOfPath(
        1,
        changed(({ body }) => ({ body: body.subarray(0, body.length / 2) })),
      ),
    ),
  ],
  ['each platform is other bytes once', where(isChild, firstOfPath(1, flipped))],
  ['B19 blobs are elsewhere on the same host', redirected(307, 1)],
  ['B19 blobs are nine redirects away', redirected(302, 9)],
  ['A13 a token is good for eight requests', bearer(8)],
  ['A13 a token is good for five requests', bearer(5)],
  ['the token service fails at first', bearer(9, firstOfPath(2, status(503)))],
  ['the token service is cut at first', bearer(9, firstOfPath(2, cutBeforeHeaders))],
  ['bodies come in small pieces', inPieces],
  ['B17 headers of 8 KiB', header('x-long', 'x'.repeat(8_192))],
];

const NOT_SURVIVED: readonly (readonly [name: string, fault: Fault, ends: RegExp])[] = [
  ['B03 503 without end', status(503), /^E_HTTP$/],
  ['B02 a wait of 30 years', status(429, { 'retry-after': '1000000000' }), /^E_RATE_LIMIT$/],
  ['B04 the pull limit is used up', status(429, { 'ratelimit-remaining': '0;w=21600' }), /^E_RATE_LIMIT$/],
  ['B05 every connection is cut', cutBeforeHeaders, /^E_NETWORK$/],
  [
    'B09 every blob is cut at once',
    where(
      isBlob,
      cutAt(() => 0),
    ),
    /^E_NETWORK$/,
  ],
  [
    'B08 resumed with other bytes',
    where(isBlob, (exchange) => (isResumed(exchange) ? flipped(exchange) : cutAt(() => 5)(exchange))),
    /^E_(?:DIGEST|NETWORK)$/,
  ],
  ['one bit of each blob is flipped', where(isBlob, flipped), /^E_DIGEST$/],
  [
    'B11 each blob is a byte too long',
    where(
      isBlob,
      changed(({ body }) => ({ body: Buffer.concat([body, Buffer.from('!')]) })),
    ),
    /^E_SIZE$/,
  ],
  [
    'B10 each blob is a byte too short',
    where(
      isBlob,
      changed(({ body }) => ({ body: body.subarray(1) })),
    ),
    /^E_(?:NETWORK|DIGEST)$/,
  ],
  ['B12 silence', silence(-1), /^E_TIMEOUT$/],
  ['B14 the tag is never there', where(isTag, status(404)), /^E_NOT_FOUND$/],
  ['C02 each platform is other bytes', where(isChild, flipped), /^E_DIGEST$/],
  [
    'C06 the index is called a manifest',
    where(isTag, header('content-type', 'application/vnd.oci.image.manifest.v1+json')),
    /^E_AMBIGUOUS_MANIFEST$/,
  ],
  [
    'C07 manifests of 5 MiB',
    where(isManifest, changed({ body: Buffer.alloc(5 * 1024 * 1024, ' ') })),
    /^E_LIMIT$/,
  ],
  ['B18 a log-in page', page, /^E_NOT_A_REGISTRY$/],
  ['B19 redirects in a circle', redirected(302, 1_000), /^E_REDIRECT$/],
  ['A17 401 without end', bearer(0), /^E_AUTH$/],
  ['B16 an unknown content coding', where(isBlob, header('content-encoding', 'rot13')), /^E_HTTP$/],
];

export const FAULT_SCENARIOS: readonly FaultScenario[] = [
  ...SURVIVED.map(([name, fault]) => ({ name, fault, ends: 'image' as const })),
  ...NOT_SURVIVED.map(([name, fault, ends]) => ({ name, fault, ends })),
];
