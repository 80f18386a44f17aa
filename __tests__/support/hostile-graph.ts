import type { SourceHost } from '../../src/sources/source-host.ts';
import { randomOf } from './fault-proxy.ts';
import { recordOf, type SeenRequest, listen, closeServer } from './in-memory-registry.ts';
import { createServer, type ServerResponse } from 'node:http';
import { pull } from './registry-bench.ts';
import { testHost } from './source-host.ts';

/** The secrets of the run; none may ever be seen where it does not belong. */
const PASSWORD = 'pw-canary-graph';
const BASIC = `Basic ${Buffer.from(`bob:${PASSWORD}`).toString('base64')}`;

/** Host names, their addresses, and whether anyone may be sent there. */
const WORLD: Readonly<Record<string, string>> = {
  'reg.example': '203.0.113.1',
  'auth.example': '203.0.113.2',
  'cdn.example': '203.0.113.3',
  'evil.example': '203.0.113.66',
  'reg.example.evil.example': '203.0.113.67',
  'inside.example': '10.0.0.9',
  'metadata.example': '169.254.169.254',
};
const PLACES: readonly [string, ...string[]] = [
  'reg.example',
  ...Object.keys(WORLD),
  'reg.example:8443',
  '127.0.0.1',
  '[::1]',
  '192.168.1.1',
  '169.254.169.254',
  '2130706433',
];
const REDIRECTS: readonly [number, ...number[]] = [301, 302, 303, 307, 308];

export interface GraphHost {
  /** What went wrong with this seed; empty: nothing. */
  play(seed: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

/**
 * A world whose every answer is drawn at random: redirects to anywhere, challenges that name any realm, tokens. Only
 * `reg.example` over TLS may see the log-in, and the token services that it named itself; a token only its origin.
 */
export async function startHostileWorld(): Promise<GraphHost> {
  let random = randomOf(1);
  let problems: string[] = [];
  let realms = new Set<string>();
  const pick = <T>(list: readonly [T, ...T[]]): T => list[Math.floor(random() * list.length)] ?? list[0];
  const place = (): string =>
    `${random() < 0.85 ? 'https' : 'http'}://${pick(PLACES)}/${pick(['v2/x', 'token', 'a'])}`;

  const judge = ({ host, headers, path, body }: SeenRequest): void => {
    const authorization = headers.authorization ?? '';
    if (authorization === BASIC && host !== 'reg.example' && !realms.has(host))
      problems.push(`the log-in went to ${host}`);
    if (authorization === 'Bearer of-the-log-in' && host !== 'reg.example') {
      problems.push(`the token went to ${host}`);
    }
    if (`${path}${body}`.includes(PASSWORD)) problems.push(`the password stood in a request to ${host}`);
  };
  const answer = (seen: SeenRequest, response: ServerResponse): void => {
    judge(seen);
    const draw = random();
    if (draw < 0.35) response.writeHead(pick(REDIRECTS), { location: place() }).end();
    else if (draw < 0.65) {
      const realm = place();
      if (seen.host === 'reg.example') realms.add(new URL(realm).host);
      response
        .writeHead(401, {
          'www-authenticate': pick([`Bearer realm="${realm}",scope="repository:x:pull"`, 'Basic realm="x"']),
        })
        .end();
    } else if (draw < 0.9)
      response
        .writeHead(200)
        .end(JSON.stringify({ token: seen.headers.authorization === BASIC ? 'of-the-log-in' : 'of-nobody' }));
    else response.writeHead(404).end();
  };

  const server = createServer((request, response) => {
    recordOf(request).then(
      (seen) => answer(seen, response),
      () => response.destroy(),
    );
  });
  const local = await listen(server);
  const host = (): SourceHost =>
    testHost({
      env: { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'reg.example': { auth: BASIC.slice(6) } } }) },
      dial: {
        lookup: (name) =>
          WORLD[name] === undefined ? Promise.reject(new Error('unknown')) : Promise.resolve([WORLD[name]]),
        route({ address, protocol }) {
          if (!address.startsWith('203.0.113.')) problems.push(`dialled ${address}`);
          if (protocol === 'http:') problems.push(`spoke plain HTTP to ${address}`);
          const [to = '', port] = local.split(':');
          return { address: to, port: Number(port), protocol: 'http:' };
        },
      },
    });
  return {
    async play(seed) {
      random = randomOf(seed);
      problems = [];
      realms = new Set();
      await pull('reg.example/acme/shop:1', host()).catch((failure: unknown) => {
        if (String(failure instanceof Error ? failure.message : failure).includes(PASSWORD))
          problems.push('the password stood in a failure');
      });
      return problems;
    },
    close: () => closeServer(server),
  };
}
