import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { LIMITS } from '../../src/base/limits.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { openSource } from '../../src/sources/index.ts';
import type { ProgramOutcome, SourceHost } from '../../src/sources/source-host.ts';
import { verified } from '../../src/sources/verified.ts';
import { failureOf } from '../support/failure-code.ts';
import { dockerArchiveFiles, tarOfFiles } from '../support/image-builder.ts';
import { never, testHost } from '../support/source-host.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const ARCHIVE = tarOfFiles(
  dockerArchiveFiles({ 'shop:1': { platform: 'linux/arm64', layers: [{ a: '1' }] } }),
);

/** A docker command that writes these bytes and ends so; it notes what it was asked. */
function engine(output: Buffer, outcome: Partial<ProgramOutcome> = {}) {
  const asked: string[][] = [];
  const temporaryDirectory = join(folder, String(readdirSync(folder).length));
  mkdirSync(temporaryDirectory);
  const runProgram: SourceHost['runProgram'] = async (program, args, options) => {
    asked.push([program, ...args]);
    for (let at = 0; at < output.length; at += 1_000) options.onStdout?.(output.subarray(at, at + 1_000));
    return { status: 0, stdout: '', stderr: '', ...outcome };
  };
  return { asked, temporaryDirectory, host: testHost({ runProgram, temporaryDirectory }) };
}

/** A docker command that waits until it is stopped. */
const hangs: SourceHost['runProgram'] = (_program, _args, { signal }) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')));
  });

describe('docker-daemon:', () => {
  test('what docker save writes is read and then removed', async () => {
    const { asked, temporaryDirectory, host } = engine(ARCHIVE);
    const source = verified(openSource(parseReference('docker-daemon:shop:1'), host));
    const root = await source.resolve(never());
    await source.readBytes(root, LIMITS.manifestBytes, never());
    expect(asked).toEqual([['docker', 'save', 'shop:1']]);
    expect(readdirSync(temporaryDirectory)).toHaveLength(1);
    await source.close();
    expect(readdirSync(temporaryDirectory)).toEqual([]);
  });

  test.each([
    ['shop', 'shop:latest'],
    ['localhost:5000/shop', 'localhost:5000/shop:latest'],
    ['sha256:0123456789ab', 'sha256:0123456789ab'],
    [`shop@sha256:${'ab'.repeat(32)}`, `shop@sha256:${'ab'.repeat(32)}`],
  ])('%s is asked for as %s, because docker save takes every tag of a bare name', async (name, asked) => {
    const docker = engine(ARCHIVE);
    const source = openSource(parseReference(`docker-daemon:${name}`), docker.host);
    await source.resolve(never());
    await source.close();
    expect(docker.asked).toEqual([['docker', 'save', asked]]);
  });

  test.each([
    [
      'an absent image',
      'Error response from daemon: reference does not exist\n',
      'E_NOT_FOUND',
      'does not exist',
    ],
    [
      'an absent socket',
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
      'E_ENGINE',
      'unix:///var/run/docker.sock',
    ],
    [
      'a socket that is not ours',
      'permission denied while trying to connect to the docker API at unix:///var/run/docker.sock',
      'E_ENGINE',
      'permission denied',
    ],
    ['silence', '', 'E_ENGINE', 'nothing'],
  ])('I05 %s is said with its cause', async (_, stderr, code, cause) => {
    const { host, temporaryDirectory } = engine(Buffer.of(), { status: 1, stderr });
    const failure = await failureOf(
      openSource(parseReference('docker-daemon:shop:1'), host).resolve(never()),
    );
    expect(failure).toMatchObject({ code });
    expect(failure?.message).toContain(cause);
    expect(readdirSync(temporaryDirectory)).toEqual([]);
  });

  test('I05 no docker command is E_ENGINE', async () => {
    const failure = await failureOf(
      openSource(parseReference('docker-daemon:shop:1'), testHost()).resolve(never()),
    );
    expect(failure).toMatchObject({ code: 'E_ENGINE' });
  });

  test('I05 an export that breaks in the middle is a failure, also when docker ends with 0', async () => {
    for (const status of [0, 1]) {
      const { host, temporaryDirectory } = engine(ARCHIVE.subarray(0, 2_000), {
        status,
        stderr: 'unexpected EOF',
      });
      const failure = await failureOf(
        openSource(parseReference('docker-daemon:shop:1'), host).resolve(never()),
      );
      expect(failure?.code).toMatch(/^E_(?:ENGINE|TAR|NOT_FOUND)$/);
      expect(readdirSync(temporaryDirectory)).toEqual([]);
    }
  });

  test('I05 a temporary folder that cannot be written is E_FILE, and docker is not asked', async () => {
    const { asked, host } = engine(ARCHIVE);
    const temporaryDirectory = join(folder, 'nowhere');
    const failure = await failureOf(
      openSource(parseReference('docker-daemon:shop:1'), { ...host, temporaryDirectory }).resolve(never()),
    );
    expect(failure).toMatchObject({ code: 'E_FILE', hint: expect.stringContaining('TMPDIR') });
    expect(failure?.message).toContain('nowhere');
    expect(asked).toEqual([]);
  });

  test('I05 an engine that hangs is left when the run is cancelled', async () => {
    const { host, temporaryDirectory } = engine(ARCHIVE);
    const stop = new AbortController();
    const work = openSource(parseReference('docker-daemon:shop:1'), { ...host, runProgram: hangs }).resolve(
      stop.signal,
    );
    stop.abort(new Error('cancelled'));
    await expect(work).rejects.toThrow('cancelled');
    expect(readdirSync(temporaryDirectory)).toEqual([]);
  });
});
