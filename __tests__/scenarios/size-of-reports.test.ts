/** The report of an image with thousands of faults is a page, not a book, whichever way the faults are spread. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { REPORTERS } from '../../src/reports/index.ts';
import { PLAIN } from '../../src/reports/reporter.ts';
import { parseIgnoreText } from '../../src/settings/ignore-entry.ts';
import { DEFAULT_POLICY, type Policy } from '../../src/verdict/policy.ts';
import type { Report } from '../../src/verdict/report.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { buildImage, type Tree, writeLayout } from '../support/image-builder.ts';
import { program } from '../support/surveyed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { AMD64, BASE } from './story.ts';

const folder = temporaryFolder();
const LIBRARY = program({ machine: 'amd64', soname: 'x.so' });
const PYTHON = 'usr/lib/python3/site-packages';

type File = readonly [path: string, content: Tree[string]];

function trees(layers: number, files: number, of: (at: number, layer: number) => File): Tree[] {
  return Array.from({ length: layers }, (_, layer) =>
    Object.fromEntries(Array.from({ length: files }, (__, at) => of(at, layer))),
  );
}

function needs(...needed: readonly string[]): Tree[string] {
  return program({ machine: 'arm64', interpreter: '/lib/ld-linux-aarch64.so.1', needed });
}

function reportOf(layers: readonly Tree[], policy: Policy = DEFAULT_POLICY): Promise<Report> {
  const config = { Entrypoint: ['/app'] };
  const image = buildImage({
    platforms: [{ platform: 'linux/arm64', compression: 'none', config, layers: [BASE, ...layers] }],
  });
  const layout = writeLayout(mkdtempSync(join(folder, 'size-')), { ok: image });
  return guard(guardRequest([`oci:${layout}:ok`], [], { policy }), guardHost());
}

describe('every reporter says it on a few pages', () => {
  test.each<[string, Tree[]]>([
    ['10,000 programs, each in a directory of its own', trees(1, 10_000, (at) => [`opt/d${at}/f`, AMD64])],
    ['commands of 500 layers', trees(500, 4, (at, layer) => [`usr/local/bin/f${layer}-${at}`, AMD64])],
    ['directories of 500 layers', trees(500, 4, (at, layer) => [`opt/l${layer}/d${at}/f`, AMD64])],
    [
      '1,000 packages with add-ons',
      trees(1, 1_000, (at) => [`srv/node_modules/p${at}/build/Release/a.node`, LIBRARY]),
    ],
    [
      '1,000 packages with builds',
      trees(1, 1_000, (at) => [`srv/node_modules/p${at}/prebuilds/linux-x64/a.node`, LIBRARY]),
    ],
    [
      '1,000 extensions',
      trees(1, 1_000, (at) => [`${PYTHON}/p${at}/x.cpython-311-x86_64-linux-gnu.so`, LIBRARY]),
    ],
    [
      'a library for each of 1,000 programs',
      trees(1, 1_000, (at) => [`opt/d${at}/f`, needs(`libx${at}.so`)]),
    ],
    [
      '1,000 loaders',
      trees(1, 1_000, (at) => [
        `usr/bin/f${at}`,
        program({ machine: 'arm64', interpreter: `/lib/ld-${at}` }),
      ]),
    ],
    [
      '1,000 interpreters',
      trees(1, 1_000, (at) => [`usr/bin/f${at}`, { data: `#!/usr/bin/x${at}\n`, mode: 0o755 }]),
    ],
  ])('%s', async (_, layers) => {
    const report = await reportOf(layers);
    expect(report.images[0]?.platforms.map(({ failure }) => failure)).toEqual([null]);
    expect(report.findings.length).toBeGreaterThan(0);
    for (const reporter of REPORTERS) {
      const size = reporter.render(report, PLAIN).length;
      expect([reporter.format, size, size < 60_000]).toEqual([reporter.format, size, true]);
    }
  });
});

test('findings that are all ignored by their paths leave nothing, however many they are', async () => {
  const text = 'interpreter-not-found:/usr/bin/**';
  const context = { rules: ['interpreter-not-found'], today: '2026-11-21' };
  const ignore = [parseIgnoreText({ text, where: 'input ignore', code: 'E_USAGE' }, context)];
  const scripts = trees(1, 200, (at) => [`usr/bin/f${at}`, { data: `#!/usr/bin/x${at}\n`, mode: 0o755 }]);
  expect((await reportOf(scripts)).findings).toHaveLength(26);
  const { findings, ignored } = await reportOf(scripts, { failOn: 'error', ignore });
  expect([findings, ignored.length]).toEqual([[], 200]);
});
