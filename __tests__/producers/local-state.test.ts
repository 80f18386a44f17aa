import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/base/failure.ts';
import { NO_OUTPUT } from '../../src/producers/build-output.ts';
import { withLocalState } from '../../src/producers/local-state.ts';
import { parseMetadata } from '../../src/producers/metadata.ts';
import { FIXTURES } from '../support/buildx-fixture.ts';

const env = { GITHUB_WORKSPACE: '/home/runner/work/shop/shop' };
const home = '/home/runner';
const output = { ...NO_OUTPUT, ref: 'builder/node0/abc123', dockerfile: 'Dockerfile' };
const state = (folder: string): object => ({
  Target: 'default',
  LocalPath: `${folder}/services`,
  DockerfilePath: `${folder}/services/deploy/Dockerfile`,
});

/** What is read when buildx noted `content` at `path`. */
async function read(path: string, content: unknown, more: Record<string, string> = {}): Promise<unknown> {
  const { dockerfile, context } = await withLocalState(
    output,
    { env: { ...env, ...more }, home },
    async (asked) => {
      if (asked !== path) throw new Failure('E_CONFIG', 'no such file', 'none');
      return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
    },
  );
  return { dockerfile, context };
}

const PLACE = 'refs/builder/node0/abc123';
const NOTED = { dockerfile: 'services/deploy/Dockerfile', context: 'services' };
const UNCHANGED = { dockerfile: 'Dockerfile', context: null };

describe("buildx's note of a build", () => {
  test.each<[string, string, Record<string, string>]>([
    ['in the home folder', `/home/runner/.docker/buildx/${PLACE}`, {}],
    ["beside docker's config", `/tmp/docker/buildx/${PLACE}`, { DOCKER_CONFIG: '/tmp/docker' }],
    ['in a folder of its own', `/tmp/buildx/${PLACE}`, { BUILDX_CONFIG: '/tmp/buildx' }],
  ])('%s tells where the Dockerfile lies', async (_, path, more) => {
    expect(await read(path, state(env.GITHUB_WORKSPACE), more)).toEqual(NOTED);
  });

  test.each([
    ['is not there', '/elsewhere', {}],
    ['is damaged', `/home/runner/.docker/buildx/${PLACE}`, '{'],
    ['is about another folder', `/home/runner/.docker/buildx/${PLACE}`, state('/tmp/other')],
    [
      'names a remote context',
      `/home/runner/.docker/buildx/${PLACE}`,
      { LocalPath: 'https://x.test/a.git', DockerfilePath: 'Dockerfile' },
    ],
  ])('that %s changes nothing', async (_, path, content) => {
    expect(await read(path, content)).toEqual(UNCHANGED);
  });

  test('a build is named by its ref, which never leads out of the folder', () => {
    const [real] = parseMetadata(readFileSync(`${FIXTURES}/good-zstd.metadata.json`), 'metadata');
    expect(real?.ref).toMatch(/^bk\/bk0\/\w+$/);
    for (const ref of ['../../x', 'a/../b', '/a/b/c', 'a/b', 'a/b/c/d', './a/b']) {
      expect(
        parseMetadata(Buffer.from(JSON.stringify({ 'buildx.build.ref': ref })), 'metadata')[0]?.ref,
      ).toBeNull();
    }
  });
});
