import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runStep } from '../support/action-step.ts';
import { buildImage } from '../support/image-builder.ts';
import { startRegistry, type TestRegistry } from '../support/in-memory-registry.ts';
import { program } from '../support/surveyed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry({ auth: 'basic', users: ['ci:abc', 'ci:correct horse'] });
  const image = { app: program({ machine: 'amd64' }) };
  registry.push(
    'acme/shop:1',
    buildImage({
      platforms: [{ platform: 'linux/amd64', config: { Entrypoint: ['/app'] }, layers: [image] }],
    }),
  );
});
afterAll(() => registry.close());

/** What the step masks when it logs in with this password. */
async function masksFor(password: string): Promise<readonly string[]> {
  const config = join(folder, `config-${password.length}`);
  mkdirSync(config);
  const auth = Buffer.from(`ci:${password}`).toString('base64');
  writeFileSync(join(config, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
  const { status, commands } = await runStep('src/action/main.ts', {
    inputs: { image: `${registry.host}/acme/shop:1` },
    env: { DOCKER_CONFIG: config },
  });
  expect(status).toBe(0);
  return commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data);
}

describe('masks', () => {
  test('G18 are made for a password, and for the form in which it travels', async () => {
    const masks = await masksFor('correct horse');
    expect(masks).toContain('correct horse');
    expect(masks).toContain(Buffer.from('ci:correct horse').toString('base64'));
  });

  test('G18 are not made for a word of three letters, which would blacken the whole log', async () => {
    const masks = await masksFor('abc');
    expect(masks.filter((mask) => mask.length < 4)).toEqual([]);
    expect(masks).toContain(Buffer.from('ci:abc').toString('base64'));
  });
});
