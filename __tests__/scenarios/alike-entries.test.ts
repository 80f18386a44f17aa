/** An index with several entries for one platform: a reader must be told which of them a finding is about. */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { shortDigest } from '../../src/oci/digest.ts';
import { parsePlatform } from '../../src/oci/platform.ts';
import { REPORTERS } from '../../src/reports/index.ts';
import { PLAIN } from '../../src/reports/reporter.ts';
import type { IgnoreEntry } from '../../src/verdict/policy.ts';
import type { Report } from '../../src/verdict/report.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { buildImage, type PlatformSpec, type Tree, writeLayout } from '../support/image-builder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { AMD64, ARM64 } from './story.ts';

const folder = temporaryFolder();

function of(platform: string, layer: Tree): PlatformSpec {
  return { platform, config: { Entrypoint: ['/app'] }, layers: [layer] };
}

const RIGHT = of('linux/amd64', { app: AMD64 });
const WRONG = of('linux/amd64', { app: ARM64 });
const WRONG_TOO = of('linux/amd64', { app: ARM64, etc: '' });

async function check(name: string, platforms: readonly PlatformSpec[], ignore: readonly IgnoreEntry[] = []) {
  const image = buildImage({ platforms });
  const layout = writeLayout(join(folder, name), { ok: image });
  const request = guardRequest([`oci:${layout}:ok`], [], { policy: { failOn: 'error', ignore } });
  return {
    report: await guard(request, guardHost()),
    names: image.manifests.map(({ digest }) => shortDigest(digest)),
  };
}

function verdicts({ images }: Report): string[] {
  return images.flatMap(({ platforms }) => platforms.map(({ verdict }) => verdict));
}

const titles = ({ findings }: Report): string[] =>
  findings.filter(({ rule }) => rule === 'wrong-architecture').map(({ title }) => title);

test('one of two is wrong: it alone is named, and it alone fails', async () => {
  const { report, names } = await check('one', [RIGHT, WRONG, of('linux/arm64', { app: ARM64 })]);
  expect(verdicts(report)).toEqual(['pass', 'fail', 'pass']);
  expect(titles(report)).toEqual([`linux/amd64 (${names[1] ?? ''}) starts an AArch64 program`]);
  for (const reporter of REPORTERS) {
    expect(reporter.render(report, PLAIN)).toContain(names[1]?.slice(7, 15));
  }
});

test('both are wrong alike: there is nothing to tell apart', async () => {
  const { report } = await check('both', [WRONG, WRONG_TOO]);
  expect(verdicts(report)).toEqual(['fail', 'fail']);
  expect(titles(report)).toEqual(['linux/amd64 starts an AArch64 program']);
  expect(report.findings[0]).not.toHaveProperty('entries');
});

test('two of three are wrong', async () => {
  const { report, names } = await check('two', [WRONG, RIGHT, WRONG_TOO]);
  expect(verdicts(report)).toEqual(['fail', 'pass', 'fail']);
  expect(titles(report)).toEqual([
    `linux/amd64 (${names[0] ?? ''}, ${names[2] ?? ''}) starts an AArch64 program`,
  ]);
});

test('another platform that is wrong in the same way is accepted: what is left names the entry', async () => {
  const platform = parsePlatform('linux/386');
  const entry = { text: 'x', where: 'here', rule: 'wrong-architecture', platform, path: null, reason: null, until: null, ended: false }; // prettier-ignore
  const { report, names } = await check('policy', [RIGHT, WRONG, of('linux/386', { app: ARM64 })], [entry]);
  expect(verdicts(report)).toEqual(['pass', 'fail', 'pass']);
  expect(titles(report)[0]).toMatch(`linux/amd64 (${names[1] ?? ''}) start`);
  expect(report.ignored.map(({ finding }) => finding.title)[0]).toMatch(/^linux\/386 start/);
});
