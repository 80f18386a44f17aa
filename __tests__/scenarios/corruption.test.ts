/** One wrong bit anywhere in what a registry serves: the same report, or not verified; never another verdict. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { guard } from '../../src/guard.ts';
import type { Report } from '../../src/verdict/report.ts';
import { buildElf } from '../support/elf-builder.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { buildImage } from '../support/image-builder.ts';
import { startRegistry, type TestRegistry } from '../support/in-memory-registry.ts';

const platforms = (['amd64', 'arm64'] as const).map((architecture) => ({
  platform: `linux/${architecture}`,
  config: { Entrypoint: ['/app'] },
  layers: [
    { 'etc/os-release': 'ID=test\n' },
    { app: { data: Buffer.from(buildElf({ machine: architecture })), mode: 0o755 } },
  ],
}));
const image = buildImage({ platforms });
const paths = [...image.blobs.keys()];

let registry: TestRegistry;
let reference: string;

beforeAll(async () => {
  registry = await startRegistry();
  registry.push('team/app:1', image);
  reference = `${registry.host}/team/app@${image.root.digest}`;
});
afterAll(() => registry.close());

function check(): Promise<Report> {
  return guard(guardRequest([reference], ['linux/amd64', 'linux/arm64']), guardHost());
}

function outcome({ verdict, findings, images }: Report): unknown {
  return { verdict, findings, platforms: images[0]?.platforms };
}

test('N7 a flipped bit is the same report or no verdict at all', async () => {
  const healthy = outcome(await check());
  expect(healthy).toMatchObject({ verdict: 'pass' });
  const places = fc.record({ blob: fc.nat(paths.length - 1), at: fc.nat(), bit: fc.nat(7) });
  await fc.assert(
    fc.asyncProperty(places, async ({ blob, at, bit }) => {
      const digest = paths[blob];
      const bytes = Buffer.from(image.blobs.get(digest ?? 'sha256:') ?? '');
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
      registry.intercept(({ path }, response) => {
        if (digest === undefined || !path.includes(digest)) return false;
        const type = path.includes('/manifests/') ? contentType(digest) : 'application/octet-stream';
        response.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(bytes);
        return true;
      });
      const seen = await check();
      if (seen.verdict !== 'unverified') expect(outcome(seen)).toEqual(healthy);
    }),
    { numRuns: 400 },
  );
}, 60_000);

function contentType(digest: string): string {
  return digest === image.root.digest ? image.root.mediaType : (image.manifests[0]?.mediaType ?? '');
}
