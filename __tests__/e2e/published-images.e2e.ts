/**
 * The main job on real input: images of many architectures made from Debian's packages, written by buildah and skopeo
 * into a real registry, read back with every kind of log-in.
 */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import type { Report } from '../../src/verdict/report.ts';
import { type DebianArchitecture, unpackDebian } from '../support/debian-packages.ts';
import { type DockerRegistry, PASSWORD, startDockerRegistry, USER } from '../support/docker-registry.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';

/** Platform, Debian's name, and the suite that has it. */
const PLATFORMS: readonly [platform: string, debian: DebianArchitecture, suite: 'bookworm' | 'trixie'][] = [
  ['linux/amd64', 'amd64', 'bookworm'],
  ['linux/arm64', 'arm64', 'bookworm'],
  ['linux/arm/v7', 'armhf', 'bookworm'],
  ['linux/386', 'i386', 'bookworm'],
  ['linux/ppc64le', 'ppc64el', 'bookworm'],
  ['linux/s390x', 's390x', 'bookworm'],
  ['linux/mips64le', 'mips64el', 'bookworm'],
  ['linux/riscv64', 'riscv64', 'trixie'],
];
const ALL = PLATFORMS.map(([platform]) => platform);
const run = promisify(execFile);
const LOGS = ['anonymous', 'basic', 'token'] as const;

const scratch = mkdtempSync(join(tmpdir(), 'published-'));
const registries = new Map<string, DockerRegistry>();
const dockerConfig = join(scratch, 'docker');

beforeAll(async () => {
  for (const [, architecture, suite] of PLATFORMS) {
    unpackDebian({ architecture, suite, packages: ['busybox-static'] }, join(scratch, architecture));
    mkdirSync(join(scratch, architecture, 'bin'), { recursive: true });
    if (suite === 'trixie')
      cpSync(join(scratch, architecture, 'usr/bin/busybox'), join(scratch, architecture, 'bin/busybox'));
  }
  buildImage('good', (debian) => debian);
  buildImage('wrong', (debian) => (debian === 'arm64' || debian === 's390x' ? 'amd64' : debian));
  const auths: Record<string, { auth: string }> = {};
  for (const log of LOGS) {
    const registry = await startDockerRegistry(log);
    registries.set(log, registry);
    auths[registry.host] = { auth: Buffer.from(`${USER}:${PASSWORD}`).toString('base64') };
    const login = log === 'anonymous' ? [] : ['--dest-creds', `${USER}:${PASSWORD}`];
    for (const name of ['good', 'wrong']) {
      const target = `docker://${registry.host}/team/${name}:1`;
      const copy = ['copy', '-q', '--all', '--dest-tls-verify=false', ...login];
      // Not the synchronous kind: the token service that skopeo asks lives in this process.
      await run('skopeo', [...copy, `oci:${join(scratch, 'layout')}:${name}`, target]);
    }
  }
  mkdirSync(dockerConfig);
  writeFileSync(join(dockerConfig, 'config.json'), JSON.stringify({ auths }));
}, 300_000);

afterAll(async () => {
  await Promise.all([...registries.values()].map((registry) => registry.stop()));
  rmSync(scratch, { recursive: true, force: true });
});

/** One image of all platforms; `userland` says whose files a platform gets. */
function buildImage(name: string, userland: (debian: DebianArchitecture) => DebianArchitecture): void {
  const buildah = (...args: readonly string[]): string =>
    execFileSync(
      'buildah',
      [
        '--storage-driver',
        'vfs',
        '--root',
        join(scratch, 'storage'),
        '--runroot',
        join(scratch, 'run'),
        ...args,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    ).trim();
  buildah('manifest', 'create', name);
  for (const [platform, debian] of PLATFORMS) {
    const [os = '', architecture = '', variant] = platform.split('/');
    const container = buildah('from', 'scratch');
    buildah('copy', container, join(scratch, userland(debian), 'bin'), '/bin');
    const as = ['--os', os, '--arch', architecture, ...(variant === undefined ? [] : ['--variant', variant])];
    buildah('config', ...as, '--entrypoint', '["busybox"]', '--cmd', 'true', '--env', 'PATH=/bin', container);
    const image = buildah('commit', '-q', '--format', 'oci', container, `${name}-${debian}`);
    buildah('manifest', 'add', ...as, name, image);
  }
  buildah('manifest', 'push', '-q', '--all', name, `oci:${join(scratch, 'layout')}:${name}`);
}

function check(
  log: string,
  name: string,
  platforms: readonly string[],
  config = dockerConfig,
): Promise<Report> {
  const image = `${registries.get(log)?.host}/team/${name}:1`;
  return guard(guardRequest([image], platforms), guardHost({ env: { DOCKER_CONFIG: config } }));
}

describe.each(LOGS)('a real registry, %s', (log) => {
  test('eight healthy platforms pass', async () => {
    const report = await check(log, 'good', ALL);
    expect(report.findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(report.verdict).toBe('pass');
    expect(report.images[0]?.platforms.map(({ platform }) => platform)).toEqual(ALL);
  });

  test('exactly the platforms with foreign files fail', async () => {
    const report = await check(log, 'wrong', ALL);
    const wrong = report.findings.filter(({ rule }) => rule === 'wrong-architecture');
    expect(wrong.flatMap(({ platforms }) => platforms).sort()).toEqual(['linux/arm64', 'linux/s390x']);
    const failed = report.images[0]?.platforms.filter(({ verdict }) => verdict === 'fail');
    expect(failed?.map(({ platform }) => platform)).toEqual(['linux/arm64', 'linux/s390x']);
  });

  test('a platform that was never built is missing', async () => {
    const report = await check(log, 'good', [...ALL, 'linux/loong64']);
    expect(report.findings.map(({ rule, platforms }) => [rule, platforms])).toContainEqual([
      'missing-platform',
      ['linux/loong64'],
    ]);
  });
});

test.each(['basic', 'token'])('without a log-in the %s registry leaves the image unverified', async (log) => {
  const report = await check(log, 'good', ALL, '/dev/null');
  expect(report.verdict).toBe('unverified');
  expect(report.images[0]?.failure?.code).toBe('E_AUTH');
});
