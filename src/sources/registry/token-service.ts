/**
 * The token service a registry names in its Bearer challenge (distribution, spec/auth/token.md and oauth.md):
 * one scope is asked for, `repository:NAME:pull`. With an identity token first as OAuth, by POST; where the
 * service does not know that, and with a user name and password, by GET with Basic.
 */
import { Failure } from '../../base/failure.ts';
import { LIMITS } from '../../base/limits.ts';
import { Fields } from '../../oci/fields.ts';
import { collectBytes } from '../collect-bytes.ts';
import type { HttpAnswer } from './http-request.ts';
import type { LogIn } from './credentials.ts';

export interface TokenRequest {
  readonly realm: URL;
  readonly service: string;
  readonly scope: string;
  readonly logIn: LogIn | null;
}

export interface Token {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Sends one request to the token service, redirects included. */
export type AskTokenService = (request: {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}) => Promise<HttpAnswer>;

/** These say "no such thing here" to the POST form: GCR 404, Artifactory 401, ACR 400, others 405. */
const NO_OAUTH = new Set([400, 401, 404, 405]);
/** In seconds. Docker's own client takes a shorter life for this too; a token that ends sooner is renewed after a 401. */
const SHORTEST_LIFE = 60;

/** null: the service refuses this log-in, or refuses to go without one. @throws {Failure} E_TOKEN, E_HTTP … */
export async function fetchToken(
  request: TokenRequest,
  ask: AskTokenService,
  now: () => number,
): Promise<Token | null> {
  const { logIn } = request;
  if (logIn && logIn.identityToken !== '') {
    const answer = await ask(oauthRequest(request, logIn.identityToken));
    if (!NO_OAUTH.has(answer.status)) return readToken(answer, request, now());
    answer.discard();
  }
  return readToken(await ask(basicRequest(request)), request, now());
}

function oauthRequest(request: TokenRequest, refreshToken: string): Parameters<AskTokenService>[0] {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    service: request.service,
    scope: request.scope,
    client_id: 'exec-format-guard',
    refresh_token: refreshToken,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  return { method: 'POST', url: request.realm, headers, body: form.toString() };
}

function basicRequest({ realm, service, scope, logIn }: TokenRequest): Parameters<AskTokenService>[0] {
  const url = new URL(realm);
  if (service !== '') url.searchParams.set('service', service);
  url.searchParams.set('scope', scope);
  const authorization = logIn ? { authorization: basicHeader(logIn) } : {};
  return { method: 'GET', url, headers: { accept: 'application/json', ...authorization } };
}

export function basicHeader({ username, password, identityToken }: LogIn): string {
  const pair =
    password === '' && identityToken !== ''
      ? `${username || '<token>'}:${identityToken}`
      : `${username}:${password}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

async function readToken(answer: HttpAnswer, { realm }: TokenRequest, now: number): Promise<Token | null> {
  if (answer.status === 401 || answer.status === 403 || answer.status === 400) {
    answer.discard();
    return null;
  }
  if (answer.status !== 200) {
    answer.discard();
    throw notAToken(realm, `answered ${answer.status}`);
  }
  const tooMany = (): Failure => notAToken(realm, 'answered more than 1 MiB');
  return parseToken(await collectBytes(answer.body, LIMITS.tokenBytes, tooMany), realm, now);
}

function parseToken(bytes: Uint8Array, realm: URL, now: number): Token {
  const { text, life } = readFields(bytes, realm);
  if (!/^[\x21-\x7e]+$/.test(text)) throw notAToken(realm, 'answered no token');
  return { text, expires: now + Math.max(life, SHORTEST_LIFE) * 1_000 };
}

function readFields(bytes: Uint8Array, realm: URL): { readonly text: string; readonly life: number } {
  try {
    const fields = Fields.parse(bytes, realm.host);
    const life = fields.value('expires_in');
    const text = fields.text('token') || fields.text('access_token') || '';
    return { text, life: typeof life === 'number' ? life : 0 };
  } catch {
    throw notAToken(realm, 'answered something that is no token');
  }
}

function notAToken(realm: URL, how: string): Failure {
  return new Failure(
    'E_TOKEN',
    `the token service ${realm.host} ${how}`,
    'look at the registry: its log-in service is broken',
  );
}
