/** buildah builds a file with every instruction; the history it writes must lead back to every line. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readPlatformImages } from '../../src/inspect/platform-images.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { originsOf } from '../../src/origin/locate.ts';
import { openSource } from '../../src/sources/index.ts';
import { verified } from '../../src/sources/verified.ts';
import { checkout } from '../support/checkout.ts';
import { EVERY_INSTRUCTION, LAYER_LINES } from '../support/every-instruction.ts';
import { originSources } from '../support/origin-sources.ts';
import { guardHost } from '../support/guard-host.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'origin-'));
  mkdirSync(join(folder, 'context/bin'), { recursive: true });
  copyFileSync('/bin/busybox', join(folder, 'context/busybox'));
  for (const name of ['bin/app-amd64', 'bin/app-arm64', 'run.sh'])
    writeFileSync(join(folder, 'context', name), name);
  writeFileSync(join(folder, 'context/Dockerfile'), EVERY_INSTRUCTION);
});

afterAll(() => rmSync(folder, { recursive: true }));

test('every layer that buildah made leads to the line it was made by', async () => {
  const storage = [
    '--root',
    join(folder, 'root'),
    '--runroot',
    join(folder, 'run'),
    '--storage-driver',
    'vfs',
  ];
  const build = ['build', '--isolation', 'chroot', '--layers', '--build-arg', 'OTHER=zz', '--tag', 'every'];
  execFileSync('buildah', [...storage, ...build, join(folder, 'context')], { stdio: 'ignore' });
  execFileSync('buildah', [...storage, 'push', 'every', `oci:${folder}/image:1`], { stdio: 'ignore' });

  const source = verified(openSource(parseReference(`oci:${folder}/image:1`), guardHost()));
  const { signal } = new AbortController();
  const { entries } = await readPlatformImages(source, await source.resolve(signal), signal);
  const image = entries[0]?.image ?? null;
  if (image === null) throw new Error('buildah wrote no image');
  const layers = image.manifest.layers.map(({ digest }) => digest);
  const repository = checkout({ Dockerfile: EVERY_INSTRUCTION });
  const ask = originsOf(originSources({ layers, config: image.config, repository }));
  const found = layers.map(
    (layer) => ask({ rule: 'any', path: '/x', layer, entry: null, versions: [] }).location,
  );
  const lines = found.map((location) => location && [location.line, location.endLine]);
  // buildah makes no layer for WORKDIR.
  expect(lines).toEqual(LAYER_LINES.filter(([line]) => line !== 21 && line !== 22));
});
