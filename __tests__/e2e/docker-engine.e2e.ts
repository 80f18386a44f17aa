/** A real engine (Debian's dockerd) answers for docker-daemon:, and its archive for docker-archive:. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { runProgram } from '../../src/machine/run-program.ts';
import type { SourceHost } from '../../src/sources/source-host.ts';
import type { Report } from '../../src/verdict/report.ts';
import { DockerEngine } from '../support/docker-engine.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { writeDockerArchive } from '../support/image-builder.ts';

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'engine-'));
const temporaryDirectory = join(scratch, 'temporary');
let engine: DockerEngine;

const docker = (...args: string[]): Promise<{ readonly stdout: string }> => engine.docker(...args);
const atThisEngine: SourceHost['runProgram'] = (program, args, options) =>
  runProgram(program, ['-H', `unix://${engine.socket}`, ...args], options);

const elsewhere: SourceHost['runProgram'] = (program, args, options) =>
  runProgram(program, ['-H', 'unix:///nowhere.sock', ...args], options);

beforeAll(async () => {
  mkdirSync(temporaryDirectory);
  engine = await DockerEngine.start(scratch);
  for (const [name, example, architecture] of [
    ['good', 'good', 'amd64'],
    ['wrong', 'wrong-architecture', 'arm64'],
  ] as const) {
    const from = [
      'copy',
      '-q',
      '--override-os',
      'linux',
      '--override-arch',
      architecture,
      `oci:examples/${example}`,
    ];
    await run('skopeo', [...from, `docker-archive:${join(scratch, `${name}.tar`)}:shop:${name}`]);
    await docker('load', '-i', join(scratch, `${name}.tar`));
  }
  await docker('save', '-o', join(scratch, 'both.tar'), 'shop:good', 'shop:wrong');
}, 120_000);

afterAll(async () => {
  await engine.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function check(reference: string, platforms: readonly string[] = []): Promise<Report> {
  return guard(
    guardRequest([reference], platforms),
    guardHost({ runProgram: atThisEngine, temporaryDirectory }),
  );
}

describe('docker-daemon:', () => {
  test('an image that starts passes', async () => {
    const report = await check('docker-daemon:shop:good', ['linux/amd64']);
    expect(report.verdict).toBe('pass');
    expect(report.images[0]?.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64']);
  });

  test('an image with a program of another architecture fails', async () => {
    const report = await check('docker-daemon:shop:wrong');
    expect(report.verdict).toBe('fail');
    expect(report.findings.map(({ rule }) => rule)).toContain('wrong-architecture');
  });

  test('I06 the platform of the engine is not taken for the one that was asked for', async () => {
    const report = await check('docker-daemon:shop:good', ['linux/arm64']);
    expect(report.verdict).not.toBe('pass');
    expect(report.images[0]?.missingPlatforms).toEqual(['linux/arm64']);
  });

  test('an image by its ID', async () => {
    const { stdout } = await docker('image', 'inspect', '--format', '{{.Id}}', 'shop:good');
    expect((await check(`docker-daemon:${stdout.trim()}`)).verdict).toBe('pass');
  });

  test('I05 an image that is not there is E_NOT_FOUND with what docker said', async () => {
    const [image] = (await check('docker-daemon:shop:absent')).images;
    expect(image?.failure).toMatchObject({ code: 'E_NOT_FOUND' });
    expect(image?.failure?.message).toContain('docker save failed');
  });

  test('I05 an engine that is not there is E_ENGINE with its address', async () => {
    const report = await guard(
      guardRequest(['docker-daemon:shop:good']),
      guardHost({ runProgram: elsewhere, temporaryDirectory }),
    );
    expect(report.images[0]?.failure).toMatchObject({ code: 'E_ENGINE' });
    expect(report.images[0]?.failure?.message).toContain('/nowhere.sock');
  });

  test('I05 a disk that is full before docker has saved everything is E_FILE, and what was written is gone', async () => {
    const small = join(scratch, 'small');
    mkdirSync(small);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'none', small]);
    try {
      const host = guardHost({ runProgram: atThisEngine, temporaryDirectory: small });
      const [image] = (await guard(guardRequest(['docker-daemon:shop:good']), host)).images;
      expect(image?.failure).toMatchObject({ code: 'E_FILE', hint: expect.stringContaining('TMPDIR') });
      expect(image?.failure?.message).toContain('its disk is full');
      expect(readdirSync(small)).toEqual([]);
    } finally {
      await run('umount', [small]);
    }
  });

  test('nothing is left behind', () => {
    expect(readdirSync(temporaryDirectory)).toEqual([]);
  });
});

/** What the engine runs is what is judged, whatever the image's config says of SHELL. */
describe('HEALTHCHECK in its shell form', () => {
  const shell = readFileSync('/bin/busybox');
  const layer = { 'bin/sh': { data: shell, mode: 0o755 }, 'bin/sleep': { data: shell, mode: 0o755 } };

  test.each([
    ['a SHELL that is there', ['/bin/sh', '-o', 'pipefail', '-c'], 'missing | true', 0],
    ['a SHELL that is not there', ['/bin/nosh', '-c'], 'true', 0],
    ['a program that is not there', ['/bin/sh', '-c'], 'missing', 127],
  ] as const)('%s', async (_, Shell, text, status) => {
    const Healthcheck = { Test: ['CMD-SHELL', text], Interval: 100_000_000, Retries: 1 };
    const config = { Entrypoint: ['sleep', '60'], Shell, Healthcheck };
    const archive = join(scratch, 'probe.tar');
    writeDockerArchive(archive, { 'shop:probe': { platform: 'linux/amd64', config, layers: [layer] } });
    await docker('load', '-i', archive);
    const { stdout } = await docker('run', '-d', '--network', 'none', 'shop:probe');
    expect(await firstProbe(stdout.trim())).toMatchObject({ ExitCode: status });
    await docker('rm', '-f', stdout.trim());
    const { findings } = await check('docker-daemon:shop:probe');
    expect(findings.map(({ rule }) => rule)).toEqual(status === 0 ? [] : ['healthcheck-broken']);
  });
});

/** What came of the first time, once it is over. */
async function firstProbe(container: string): Promise<unknown> {
  const format = ['--format', '{{json .State.Health.Log}}'];
  for (let tries = 0; tries < 100; tries++) {
    const { stdout } = await docker('inspect', ...format, container);
    const log: unknown = JSON.parse(stdout);
    if (Array.isArray(log) && log.length > 0) return log[0];
    await sleep(100);
  }
  throw new Error('HEALTHCHECK was not run');
}

describe('docker-archive: of that engine', () => {
  test('two images in one archive are chosen by name', async () => {
    const archive = join(scratch, 'both.tar');
    expect((await check(`docker-archive:${archive}:shop:good`)).verdict).toBe('pass');
    expect((await check(`docker-archive:${archive}:shop:wrong`)).verdict).toBe('fail');
    expect((await check(`docker-archive:${archive}`)).images[0]?.failure).toMatchObject({
      code: 'E_AMBIGUOUS_REFERENCE',
    });
  });

  test('what skopeo writes is read too', async () => {
    expect((await check(`docker-archive:${join(scratch, 'good.tar')}`)).verdict).toBe('pass');
  });
});
