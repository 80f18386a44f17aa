/** BuildKit of Debian 13 builds, the engine keeps, docker-daemon: reads: in both image stores. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { repositoryIn } from '../../src/machine/repository.ts';
import type { Report } from '../../src/verdict/report.ts';
import { BUILDKIT_FIXTURES } from '../support/buildkit-cases.ts';
import { type DebianEngine, startEngine, unpackEngine } from '../support/debian-engine.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';

const scratch = mkdtempSync(join(tmpdir(), 'buildkit-engine-'));
const tree = join(scratch, 'tree');
const temporaryDirectory = join(scratch, 'temporary');
const checkout = join(tree, 'context');

/** Stages from scratch only: no base image has to come from anywhere. */
const DOCKERFILE = `FROM scratch AS one
ARG TARGETARCH=arm64
COPY bin/app-\${TARGETARCH} /a/app
FROM scratch
COPY --from=one /a /usr/local/bin
ENTRYPOINT ["/usr/local/bin/app"]
`;

beforeAll(() => {
  mkdirSync(temporaryDirectory);
  unpackEngine(tree);
  cpSync(`${BUILDKIT_FIXTURES}/chained-stages`, checkout, { recursive: true });
  writeFileSync(join(checkout, 'Dockerfile'), DOCKERFILE);
}, 180_000);

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

describe.each(['containerd', 'classic'] as const)('the %s store', (store) => {
  let engine: DebianEngine;
  beforeAll(async () => {
    engine = await startEngine(tree, store);
  }, 60_000);
  afterAll(() => engine.stop(), 60_000);

  const check = (name: string, platforms: readonly string[] = []): Promise<Report> =>
    guard(
      guardRequest([`docker-daemon:${name}`], platforms),
      guardHost({ runProgram: engine.runProgram, temporaryDirectory, repository: repositoryIn(checkout) }),
    );
  const provenance = store === 'containerd' ? ['--provenance=mode=max'] : [];
  const build = (...args: string[]): Promise<unknown> =>
    engine.docker('buildx', 'build', '--quiet', '--load', ...provenance, ...args, '/context');

  test('an image with the wrong program is led back to its line', async () => {
    await build('--tag', 'shop:wrong', '--platform', 'linux/amd64');
    const { verdict, findings } = await check('shop:wrong', ['linux/amd64']);
    expect(verdict).toBe('fail');
    expect(findings[0]).toMatchObject({
      rule: 'wrong-architecture',
      location: { file: 'Dockerfile', line: 5, by: store === 'containerd' ? 'provenance' : 'history' },
    });
  });

  test('an image that is right passes, and is not taken for another platform', async () => {
    await build('--tag', 'shop:right', '--platform', 'linux/amd64', '--build-arg', 'TARGETARCH=amd64');
    expect((await check('shop:right', ['linux/amd64'])).verdict).toBe('pass');
    const { verdict, images } = await check('shop:right', ['linux/arm64']);
    expect(verdict).toBe('fail');
    expect(images[0]?.missingPlatforms).toEqual(['linux/arm64']);
  });

  test('several platforms under one name are all read, where the store can keep them', async () => {
    const both = build('--tag', 'shop:both', '--platform', 'linux/amd64,linux/arm64');
    if (store === 'classic') return expect(both).rejects.toThrow(/multiple platforms|docker exporter/);
    await both;
    const { images, findings } = await check('shop:both');
    expect(images[0]?.platforms.map(({ platform, verdict }) => [platform, verdict])).toEqual([
      ['linux/amd64', 'fail'],
      ['linux/arm64', 'pass'],
    ]);
    expect(findings[0]).toMatchObject({ location: { line: 5, by: 'provenance' } });
  });

  test('a name that is not there is said so, and nothing is left behind', async () => {
    const [image] = (await check('shop:absent')).images;
    expect(image?.failure?.code).toBe('E_NOT_FOUND');
    expect(readdirSync(temporaryDirectory)).toEqual([]);
  });
});
