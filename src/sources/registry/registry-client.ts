/**
 * GET over the distribution protocol: asks, logs in when the registry wants it, follows redirects, waits when it
 * is told to. A log-in never leaves its origin, and no server chooses an address that the registry may not name.
 */
import { Failure } from '../../base/failure.ts';
import type { RegistryReference } from '../../oci/reference.ts';
import type { SourceHost } from '../source-host.ts';
import { addressPolicy, anyAddress, type RefuseAddress, type Registry } from './address-policy.ts';
import { failureOfAnswer, isQuotaAnswer, readErrorBody } from './answer-failure.ts';
import type { Authorization } from './authorization.ts';
import { parseChallenges } from './challenge.ts';
import { sameOrigin, urlOfRegistry } from './endpoint.ts';
import { sendRequest, type HttpAnswer, type HttpRequest } from './http-request.ts';
import { networkOf, type Network } from './network.ts';
import { PATIENCE } from './patience.ts';
import { isTransient, parseRetryAfter, TryAgain } from './retry.ts';
import { fetchToken, type AskTokenService } from './token-service.ts';

const LONGEST_CHAIN = 10;
const LONGEST_TOKEN_CHAIN = 5;
const RENEWALS = 2;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

type Headers = Readonly<Record<string, string>>;

export class RegistryClient {
  readonly network: Network;
  readonly #host: SourceHost;
  readonly #authorization: Authorization;
  #registry: Registry;

  constructor(reference: RegistryReference, host: SourceHost) {
    this.#host = host;
    this.network = networkOf(host);
    this.#authorization = this.network.authorizationFor(reference);
    const url = urlOfRegistry(reference.registry, host.insecureRegistries);
    this.#registry = { name: reference.registry, url, address: '' };
  }

  /** The host that answers for the registry. */
  get server(): string {
    return this.#registry.url.host;
  }

  /**
   * The answer after log-in, redirects and retries, of any status that is not transient, given to `consume`; what
   * breaks in there is tried again too. @throws {Failure}
   */
  async get<T>(
    path: string,
    headers: Headers,
    consume: (answer: HttpAnswer) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    this.#registry = { ...this.#registry, url: await this.network.urlOf(this.#registry.name) };
    const attempt = async (): Promise<T> => consume(await this.#try(path, headers, signal));
    return this.network.retries.run(this.server, attempt, signal);
  }

  async #try(path: string, headers: Headers, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.#authorized(path, headers, signal);
    if (!isTransient(answer.status)) return answer;
    const retryAfter = parseRetryAfter(answer.headers['retry-after'], this.#host.clock);
    const body = await readErrorBody(answer);
    const failure = failureOfAnswer(answer, body, this.#registry.name);
    throw retryAfter === null && isQuotaAnswer(answer, body) ? failure : new TryAgain(failure, retryAfter);
  }

  async #authorized(path: string, headers: Headers, signal: AbortSignal): Promise<HttpAnswer> {
    const url = new URL(path, this.#registry.url);
    for (let renewals = 0; ; renewals++) {
      const header = this.#authorization.header();
      const answer = await this.#follow({ url, headers: withHeader(headers, header), signal });
      if (answer.status !== 401 || answer.isRedirected) return answer;
      if (renewals === RENEWALS) {
        answer.discard();
        throw await this.#authorization.refused(signal);
      }
      const challenge = await this.#challengeOf(answer, signal);
      await this.#authorization.renew(header, challenge, this.#tokenService(signal), signal);
    }
  }

  /** Some registries say only at their door what they want. */
  async #challengeOf(answer: HttpAnswer, signal: AbortSignal): Promise<string> {
    await readErrorBody(answer);
    const challenge = answer.headers['www-authenticate'] ?? '';
    if (challenge !== '') return challenge;
    const door = await this.#send(
      { method: 'GET', url: new URL('/v2/', this.#registry.url), headers: {}, refuse: anyAddress },
      signal,
    );
    await readErrorBody(door);
    return door.headers['www-authenticate'] ?? '';
  }

  async #follow(request: {
    readonly url: URL;
    readonly headers: Headers;
    readonly signal: AbortSignal;
  }): Promise<HttpAnswer> {
    let { url, headers } = request;
    let exchanged = false;
    for (let hops = 0; hops <= LONGEST_CHAIN; hops++) {
      const answer = await this.#send(
        { method: 'GET', url, headers, refuse: this.#policy(url) },
        request.signal,
      );
      if (hops === 0) this.#registry = { ...this.#registry, address: answer.address };
      const isRedirected = !sameOrigin(url, this.#registry.url);
      if (answer.status === 401 && isRedirected && !exchanged) {
        exchanged = true;
        const authorization = await this.#anonymousToken(answer, request.signal);
        if (authorization === null) return { ...answer, isRedirected };
        headers = { ...headers, authorization };
        continue;
      }
      const next = nextUrl(answer, this.#registry.name);
      if (!next) return { ...answer, isRedirected };
      await readErrorBody(answer);
      if (!sameOrigin(url, next)) headers = withHeader(headers, null);
      url = next;
    }
    throw new Failure(
      'E_REDIRECT',
      `${this.#registry.name} redirects more than ${LONGEST_CHAIN} times`,
      'look at the registry: its redirects go in circles',
    );
  }

  /** A host we were redirected to gets a token of its own, without any log-in, or none. */
  async #anonymousToken(answer: HttpAnswer, signal: AbortSignal): Promise<string | null> {
    const bearer = parseChallenges(answer.headers['www-authenticate'] ?? '').find(
      ({ scheme }) => scheme === 'bearer',
    );
    const realm = URL.parse(bearer?.parameters.get('realm') ?? '');
    const scope = bearer?.parameters.get('scope') ?? '';
    if (!bearer || !realm || !/^repository:[\w./-]+:pull$/.test(scope)) return null;
    await readErrorBody(answer);
    const request = { realm, service: bearer.parameters.get('service') ?? '', scope, logIn: null };
    const token = await fetchToken(request, this.#tokenService(signal), () => this.#host.clock.now());
    if (token) this.#host.registerSecret(token.text);
    return token && `Bearer ${token.text}`;
  }

  /** Redirects of the token service are followed with the same care, and its log-in stays at its origin too. */
  #tokenService(signal: AbortSignal): AskTokenService {
    return async (first) => {
      let { url, headers, method, body } = first;
      for (let hops = 0; hops <= LONGEST_TOKEN_CHAIN; hops++) {
        const policy = addressPolicy(url, this.#registry, this.#host.insecureRegistries, 'E_REALM');
        const answer = await this.#send(
          {
            method,
            url,
            headers: { ...headers, 'accept-encoding': 'identity' },
            refuse: policy,
            ...(body !== undefined && { body }),
          },
          signal,
        );
        const next = nextUrl(answer, this.#registry.name);
        if (!next) return retryable(answer, this.#registry.name, this.#host);
        await readErrorBody(answer);
        if (!sameOrigin(url, next)) {
          headers = withHeader(headers, null);
          // A form holds the log-in itself: it is not sent anywhere else.
          if (body !== undefined) throw redirectedForm(url, next);
        }
        url = next;
      }
      throw new Failure(
        'E_REALM',
        `the token service ${first.url.host} redirects more than ${LONGEST_TOKEN_CHAIN} times`,
        'look at the registry',
      );
    };
  }

  #policy(url: URL): RefuseAddress {
    if (sameOrigin(url, this.#registry.url)) return anyAddress;
    return addressPolicy(url, this.#registry, this.#host.insecureRegistries, 'E_REDIRECT');
  }

  #send(request: Omit<HttpRequest, 'registry'>, signal: AbortSignal): Promise<HttpAnswer> {
    const patience = { ...PATIENCE, ...this.#host.patience };
    const headers = { 'user-agent': 'exec-format-guard', ...request.headers };
    const complete = { ...request, headers, registry: this.#registry };
    return sendRequest(complete, this.network.connections, patience, signal);
  }
}

function withHeader(headers: Headers, authorization: string | null): Headers {
  const { authorization: _, ...rest } = headers;
  return authorization === null ? rest : { ...rest, authorization };
}

/** null: not a redirect. @throws {Failure} E_REDIRECT */
function nextUrl(answer: HttpAnswer, registry: string): URL | null {
  const location = answer.headers.location;
  if (!REDIRECTS.has(answer.status) || location === undefined) return null;
  const next = URL.parse(location, answer.url.href);
  const downgraded = next?.protocol === 'http:' && answer.url.protocol === 'https:';
  if (next && /^https?:$/.test(next.protocol) && !downgraded) return next;
  throw new Failure(
    'E_REDIRECT',
    `${registry} redirects to ${downgraded ? `plain HTTP at ${next.host}` : 'something that is not the web'}`,
    'look at the registry: its redirects are broken',
  );
}

async function retryable(answer: HttpAnswer, registry: string, host: SourceHost): Promise<HttpAnswer> {
  if (!isTransient(answer.status)) return answer;
  const failure = failureOfAnswer(answer, await readErrorBody(answer), registry);
  throw new TryAgain(failure, parseRetryAfter(answer.headers['retry-after'], host.clock));
}

function redirectedForm(from: URL, to: URL): Failure {
  return new Failure(
    'E_REALM',
    `the token service ${from.host} redirects a log-in to ${to.host}`,
    'look at the registry: a log-in is not sent to another host',
  );
}
