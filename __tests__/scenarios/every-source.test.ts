/** The contract of all sources: the same image gives the same report, whatever it came in; only the reference differs. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import type { GuardHost } from '../../src/guard.ts';
import type { Digest } from '../../src/oci/digest.ts';
import type { Report } from '../../src/verdict/report.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import {
  layoutFiles,
  tarOfFiles,
  writeLayout,
  type BuiltDescriptor,
  type BuiltImage,
} from '../support/image-builder.ts';
import { startRegistry, type TestRegistry } from '../support/in-memory-registry.ts';
import { gunzipSync } from 'node:zlib';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
let registry: TestRegistry;

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

/** An image of real programs, from the examples. */
function readExample(name: string): BuiltImage {
  const layout = join('examples', name);
  const index: { manifests: [BuiltDescriptor] } = JSON.parse(
    readFileSync(join(layout, 'index.json'), 'utf8'),
  );
  const { mediaType, digest, size } = index.manifests[0];
  const blobs = new Map<Digest, Buffer>();
  for (const hex of readdirSync(join(layout, 'blobs/sha256')))
    blobs.set(`sha256:${hex}`, readFileSync(join(layout, 'blobs/sha256', hex)));
  const document: { manifests: BuiltDescriptor[] } = JSON.parse(blobs.get(digest)?.toString() ?? '{}');
  // Build attestations come last.
  return { root: { mediaType, digest, size }, blobs, manifests: document.manifests.slice(0, 2) };
}

/** How an engine's store writes it: an OCI layout with an empty manifest.json beside it. */
function engineArchive(image: BuiltImage): Buffer {
  return tarOfFiles({ ...layoutFiles({ 'shop:1': image }), 'manifest.json': Buffer.from('[]') });
}

/** How an engine before 25 writes one platform: no digests, no compression. */
function oldArchive(image: BuiltImage, manifest: BuiltDescriptor): Buffer {
  const parse = (digest: Digest): { config: BuiltDescriptor; layers: BuiltDescriptor[] } =>
    JSON.parse(image.blobs.get(digest)?.toString() ?? '{}');
  const { config, layers } = parse(manifest.digest);
  const layerFiles = layers.map(
    ({ digest }, at) => [`${at}/layer.tar`, gunzipSync(image.blobs.get(digest) ?? '')] as const,
  );
  const saved = [{ Config: 'config.json', RepoTags: ['shop:1'], Layers: layerFiles.map(([name]) => name) }];
  return tarOfFiles({
    ...Object.fromEntries(layerFiles),
    'config.json': image.blobs.get(config.digest) ?? Buffer.of(),
    'manifest.json': Buffer.from(JSON.stringify(saved)),
  });
}

/** A docker command that saves this archive. */
function engine(archive: Buffer): Partial<GuardHost> {
  const runProgram: GuardHost['runProgram'] = async (_program, _args, { onStdout }) => {
    onStdout?.(archive);
    return { status: 0, stdout: '', stderr: '' };
  };
  return { runProgram, temporaryDirectory: folder };
}

/** The report without what must differ: the name, what only registries can pin, the time. */
function comparable(report: Report, reference: string): unknown {
  const images = report.images.map((image) => ({ ...image, pinned: null }));
  const stats = { ...report.stats, seconds: 0, bytesFetched: 0 };
  return JSON.parse(
    JSON.stringify({ ...report, images, stats }).replaceAll(
      JSON.stringify(reference).slice(1, -1),
      'REFERENCE',
    ),
  );
}

/** What a report says of its one platform, whatever digest the platform has. */
function answerOf({ verdict, findings, images }: Report): unknown {
  const platforms = images.flatMap((image) => image.platforms);
  return [
    verdict,
    findings.map(({ rule, path, platforms }) => [rule, path, platforms]),
    platforms.map(({ platform, filesExamined }) => [platform, filesExamined]),
  ];
}

async function reportOf(reference: string, host: Partial<GuardHost> = {}): Promise<unknown> {
  const request = guardRequest([reference], ['linux/amd64', 'linux/arm64']);
  return comparable(await guard(request, guardHost(host)), reference);
}

describe.each(['good', 'wrong-architecture'])('the example %s', (name) => {
  const image = readExample(name);
  const place = join(folder, name);
  let expected: unknown;

  beforeAll(async () => {
    mkdirSync(place);
    writeLayout(join(place, 'layout'), { '1': image });
    writeFileSync(join(place, 'oci.tar'), tarOfFiles(layoutFiles({ '1': image })));
    writeFileSync(join(place, 'docker.tar'), engineArchive(image));
    registry.push(`acme/${name}:1`, image);
    expected = await reportOf(`oci:${place}/layout`);
    expect(expected).toMatchObject({ verdict: name === 'good' ? 'pass' : 'fail' });
  });

  test.each([
    ['a layout, by name', () => `oci:${place}/layout:1`],
    ['a layout, as buildx writes it', () => `oci-layout://${place}/layout@${image.root.digest}`],
    ['an OCI archive', () => `oci-archive:${place}/oci.tar`],
    ['an archive of an engine', () => `docker-archive:${place}/docker.tar`],
    ['an archive of an engine, by name', () => `docker-archive:${place}/docker.tar:shop:1`],
    ['a registry', () => `${registry.host}/acme/${name}@${image.root.digest}`],
    [
      'a registry, in the words of skopeo',
      () => `docker://${registry.host}/acme/${name}@${image.root.digest}`,
    ],
    ['an engine', () => 'docker-daemon:shop:1'],
  ])('from %s gives the same report', async (_, reference) => {
    expect(await reportOf(reference(), engine(engineArchive(image)))).toEqual(expected);
  });

  test('from an engine before 25, which has one platform, gives the same answer about that platform', async () => {
    for (const [at, manifest] of image.manifests.entries()) {
      const file = join(place, `old-${at}.tar`);
      writeFileSync(file, oldArchive(image, manifest));
      const report = await guard(guardRequest([`docker-archive:${file}`]), guardHost());
      const byDigest = await guard(
        guardRequest([`oci-layout://${place}/layout@${manifest.digest}`]),
        guardHost(),
      );
      expect(answerOf(report)).toEqual(answerOf(byDigest));
    }
  });
});
