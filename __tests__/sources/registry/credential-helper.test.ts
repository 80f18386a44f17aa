/** Real helpers, as scripts on the PATH, run as the program runs them. */
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runProgram } from '../../../src/machine/run-program.ts';
import { askCredentialHelper } from '../../../src/sources/registry/credential-helper.ts';
import { failureOf } from '../../support/failure-code.ts';
import { never, testHost } from '../../support/source-host.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
const path = process.env['PATH'];
beforeAll(() => void (process.env['PATH'] = `${folder}${delimiter}${path}`));
afterAll(() => void (process.env['PATH'] = path));

const SECRET = 'hunter2-canary';
const LOG_IN = JSON.stringify({ ServerURL: 'a.example', Username: 'bob', Secret: SECRET });

function helper(name: string, script: string): void {
  writeFileSync(join(folder, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, `docker-credential-${name}`), 0o755);
}

const ask = (name: string) =>
  askCredentialHelper(name, 'a.example', testHost({ runProgram, patience: { helper: 1_500 } }), never());

describe('A10 a credential helper', () => {
  test.each([
    ['reads its server and answers', `read -r server; [ "$server" = a.example ] && echo '${LOG_IN}'`],
    ['answers without reading', `echo '${LOG_IN}'`],
    ['closes its stdin first', `exec <&-; echo '${LOG_IN}'`],
    ['talks on stderr beside', `echo 'update available' >&2; echo '${LOG_IN}'`],
    ['leaves a child behind that keeps its output open a while', `sleep 0.5 & echo '${LOG_IN}'`],
  ])('that %s is understood', async (_, script) => {
    helper('test', script);
    expect(await ask('test')).toMatchObject({ username: 'bob', password: SECRET });
  });

  test.each([
    ['on stdout', 'echo "credentials not found in native keychain"; exit 1'],
    ['on stderr', 'echo "credentials not found in native keychain" >&2; exit 1'],
  ])('that says %s that it knows none gives none', async (_, script) => {
    helper('none', script);
    expect(await ask('none')).toBeNull();
  });

  test.each([
    ['fails', `echo '${LOG_IN}'; exit 3`, /failed with status 3/],
    ['answers no JSON', `echo 'Secret: ${SECRET}'`, /not a log-in/],
    ['answers without end', `yes '${SECRET}'`, /1 MiB|status/],
    ['answers 1.5 MiB', `echo '${LOG_IN}'; head -c 1600000 /dev/zero`, /1 MiB/],
    ['hangs', `read -r server; echo '${LOG_IN}'; sleep 60`, /no answer in 1\.5 s/],
    ['hangs and does not want to end', `trap '' TERM; while :; do sleep 1; done`, /no answer in 1\.5 s/],
    ['is killed', 'kill -9 $$', /status 128/],
  ])('that %s is E_CREDENTIALS, and what it printed is not shown', async (_, script, says) => {
    helper('broken', script);
    const failure = await failureOf(ask('broken'));
    expect(failure).toMatchObject({ code: 'E_CREDENTIALS' });
    expect(failure?.message).toMatch(says);
    expect(`${failure?.message} ${failure?.hint} ${String(failure?.cause)}`).not.toContain(SECRET);
  });

  test('that is not there is E_CREDENTIALS', async () => {
    expect(await failureOf(ask('absent'))).toMatchObject({ code: 'E_CREDENTIALS' });
  });

  test.each([
    '../../x',
    'a;touch owned',
    'a b',
    '$(id)',
    '`id`',
    'a"b',
    "a'b",
    'a\nb',
    'a\\b',
    '-v',
    '.',
    '..',
    '',
    'a/b',
    'é',
  ])('named %j is E_CONFIG and not started', async (name) => {
    let started = 0;
    const host = testHost({
      runProgram: async () => {
        started++;
        return { status: 0, stdout: LOG_IN, stderr: '' };
      },
    });
    const failure = await failureOf(askCredentialHelper(name, 'a.example', host, never()));
    expect([failure?.code, started, existsSync('owned')]).toEqual(['E_CONFIG', 0, false]);
  });
});
