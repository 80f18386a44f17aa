/**
 * The log-in of one repository: nothing at first, then what the registry's challenge asks for. A header made
 * here belongs to the registry's origin alone. Requests that fail together renew it once.
 */
import { Failure } from '../../base/failure.ts';
import type { SourceHost } from '../source-host.ts';
import { configFileOf } from './config-places.ts';
import { parseChallenges, type Challenge } from './challenge.ts';
import { findLogIn, type LogIn } from './credentials.ts';
import type { Target } from './target.ts';
import { basicHeader, fetchToken, type AskTokenService, type Token } from './token-service.ts';

/** A token is renewed a little before it ends, so that it does not end on the way. */
const MARGIN = 5_000;

export class Authorization {
  readonly #target: Target;
  readonly #host: SourceHost;
  readonly #looked: string[] = [];
  #logIns: Promise<(LogIn | null)[]> | undefined;
  #header: string | null = null;
  #expires = Number.POSITIVE_INFINITY;
  #renewal: Promise<void> | undefined;

  constructor(target: Target, host: SourceHost) {
    this.#target = target;
    this.#host = host;
  }

  /** The header to send now; null: none, to see what the registry asks for. */
  header(): string | null {
    return this.#host.clock.now() < this.#expires - MARGIN ? this.#header : null;
  }

  /**
   * A request that was sent with the header `sent` got 401 with these challenges: get something better.
   * @throws {Failure} E_AUTH when there is nothing better
   */
  async renew(sent: string | null, header: string, ask: AskTokenService, signal: AbortSignal): Promise<void> {
    if (this.#header !== sent && this.header() !== null) return;
    this.#renewal ??= this.#answer(sent, parseChallenges(header), ask, signal).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  /** @throws {Failure} E_AUTH that says where a log-in was looked for */
  async refused(signal: AbortSignal): Promise<Failure> {
    const [logIn] = await this.#candidates(signal);
    const name = `${this.#target.registry}/${this.#target.repository}`;
    const hint = `log in before this step: docker login ${this.#target.registry}`;
    if (logIn)
      return new Failure('E_AUTH', `${name}: the registry refuses the log-in from ${logIn.place}`, hint);
    const places =
      this.#looked.length === 0
        ? `there is no ${configFileOf(this.#host)}`
        : `looked in ${this.#looked.join(', ')}`;
    return new Failure(
      'E_AUTH',
      `${name}: the registry wants a log-in, or the image does not exist (${places})`,
      hint,
    );
  }

  async #answer(
    sent: string | null,
    challenges: readonly Challenge[],
    ask: AskTokenService,
    signal: AbortSignal,
  ): Promise<void> {
    const logIns = await this.#candidates(signal);
    // A fresh header that was refused means that its log-in does not do; one that ran out may be renewed.
    if (sent !== null && sent === this.#header && logIns.length > 1) logIns.shift();
    const bearer = challenges.find(
      ({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'),
    );
    const basic = challenges.find(({ scheme }) => scheme === 'basic');
    while (logIns.length > 0) {
      const logIn = logIns[0] ?? null;
      const made = bearer ? await this.#bearer(bearer, logIn, ask) : basic ? basicOf(logIn) : null;
      if (made) {
        this.#header = made.header;
        this.#expires = made.expires;
        this.#host.registerSecret(made.header.replace(/^\w+ /, ''));
        return;
      }
      if (logIns.length === 1) break;
      logIns.shift();
    }
    throw await this.refused(signal);
  }

  async #bearer(
    { parameters }: Challenge,
    logIn: LogIn | null,
    ask: AskTokenService,
  ): Promise<{ header: string; expires: number } | null> {
    if (logIn && logIn.registryToken !== '') {
      return { header: `Bearer ${logIn.registryToken}`, expires: Number.POSITIVE_INFINITY };
    }
    const request = {
      realm: parseRealm(parameters.get('realm') ?? '', this.#target),
      service: parameters.get('service') ?? '',
      scope: `repository:${this.#target.repository}:pull`,
      logIn,
    };
    const token: Token | null = await fetchToken(request, ask, () => this.#host.clock.now());
    return token && { header: `Bearer ${token.text}`, expires: token.expires };
  }

  /** Log-ins to try, in order; the first is the one in use. */
  async #candidates(signal: AbortSignal): Promise<(LogIn | null)[]> {
    this.#logIns ??= this.#find(signal);
    return this.#logIns;
  }

  async #find(signal: AbortSignal): Promise<(LogIn | null)[]> {
    const found = await findLogIn(this.#target, this.#host, (place) => this.#looked.push(place), signal);
    if (found) return [found];
    const { githubToken } = this.#host;
    if (this.#target.registry !== 'ghcr.io' || githubToken === null || githubToken === '') return [null];
    this.#looked.push('github-token');
    const github = {
      username: 'x-access-token',
      password: githubToken,
      identityToken: '',
      registryToken: '',
    };
    return [null, { ...github, place: 'github-token' }];
  }
}

function basicOf(logIn: LogIn | null): { header: string; expires: number } | null {
  return logIn && { header: basicHeader(logIn), expires: Number.POSITIVE_INFINITY };
}

function parseRealm(text: string, { registry }: Target): URL {
  const realm = URL.parse(text);
  if (realm && /^https?:$/.test(realm.protocol) && realm.username === '' && realm.password === '')
    return realm;
  throw new Failure(
    'E_REALM',
    `${registry} names a token service that is no web address`,
    'look at the registry: its set-up is broken',
  );
}
