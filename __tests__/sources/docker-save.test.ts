/**
 * What `docker save` of docker 28.5 writes, from both image stores: `containerd-multi` is a build for two platforms with
 * provenance, `containerd-arm64` the same with `--platform`, `containerd-pulled` another one pulled on linux/amd64, so
 * that its index names manifests that the engine lacks; `classic-*` come from the old store. In all of them the arm64
 * image has the amd64 program.
 */
import { describe, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { repositoryIn } from '../../src/machine/repository.ts';
import type { Report } from '../../src/verdict/report.ts';
import { BUILDKIT_FIXTURES } from '../support/buildkit-cases.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';

const check = (archive: string, platforms: readonly string[] = []): Promise<Report> =>
  guard(
    guardRequest([`docker-archive:__tests__/fixtures/docker-save/${archive}`], platforms),
    guardHost({ repository: repositoryIn(`${BUILDKIT_FIXTURES}/hidden-default`) }),
  );

const BLAMED = {
  rule: 'wrong-architecture',
  platforms: ['linux/arm64'],
  path: '/usr/local/bin/app',
  location: { file: 'Dockerfile', line: 4 },
};

describe('I04 archives of both stores are read alike', () => {
  test.each([
    ['containerd-multi.tar', ['linux/amd64', 'linux/arm64'], 'provenance'],
    ['containerd-arm64.tar', ['linux/arm64'], 'history'],
    ['classic-arm64.tar', ['linux/arm64'], 'history'],
    ['classic-two.tar:shop:arm', ['linux/arm64'], 'history'],
  ])('%s', async (archive, platforms, by) => {
    const { verdict, images, findings } = await check(archive);
    expect(verdict).toBe('fail');
    expect(images[0]?.platforms.map(({ platform }) => platform)).toEqual(platforms);
    expect(findings[0]).toMatchObject({ ...BLAMED, location: { ...BLAMED.location, by } });
  });

  test('of several images one must be chosen, and the other may be right', async () => {
    expect((await check('classic-two.tar')).images[0]?.failure?.code).toBe('E_AMBIGUOUS_REFERENCE');
    expect((await check('classic-two.tar:shop:one')).verdict).toBe('pass');
  });
});

describe('I06 an image of which the engine has one platform', () => {
  test('passes when just that platform is wanted, though attestations and the others are not there', async () => {
    const { verdict, images } = await check('containerd-pulled.tar', ['linux/amd64']);
    expect(verdict).toBe('pass');
    expect(images[0]?.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64']);
  });

  test.each([[['linux/amd64', 'linux/arm64']], [['linux/arm64']], [[]]])(
    'is never taken for the others: %j',
    async (platforms) => {
      const { verdict, images } = await check('containerd-pulled.tar', platforms);
      expect(verdict).toBe('unverified');
      const [absent, ...more] = images[0]?.platforms.filter(({ failure }) => failure !== null) ?? [];
      expect(absent).toMatchObject({ platform: 'linux/arm64', failure: { code: 'E_NOT_FOUND' } });
      expect(absent?.failure?.hint).toContain('docker pull --platform');
      expect(more).toEqual([]);
    },
  );

  test('saved for another platform than asked is a missing platform', async () => {
    const { verdict, images } = await check('containerd-arm64.tar', ['linux/amd64']);
    expect(verdict).toBe('fail');
    expect(images[0]?.missingPlatforms).toEqual(['linux/amd64']);
  });
});
