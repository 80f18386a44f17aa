/** What each kind of registry does differently, one small world a row: all hosts of the world are this test's server. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { failureOf } from '../../support/failure-code.ts';
import {
  send,
  startRegistry,
  type Intercept,
  type SeenRequest,
  type TestRegistry,
} from '../../support/in-memory-registry.ts';
import { layerBytes, pull, SMALL_IMAGE } from '../../support/registry-bench.ts';
import { testHost } from '../../support/source-host.ts';
import { testNetwork } from '../../support/test-network.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
  for (const name of ['acme/shop', 'library/shop']) registry.push(`${name}:1`, SMALL_IMAGE);
});
afterAll(() => registry.close());

const PASSWORD = 'pw-canary-4';
const LAYERS = layerBytes(SMALL_IMAGE);

function basic(user: string): string {
  return `Basic ${Buffer.from(`${user}:${PASSWORD}`).toString('base64')}`;
}

interface World {
  readonly registry: string;
  readonly image: string;
  /** Further hosts: token services, stores. */
  readonly others?: readonly string[];
  readonly auths?: object;
  readonly answer: (seen: SeenRequest, count: number) => Answer;
}

/** undefined: as the registry does. */
type Answer =
  | undefined
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string | Buffer };

async function pulled(world: World): Promise<{ readonly outcome: unknown; readonly seen: SeenRequest[] }> {
  const hosts = [world.registry, ...(world.others ?? [])];
  const names = Object.fromEntries(hosts.map((host, at) => [host, [`203.0.113.${at + 1}`]]));
  const { dial } = testNetwork(names, { '*': registry.host });
  const counts = new Map<string, number>();
  const intercept: Intercept = (record, response) => {
    const path = `${record.host}${record.path}`;
    counts.set(path, (counts.get(path) ?? 0) + 1);
    const answer = world.answer(record, counts.get(path) ?? 0);
    if (!answer) return false;
    send(response, answer.status, answer.headers ?? {}, answer.body ?? '');
    return true;
  };
  registry.intercept(intercept);
  const before = registry.seen.length;
  const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: world.auths ?? {} }) };
  let bytes: Buffer | undefined;
  const failure = await failureOf(
    pull(world.image, testHost({ dial, env, waitForImage: 20_000 })).then((found) => (bytes = found)),
  );
  return { outcome: failure?.code ?? bytes?.equals(LAYERS), seen: registry.seen.slice(before) };
}

const isBlob = ({ path }: SeenRequest): boolean => path.includes('/blobs/');
const isManifest = ({ path }: SeenRequest): boolean => path.includes('/manifests/');
const unauthorized = (challenge: string): Answer => ({
  status: 401,
  headers: { 'www-authenticate': challenge },
});
const error = (status: number, code: string | number): Answer => ({
  status,
  body: JSON.stringify({ errors: [{ code, message: 'no' }] }),
});
const token = (text: string): Answer => ({ status: 200, body: JSON.stringify({ token: text }) });

/** A registry whose token service is `realm`; `give` answers what is asked of it. */
function bearer(realm: string, give: (seen: SeenRequest) => Answer, then: World['answer'] = () => undefined) {
  const service = new URL(realm);
  return (seen: SeenRequest, count: number): Answer => {
    if (seen.host === service.host && seen.path.startsWith(service.pathname)) return give(seen);
    if (seen.headers.authorization !== 'Bearer t-1')
      return unauthorized(`Bearer realm="${realm}",service="s"`);
    return then(seen, count);
  };
}

const scopeOf = ({ path }: SeenRequest): string | null => new URL(path, 'http://x').searchParams.get('scope');

const WORLDS: readonly (readonly [name: string, world: World])[] = [
  [
    'Docker Hub: other hosts than its name, library/, a token for everybody',
    {
      registry: 'registry-1.docker.io',
      image: 'shop:1',
      others: ['auth.docker.io'],
      answer: bearer(
        'https://auth.docker.io/token',
        (seen) => (scopeOf(seen) === 'repository:library/shop:pull' ? token('t-1') : { status: 400 }),
        ({ method }) => (method === 'HEAD' ? { status: 500 } : undefined),
      ),
    },
  ],
  [
    'GHCR: a token even for public images, and no index without its media type in Accept',
    {
      registry: 'ghcr.io',
      image: 'ghcr.io/acme/shop:1',
      answer: bearer(
        'https://ghcr.io/token',
        () => token('t-1'),
        (seen) =>
          isManifest(seen) && !`${seen.headers.accept}`.includes('oci.image.index')
            ? error(404, 'MANIFEST_UNKNOWN')
            : undefined,
      ),
    },
  ],
  [
    'ECR: Basic with the user AWS; a store that refuses requests with a log-in',
    {
      registry: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/shop:1',
      others: ['prod-layers.s3.amazonaws.com'],
      auths: { '123456789012.dkr.ecr.eu-west-1.amazonaws.com': { auth: basic('AWS').slice(6) } },
      answer: (seen) => {
        if (seen.host === 'prod-layers.s3.amazonaws.com')
          return seen.headers.authorization === undefined ? undefined : { status: 400 };
        if (seen.headers.authorization !== basic('AWS')) return unauthorized('Basic realm="https://ecr/"');
        const location = `https://prod-layers.s3.amazonaws.com${seen.path}`;
        return isBlob(seen) ? { status: 307, headers: { location } } : undefined;
      },
    },
  ],
  [
    'ECR Public: tags cannot be listed, and need not be',
    {
      registry: 'public.ecr.aws',
      image: 'public.ecr.aws/acme/shop:1',
      answer: bearer(
        'https://public.ecr.aws/token/',
        () => token('t-1'),
        ({ path }) => (path.includes('/tags/') ? error(404, 'NOT_FOUND') : undefined),
      ),
    },
  ],
  [
    'GCR: what it wants is said at /v2/ only; tokens are not to be had by POST',
    {
      registry: 'gcr.io',
      image: 'gcr.io/acme/shop:1',
      auths: { 'gcr.io': { auth: basic('oauth2accesstoken').slice(6) } },
      answer: (seen) => {
        if (seen.path.startsWith('/v2/token')) {
          if (seen.method === 'POST') return { status: 404 };
          return seen.headers.authorization === basic('oauth2accesstoken') ? token('t-1') : { status: 403 };
        }
        if (seen.headers.authorization === 'Bearer t-1') return undefined;
        return seen.path === '/v2/'
          ? unauthorized('Bearer realm="https://gcr.io/v2/token",service="gcr.io"')
          : { status: 401 };
      },
    },
  ],
  [
    'ACR: a refresh token, which the POST form may answer with 400 and GET takes',
    {
      registry: 'acme.azurecr.io',
      image: 'acme.azurecr.io/acme/shop:1',
      auths: {
        'acme.azurecr.io': {
          auth: Buffer.from('00000000-0000-0000-0000-000000000000:').toString('base64'),
          identitytoken: 'refresh-1',
        },
      },
      answer: bearer('https://acme.azurecr.io/oauth2/token', ({ method, headers }) => {
        const pair = Buffer.from(`${headers.authorization?.slice(6)}`, 'base64').toString();
        if (method === 'POST') return { status: 400 };
        return pair.endsWith(':refresh-1')
          ? { status: 200, body: JSON.stringify({ access_token: 't-1' }) }
          : { status: 401 };
      }),
    },
  ],
  [
    'Quay: no token for more than pull, and gRPC’s media type now and then',
    {
      registry: 'quay.io',
      image: 'quay.io/acme/shop:1',
      answer: bearer(
        'https://quay.io/v2/auth',
        (seen) => (scopeOf(seen)?.endsWith(':pull') === true ? token('t-1') : { status: 403 }),
        (seen, count) =>
          isManifest(seen) && count === 1
            ? { status: 200, headers: { 'content-type': 'application/grpc' } }
            : undefined,
      ),
    },
  ],
  [
    'Harbor: the user robot$name, HEAD of another length',
    {
      registry: 'harbor.example',
      image: 'harbor.example/acme/shop:1',
      auths: { 'harbor.example': { auth: basic('robot$shop').slice(6) } },
      answer: bearer(
        'https://harbor.example/service/token',
        ({ headers }) => (headers.authorization === basic('robot$shop') ? token('t-1') : { status: 401 }),
        ({ method }) => (method === 'HEAD' ? { status: 200, headers: { 'content-length': '1' } } : undefined),
      ),
    },
  ],
  [
    'Artifactory: the log-in with every request, no tokens by POST, vague media types',
    {
      registry: 'acme.jfrog.example',
      image: 'acme.jfrog.example/acme/shop:1',
      auths: { 'acme.jfrog.example': { auth: basic('bob').slice(6) } },
      answer: ({ headers, method, path }) => {
        if (path.startsWith('/token')) return { status: method === 'POST' ? 401 : 404 };
        return headers.authorization === basic('bob') ? undefined : unauthorized('Basic realm="Artifactory"');
      },
    },
  ],
  [
    'Nexus: a child that is not there for a moment after the push',
    {
      registry: 'nexus.example',
      image: 'nexus.example/acme/shop:1',
      answer: bearer(
        'https://nexus.example/v2/token',
        () => token('t-1'),
        (seen, count) =>
          isManifest(seen) && seen.path.includes('sha256:') && count === 1
            ? error(404, 'MANIFEST_UNKNOWN')
            : undefined,
      ),
    },
  ],
  [
    'Red Hat: blobs compressed on the way',
    {
      registry: 'registry.access.redhat.com',
      image: 'registry.access.redhat.com/acme/shop:1',
      answer: ({ path }) => {
        const content = SMALL_IMAGE.blobs.get(`sha256:${/\/blobs\/sha256:(\w+)$/.exec(path)?.[1] ?? ''}`);
        return content && { status: 200, headers: { 'content-encoding': 'gzip' }, body: gzipSync(content) };
      },
    },
  ],
  [
    'GitLab: the token service is another host, a blob is unknown at first',
    {
      registry: 'registry.gitlab.example',
      image: 'registry.gitlab.example/acme/shop:1',
      others: ['gitlab.example'],
      auths: { 'registry.gitlab.example': { auth: basic('gitlab-ci-token').slice(6) } },
      answer: bearer(
        'https://gitlab.example/jwt/auth',
        ({ headers }) =>
          headers.authorization === basic('gitlab-ci-token') ? token('t-1') : { status: 403 },
        (seen, count) => (isBlob(seen) && count === 1 ? error(404, 'MANIFEST_BLOB_UNKNOWN') : undefined),
      ),
    },
  ],
  [
    'distribution: without the type of a list in Accept, one platform would come in its place',
    {
      registry: 'registry.example',
      image: 'registry.example/acme/shop:1',
      answer: (seen) =>
        isManifest(seen) && !/image\.index.*manifest\.list/.test(`${seen.headers.accept}`)
          ? error(404, 'MANIFEST_UNKNOWN')
          : undefined,
    },
  ],
];

describe('the image comes, whatever the registry does differently', () => {
  test.each(WORLDS)('%s', async (_, world) => {
    const { outcome, seen } = await pulled(world);
    expect(outcome).toBe(true);
    expect(seen.filter(({ method }) => method === 'HEAD')).toEqual([]);
    const contents = seen.filter((one) => isBlob(one) && one.headers.authorization !== undefined);
    for (const { host } of contents) expect(host).toBe(world.registry);
  });
});

const REFUSALS: readonly (readonly [
  name: string,
  registry: string,
  answer: World['answer'],
  code: string,
])[] = [
  [
    'Docker Hub: the pull limit',
    'registry-1.docker.io',
    () => ({
      status: 429,
      body: '{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}',
    }),
    'E_RATE_LIMIT',
  ],
  ['GHCR: denied', 'ghcr.io', bearer('https://ghcr.io/token', () => error(403, 'DENIED')), 'E_AUTH'],
  ['ECR Public: NOT_FOUND', 'public.ecr.aws', () => error(404, 'NOT_FOUND'), 'E_NOT_FOUND'],
  ['Red Hat: a number as code', 'registry.access.redhat.com', () => error(404, 404), 'E_NOT_FOUND'],
  [
    'Red Hat: a web page',
    'registry.access.redhat.com',
    () => ({ status: 404, headers: { 'content-type': 'text/html' }, body: '<html>404</html>' }),
    'E_NOT_FOUND',
  ],
  ['Harbor: NOT_FOUND', 'harbor.example', () => error(404, 'NOT_FOUND'), 'E_NOT_FOUND'],
  [
    'Quay: schema 1',
    'quay.io',
    () => ({
      status: 200,
      headers: { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' },
      body: '{"schemaVersion":1,"name":"acme/shop","tag":"1","fsLayers":[],"history":[]}',
    }),
    'E_UNSUPPORTED',
  ],
];

describe('and what it refuses has its own words', () => {
  test.each(REFUSALS)('%s', async (_, host, answer, code) => {
    const image = host === 'registry-1.docker.io' ? 'acme/shop:1' : `${host}/acme/shop:1`;
    expect((await pulled({ registry: host, image, answer })).outcome).toBe(code);
  });
});
