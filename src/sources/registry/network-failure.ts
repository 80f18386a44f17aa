import { Failure } from '../../base/failure.ts';
import { errorCode } from '../error-code.ts';

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|ALTNAME/;

/** What is wrong with a certificate, and what helps, where it is not that nobody knows its authority. */
const CERTIFICATE_FAULTS: Readonly<Record<string, readonly [why: string, hint: string]>> = {
  CERT_HAS_EXPIRED: ['has expired', 'renew the certificate of the registry, or that of the authority'],
  CERT_NOT_YET_VALID: ['is not valid yet', 'look at the clock of this machine'],
  CERT_REVOKED: ['was revoked', 'renew the certificate of the registry'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['is for another name', 'use the name that the certificate is for'],
};

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'the connection was not answered',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
};

/** The certificate is good in itself, but signed by nobody we know. */
export function isUnknownAuthority(cause: unknown): boolean {
  const code = errorCode(cause);
  return UNTRUSTED.test(code) && CERTIFICATE_FAULTS[code] === undefined;
}

/** What a broken connection means, in words. A Failure passes as it is. */
export function networkFailure(url: URL, cause: unknown, proxy: string | null = null): Failure {
  if (cause instanceof Failure) return cause;
  const code = errorCode(cause);
  if (UNTRUSTED.test(code)) return untrusted(url, code, cause);
  if (code === 'ERR_PROXY_TUNNEL') return refusedByProxy(url, proxy, cause);
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return new Failure(
      'E_TLS',
      `${url.host} does not speak TLS as we do: ${code}`,
      'if it is a plain HTTP registry that you trust, name it in insecure-registries',
      { cause },
    );
  }
  if (code.startsWith('HPE_')) {
    return new Failure(
      'E_HTTP',
      `${url.host} answers something that is not readable HTTP: ${code}`,
      'look at the proxy before it',
      {
        cause,
      },
    );
  }
  const why = EXPLANATIONS[code] ?? (code === '' ? 'the connection broke' : code);
  return new Failure(
    'E_NETWORK',
    proxy === null
      ? `${url.host} cannot be reached: ${why}`
      : `${url.host} cannot be reached through the proxy ${hostOfProxy(proxy)}: ${why}`,
    proxy === null ? 'check the name and the network, then run it again' : PROXY_HINT,
    {
      cause,
    },
  );
}

const PROXY_HINT = 'check HTTPS_PROXY and HTTP_PROXY, or name the registry in NO_PROXY';

function untrusted(url: URL, code: string, cause: unknown): Failure {
  const [why, hint] = CERTIFICATE_FAULTS[code] ?? ['is not signed by an authority we trust', ''];
  const authority = `the PEM certificate of its authority belongs into NODE_EXTRA_CA_CERTS (the path of a file), SSL_CERT_FILE or docker's certs.d/${url.host}`;
  return new Failure(
    'E_TLS',
    `the certificate of ${url.host} ${why} (${code})`,
    hint === '' ? authority : `${hint}; ${authority}`,
    { cause },
  );
}

function refusedByProxy(url: URL, proxy: string | null, cause: unknown): Failure {
  const status = cause instanceof Error && 'statusCode' in cause ? Number(cause.statusCode) : 0;
  const at = proxy === null ? '' : ` ${hostOfProxy(proxy)}`;
  if (status === 407) {
    const hint = 'write its user and password into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT';
    return new Failure('E_AUTH', `the proxy${at} wants a log-in, or refuses the one it got (407)`, hint);
  }
  const how = status === 0 ? 'gives no answer' : `answers ${status}`;
  return new Failure('E_NETWORK', `the proxy${at} ${how} when asked for a way to ${url.host}`, PROXY_HINT, {
    cause: Object.assign(new Error('tunnel'), { code: 'ERR_PROXY_TUNNEL' }),
  });
}

/** Without the log-in that its address may hold. */
function hostOfProxy(proxy: string): string {
  return new URL(proxy).host;
}
