import { Failure, type FailureCode } from '../../base/failure.ts';
import { LIMITS } from '../../base/limits.ts';
import { Fields } from '../../oci/fields.ts';
import type { HttpAnswer } from './http-request.ts';

/** The beginning of an answer that is no content, so that its connection can be used again. Never throws. */
export async function readErrorBody(answer: HttpAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > LIMITS.errorBodyBytes) break;
    }
  } catch {
    // A broken error answer says as much as an empty one: the status is what counts.
  }
  const text = Buffer.concat(chunks).toString('utf8', 0, LIMITS.errorBodyBytes);
  return secretsIn(answer.authorization).reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

/** What of our own log-in an answer could repeat: the token, or the pair and the password. */
function secretsIn(authorization: string | null): readonly string[] {
  const [scheme = '', secret = ''] = authorization?.split(' ') ?? [];
  const pair = scheme === 'Basic' ? Buffer.from(secret, 'base64').toString() : '';
  return [secret, pair, pair.slice(pair.indexOf(':') + 1)].filter((text) => text !== '');
}

/** What an answer that is not the wanted one means. `subject` is the image, what of it was asked for, or the registry. */
export function failureOfAnswer(answer: HttpAnswer, body: string, subject: string): Failure {
  const { status, isRedirected, url } = answer;
  const about = subject === url.host ? '' : `${subject}: `;
  if (isQuotaAnswer(answer, body)) {
    const left = [answer.headers['ratelimit-remaining']].flat()[0];
    return new Failure(
      'E_RATE_LIMIT',
      `${subject}: the registry's pull limit is used up${left === undefined ? '' : ` (ratelimit-remaining: ${left.slice(0, 40)})`}`,
      'log in before this step (docker login): accounts have a higher limit',
    );
  }
  const code = codeOfStatus(status, isRedirected);
  const said = messageOf(body);
  const words = `${about}${url.host} answered ${status}${said === '' ? '' : ` (${said})`}`;
  return new Failure(code, words, HINTS[code] ?? 'run it again; if it happens again, look at the registry');
}

const HINTS: Partial<Record<FailureCode, string>> = {
  E_NOT_FOUND: 'check the name and the tag; a fresh push may take a while to show (wait-for-image)',
  E_AUTH: 'log in before this step with an account that may pull this image',
  E_RATE_LIMIT: 'log in before this step (docker login), or run it again later',
};

/** A log-in counts at the registry only: what it redirects to refuses for other reasons, such as an old address. */
function codeOfStatus(status: number, isRedirected: boolean): FailureCode {
  if (status === 404) return 'E_NOT_FOUND';
  if (status === 401 || status === 403) return isRedirected ? 'E_HTTP' : 'E_AUTH';
  return status === 429 ? 'E_RATE_LIMIT' : 'E_HTTP';
}

/** Docker Hub's pull limit: waiting for it takes hours. */
export function isQuotaAnswer({ status, headers }: HttpAnswer, body: string): boolean {
  const left = [headers['ratelimit-remaining']].flat()[0];
  return status === 429 && (/pull rate limit/i.test(body) || (left !== undefined && /^0(?:;|$)/.test(left)));
}

/** `errors[0]` of the distribution specification: its code and message. */
function messageOf(body: string): string {
  try {
    const [first] = Fields.parse(Buffer.from(body), 'answer').objects('errors');
    const code = first?.value('code');
    return [typeof code === 'string' ? code : '', first?.text('message') ?? '']
      .filter((part) => part !== '')
      .join(': ')
      .slice(0, 200);
  } catch {
    return '';
  }
}
