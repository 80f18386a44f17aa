import { Failure } from '../../base/failure.ts';
import { Fields } from '../../oci/fields.ts';
import type { SourceHost } from '../source-host.ts';
import { entryOrNull, type AuthEntry } from './docker-config.ts';
import { PATIENCE } from './patience.ts';

const LARGEST_OUTPUT = 1024 * 1024;

/**
 * Asks `docker-credential-NAME get` (docker/docker-credential-helpers) for one server. null: it has no log-in
 * for it. @throws {Failure} E_CONFIG for a name that is no name, E_CREDENTIALS when the helper fails
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  host: SourceHost,
  signal: AbortSignal,
): Promise<AuthEntry | null> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    throw new Failure(
      'E_CONFIG',
      `docker's config.json names ${JSON.stringify(name.slice(0, 80))} as a credential helper, which is not a name of one`,
      'write the name without docker-credential- and without a path',
    );
  }
  const program = `docker-credential-${name}`;
  const longestWait = { ...PATIENCE, ...host.patience }.helper;
  const timeout = AbortSignal.timeout(longestWait);
  const outcome = await host
    .runProgram(program, ['get'], { input: server, signal: AbortSignal.any([signal, timeout]) })
    .catch((cause: unknown) => {
      signal.throwIfAborted();
      throw failed(
        program,
        server,
        timeout.aborted ? `gave no answer in ${longestWait / 1_000} s` : 'could not be started',
        cause,
      );
    });
  if (outcome.stdout.length > LARGEST_OUTPUT) throw failed(program, server, 'answered more than 1 MiB');
  if (outcome.status !== 0) {
    const said = `${outcome.stdout}\n${outcome.stderr}`;
    if (/credentials not found in native keychain/i.test(said)) return null;
    throw failed(program, server, `failed with status ${outcome.status}`);
  }
  return parseAnswer(outcome.stdout, program);
}

function parseAnswer(stdout: string, program: string): AuthEntry | null {
  try {
    const fields = Fields.parse(Buffer.from(stdout), program);
    const username = fields.text('Username') ?? '';
    const secret = fields.text('Secret') ?? '';
    const isToken = username === '<token>';
    return entryOrNull({
      username: isToken ? '' : username,
      password: isToken ? '' : secret,
      identityToken: isToken ? secret : '',
      registryToken: '',
    });
  } catch {
    throw failed(program, '', 'answered something that is not a log-in');
  }
}

/** What the helper printed is not shown: it may hold the secret. */
function failed(program: string, server: string, how: string, cause?: unknown): Failure {
  return new Failure(
    'E_CREDENTIALS',
    `${program} ${how}${server === '' ? '' : ` for ${server}`}`,
    `run it by hand: echo ${server === '' ? 'SERVER' : server} | ${program} get`,
    { cause },
  );
}
