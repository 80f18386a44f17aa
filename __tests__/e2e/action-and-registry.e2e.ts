/** dist/index.js as the runner starts it, against a real registry that skopeo filled with images of a real buildx. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runStep, type StepOutcome } from '../support/action-step.ts';
import { type DockerRegistry, startDockerRegistry } from '../support/docker-registry.ts';

const FIXTURES = '__tests__/fixtures/buildx';
let registry: DockerRegistry;

beforeAll(async () => {
  registry = await startDockerRegistry('anonymous');
  for (const name of ['good-provenance-max', 'wrong-arch-hidden-default', 'single-arch']) {
    const target = `docker://${registry.host}/buildx/${name}:1`;
    const copy = ['copy', '-q', '--all', '--preserve-digests', '--dest-tls-verify=false'];
    execFileSync('skopeo', [...copy, `oci-archive:${FIXTURES}/${name}.oci.tar`, target], { stdio: 'pipe' });
  }
});

afterAll(async () => {
  await registry.stop();
});

const step = (inputs: Readonly<Record<string, string>>): Promise<StepOutcome> =>
  runStep('dist/index.js', { inputs });

const PLATFORMS = 'linux/amd64,linux/arm64,linux/arm/v7';

describe('the bundled action', () => {
  test('a good image passes, and the outputs say what to deploy', async () => {
    const image = `${registry.host}/buildx/good-provenance-max`;
    const { status, outputs } = await step({ image: `${image}:1`, platforms: PLATFORMS });
    expect(status).toBe(0);
    expect(outputs).toMatchObject({
      verdict: 'pass',
      errors: '0',
      'missing-platforms': '[]',
      'failed-platforms': '[]',
    });
    expect(outputs['pinned']).toBe(`${image}@${outputs['digest']}`);
  });

  test('a wrong image fails the step, in the log, in the annotation and in the summary', async () => {
    const { status, log, outputs, summary } = await step({
      image: `${registry.host}/buildx/wrong-arch-hidden-default:1`,
      platforms: PLATFORMS,
      dockerfile: `${FIXTURES}/hidden-default.Dockerfile`,
    });
    expect(status).toBe(1);
    expect(outputs).toMatchObject({ verdict: 'fail', errors: '1' });
    expect(JSON.parse(outputs['failed-platforms'] ?? '[]')).toEqual(['linux/arm64', 'linux/arm/v7']);
    expect(log).toMatch(
      /^::error title=[^\n]*wrong-architecture[^\n]*file=[^\n]*hidden-default\.Dockerfile[^\n]*line=7/m,
    );
    expect(summary).toContain('wrong-architecture');
  });

  test('a single image under the tag lacks the other platforms', async () => {
    const { status, outputs } = await step({
      image: `${registry.host}/buildx/single-arch:1`,
      platforms: PLATFORMS,
    });
    expect(status).toBe(1);
    expect(JSON.parse(outputs['missing-platforms'] ?? '[]').sort()).toEqual(['linux/arm/v7', 'linux/arm64']);
  });

  test('metadata alone is enough', async () => {
    const metadata = JSON.parse(readFileSync(`${FIXTURES}/good-provenance-max.metadata.json`, 'utf8'));
    metadata['image.name'] = `${registry.host}/buildx/good-provenance-max:1`;
    const { status, outputs } = await step({ metadata: JSON.stringify(metadata) });
    expect([status, outputs['verdict']]).toEqual([0, 'pass']);
  });

  test.each([
    ['a tag that does not exist', 'buildx/nothing:1', 3, 'unverified'],
    ['a reference that is none', 'Not An Image', 2, 'unverified'],
  ])('%s never passes', async (_, name, status, verdict) => {
    const image = name.includes('/') ? `${registry.host}/${name}` : name;
    const result = await step({ image, 'wait-for-image': '0s' });
    expect([result.status, result.outputs['verdict']]).toEqual([status, verdict]);
    expect(result.log).not.toMatch(/^ {4}at /m);
  });
});
