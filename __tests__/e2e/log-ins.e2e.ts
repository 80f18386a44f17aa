/** Every config.json of the fixtures is put before skopeo too: both must log in as the same user. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { LOG_IN_FIXTURES, PASSWORD, type LogInFixture } from '../support/log-in-fixtures.ts';

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'log-ins-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** `docker-credential-NAME` as a script that knows these servers. */
function writeHelpers(folder: string, helpers: LogInFixture['helpers'] = {}): void {
  for (const [name, known] of Object.entries(helpers)) {
    const cases = Object.entries(known).map(
      ([server, user]) =>
        `${server}) echo '${JSON.stringify({ ServerURL: server, Username: user, Secret: PASSWORD })}' ;;`,
    );
    const script = [
      '#!/bin/sh',
      'read -r server',
      'case "$server" in',
      ...cases,
      '*) echo "credentials not found in native keychain"; exit 1 ;;',
      'esac',
    ].join('\n');
    writeFileSync(join(folder, `docker-credential-${name}`), `${script}\n`);
    chmodSync(join(folder, `docker-credential-${name}`), 0o755);
  }
}

/** The user that skopeo is logged in as for this image, by its own word. */
async function userOfSkopeo(
  { config, helpers, image }: LogInFixture,
  folder: string,
): Promise<string | null> {
  mkdirSync(folder);
  const authfile = join(folder, 'auth.json');
  writeFileSync(authfile, JSON.stringify(config));
  writeHelpers(folder, helpers);
  const name = image.replace(/:[^:/]+$/, '');
  const target = name.startsWith('acme/') ? `docker.io/${name}` : name;
  const env = { PATH: `${folder}:${process.env['PATH']}`, HOME: folder };
  const ask = async (key: string): Promise<string | null> =>
    run('skopeo', ['login', '--get-login', '--authfile', authfile, key], { env }).then(
      ({ stdout }) => stdout.trim(),
      () => null,
    );
  return ask(target);
}

describe('A09 the same choice as skopeo', () => {
  const shared = LOG_IN_FIXTURES.filter(({ only }) => only === undefined);
  test.each(shared.map((fixture, at) => [fixture.name, fixture, at] as const))(
    '%s',
    async (_, fixture, at) => {
      expect(await userOfSkopeo(fixture, join(scratch, String(at)))).toBe(fixture.user);
    },
  );
});
