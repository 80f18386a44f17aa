import { Failure } from '../../base/failure.ts';
import { errorCode } from '../error-code.ts';

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|ALTNAME/;

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

/** What a broken connection means, in words. A Failure passes as it is. */
export function networkFailure(url: URL, cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  const code = errorCode(cause);
  if (UNTRUSTED.test(code)) {
    return new Failure(
      'E_TLS',
      `the certificate of ${url.host} is not trusted: ${code}`,
      'point NODE_EXTRA_CA_CERTS or SSL_CERT_FILE at the certificate of its authority',
      { cause },
    );
  }
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
    `${url.host} cannot be reached: ${why}`,
    'check the name and the network, then run it again',
    {
      cause,
    },
  );
}
