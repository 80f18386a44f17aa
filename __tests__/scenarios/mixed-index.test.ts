/** An index with Linux, Windows and WebAssembly images, through the whole guard. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { buildImage, type PlatformSpec, type Tree, writeLayout } from '../support/image-builder.ts';
import { buildPe } from '../support/pe-builder.ts';
import { program } from '../support/surveyed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

const BASE: Tree = { 'Files/Windows/System32/kernel32.dll': buildPe({ kind: 'library' }), 'Hives/': '' };

function windows(entrypoint: string, app: Buffer, more: Partial<PlatformSpec> = {}): PlatformSpec {
  return {
    platform: 'windows/amd64',
    config: { Entrypoint: [entrypoint] },
    layers: [BASE, { 'Files/app.exe': app }],
    descriptorFields: { platform: { os: 'windows', architecture: 'amd64', 'os.version': '10.0.20348.1' } },
    ...more,
  };
}

const LINUX: PlatformSpec = {
  platform: 'linux/amd64',
  config: { Entrypoint: ['/app'] },
  layers: [{ app: program({ machine: 'amd64' }) }],
};
const WASM: PlatformSpec = {
  platform: 'wasi/wasm',
  config: { Entrypoint: ['/app.wasm'] },
  layers: [{ 'app.wasm': Buffer.from('\0asm\x01\0\0\0', 'latin1') }],
};

async function check(name: string, of: PlatformSpec, lost: 'base' | 'nothing' = 'nothing') {
  const image = buildImage({ platforms: [LINUX, of, WASM] });
  const layout = writeLayout(join(folder, name), { ok: image });
  if (lost === 'base') {
    const manifest = image.blobs.get(image.manifests[1]?.digest ?? 'sha256:')?.toString() ?? '';
    const [, base = ''] = /"layers":\[\{[^}]*"digest":"sha256:([0-9a-f]+)"/.exec(manifest) ?? [];
    rmSync(join(layout, 'blobs/sha256', base));
  }
  const report = await guard(guardRequest([`oci:${layout}:ok`], [], {}), guardHost());
  return {
    verdicts: report.images.flatMap(({ platforms }) => platforms.map(({ verdict }) => verdict)),
    rules: report.findings.map(({ rule, platforms }) => `${rule}: ${platforms.join()}`),
    failures: report.images.flatMap(({ platforms }) =>
      platforms.flatMap(({ failure }) => failure?.code ?? []),
    ),
    windows: report.images[0]?.platforms[1],
  };
}

describe('an index of several systems', () => {
  test('is judged as a whole, and says what was left open', async () => {
    const found = await check('good', windows('C:\\app.exe', buildPe()));
    expect(found).toMatchObject({ verdicts: ['pass', 'pass', 'pass'], rules: [], failures: [] });
    expect(found.windows?.start?.chain).toMatchObject([
      { resolvedPath: '/Files/app.exe', format: 'pe, x86-64' },
    ]);
    expect(found.windows?.leftOut.join()).toContain('only the program itself');
  });

  test('a Windows program for another machine', async () => {
    const found = await check('machine', windows('C:\\app.exe', buildPe({ machine: 'arm64' })));
    expect(found.verdicts).toEqual(['pass', 'fail', 'pass']);
    expect(found.rules).toEqual(['wrong-architecture: windows/amd64 (10.0.20348.1)']);
  });

  test('a config that lies about a Windows image', async () => {
    const lie = windows('C:\\app.exe', buildPe(), { configFields: { architecture: 'arm64' } });
    expect((await check('lie', lie)).rules).toEqual(['platform-mismatch: windows/amd64 (10.0.20348.1)']);
  });

  test('a base that is nowhere is not missed as long as nothing asks for it', async () => {
    expect((await check('own', windows('C:\\app.exe', buildPe()), 'base')).failures).toEqual([]);
    const asked = await check('asked', windows('cmd /S /C app.bat', buildPe()), 'base');
    expect(asked).toMatchObject({ verdicts: ['pass', 'unverified', 'pass'], failures: ['E_NOT_FOUND'] });
  });
});
