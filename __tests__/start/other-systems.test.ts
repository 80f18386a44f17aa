/** Windows, WebAssembly and other systems: what is said, what is left open, and what no longer counts as Linux. */
import { describe, expect, test } from '@jest/globals';
import { runRules } from '../../src/inspect/run-rules.ts';
import { parsePlatform } from '../../src/oci/platform.ts';
import { LayerNeeded, RootFs } from '../../src/rootfs/rootfs.ts';
import { RULES } from '../../src/rules/index.ts';
import { traceStart } from '../../src/start/trace-start.ts';
import type { StartTrace } from '../../src/start/start-trace.ts';
import { entry, imageFacts } from '../support/image-facts.ts';
import { itemsOfTree, type Tree } from '../support/image-builder.ts';
import { listed, rootFsOf } from '../support/listed.ts';
import { buildPe } from '../support/pe-builder.ts';
import { program } from '../support/surveyed.ts';

interface Start {
  readonly platform?: string;
  readonly layers: readonly Tree[];
  readonly argv: readonly string[];
  readonly env?: readonly string[];
  readonly workingDir?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const ELF = program({ machine: 'amd64' });
const AMD64 = buildPe();
const ARM64 = buildPe({ machine: 'arm64' });
const WASM = Buffer.from('\0asm\x01\0\0\0', 'latin1');
const MACH_O = Buffer.from('cffaedfe0c00000100000000', 'hex');

async function trace({
  platform = 'windows/amd64',
  layers,
  argv,
  env = [],
  workingDir = '',
  annotations = {},
}: Start) {
  const { image: plain } = entry({ index: parsePlatform(platform) });
  if (plain === null) throw new Error('the entry has an image');
  const process = { ...plain.config.process, entrypoint: argv, env, workingDir };
  const image = {
    ...plain,
    manifest: { ...plain.manifest, annotations },
    config: { ...plain.config, process },
  };
  const rootfs = await rootFsOf(...layers.map(itemsOfTree));
  const found = traceStart(rootfs, image);
  const facts = { image, trace: found, survey: null, filesArchitecture: null };
  const entries = [{ descriptor: image.descriptor, platform: image.platform, image, failure: null }];
  const findings = runRules(RULES, imageFacts({ entries, platforms: [facts] }));
  return { found, findings: findings.map(({ severity, rule }) => `${severity} ${rule}`) };
}

/** The findings; then `unknown` where the verdict must stay open, or the path of the program. */
async function answer(start: Start): Promise<readonly string[]> {
  const { found, findings } = await trace(start);
  const open = found.unreadable.length > 0 ? ['unknown'] : [];
  const file = lastFileOf(found);
  return [...findings, ...open, ...(findings.length + open.length === 0 && file !== null ? [file] : [])];
}

function lastFileOf({ steps }: StartTrace): string | null {
  return steps.at(-1)?.file?.located.path ?? null;
}

describe('Windows', () => {
  const app = { 'Files/App/Run.exe': AMD64 };
  const system = { 'Files/Windows/System32/cmd.exe': AMD64, 'Files/Windows/System32/ping.exe': AMD64 };

  test.each<[string, Omit<Start, 'layers'> & { layer?: Tree }, readonly string[]]>([
    ['a path', { argv: ['C:\\App\\Run.exe'] }, ['/Files/App/Run.exe']],
    ['without regard to case', { argv: ['c:\\app\\RUN.EXE'] }, ['/Files/App/Run.exe']],
    ['with slashes, without drive and extension', { argv: ['/app/run'] }, ['/Files/App/Run.exe']],
    ['relative to WORKDIR', { argv: ['.\\run.exe'], workingDir: 'C:\\App' }, ['/Files/App/Run.exe']],
    ['a name in WORKDIR', { argv: ['run'], workingDir: 'C:\\App' }, ['/Files/App/Run.exe']],
    ['a name in PATH', { argv: ['run'], env: ['Path=C:\\Windows;C:\\App\\'] }, ['/Files/App/Run.exe']],
    ['a name in System32', { argv: ['ping'], layer: system }, ['/Files/Windows/System32/ping.exe']],
    ['a name that only one file has', { argv: ['run'] }, ['/Files/App/Run.exe']],
    ['ArgsEscaped: one word holds all', { argv: ['C:\\App\\Run.exe --flag "a b"'] }, ['/Files/App/Run.exe']],
    [
      'a path with blanks, quoted and not',
      { argv: ['"C:\\My App\\x.exe" -v'], layer: { 'Files/My App/x.exe': AMD64 } },
      ['/Files/My App/x.exe'],
    ],
    [
      'a path with blanks as one word',
      { argv: ['C:\\My App\\x.exe'], layer: { 'Files/My App/x.exe': AMD64 } },
      ['/Files/My App/x.exe'],
    ],
    ['a batch file', { argv: ['C:\\a.cmd'], layer: { 'Files/a.cmd': 'echo' } }, ['/Files/a.cmd']],
    [
      'cmd /S /C with a program',
      { argv: ['cmd /S /C C:\\App\\Run.exe'], layer: { ...app, ...system } },
      ['/Files/App/Run.exe'],
    ],
    [
      'cmd with words of its own',
      { argv: ['cmd', '/S', '/C', 'echo hello'], layer: system },
      ['/Files/Windows/System32/cmd.exe'],
    ],
    [
      'cmd with a line that is no plain command',
      { argv: ['cmd', '/C', '%X% & run'], layer: system },
      ['/Files/Windows/System32/cmd.exe'],
    ],
    [
      '.NET for every machine',
      { argv: ['C:\\n.exe'], layer: { 'Files/n.exe': buildPe({ machine: '386', managed: true }) } },
      ['/Files/n.exe'],
    ],
    [
      '32 bits on amd64',
      { argv: ['C:\\n.exe'], layer: { 'Files/n.exe': buildPe({ machine: '386' }) } },
      ['/Files/n.exe'],
    ],
    [
      'a header that lies far in',
      { argv: ['C:\\n.exe'], layer: { 'Files/n.exe': buildPe({ at: 0x1000 }) } },
      ['/Files/n.exe'],
    ],

    [
      'another machine',
      { argv: ['C:\\n.exe'], layer: { 'Files/n.exe': ARM64 } },
      ['error wrong-architecture'],
    ],
    [
      'another machine behind cmd',
      { argv: ['cmd', '/S', '/C', 'C:\\n.exe -x'], layer: { 'Files/n.exe': ARM64 } },
      ['error wrong-architecture'],
    ],
    [
      'arm64 emulates perhaps',
      { platform: 'windows/arm64', argv: ['C:\\App\\Run.exe'] },
      ['warning wrong-architecture'],
    ],
    ['a Linux program', { argv: ['C:\\n.exe'], layer: { 'Files/n.exe': ELF } }, ['error wrong-architecture']],
    [
      'a library',
      { argv: ['C:\\n.dll'], layer: { 'Files/n.dll': buildPe({ kind: 'library' }) } },
      ['error unknown-format'],
    ],
    [
      'an EFI program',
      { argv: ['C:\\n.exe'], layer: { 'Files/n.exe': buildPe({ subsystem: 10 }) } },
      ['error unknown-format'],
    ],
    [
      'a PowerShell script',
      { argv: ['C:\\n.ps1'], layer: { 'Files/n.ps1': 'Write-Host' } },
      ['error unknown-format'],
    ],
    [
      'a script of Unix',
      { argv: ['C:\\n.sh'], layer: { 'Files/n.sh': '#!/bin/sh\n' } },
      ['error unknown-format'],
    ],
    ['an empty file', { argv: ['C:\\n.exe'], layer: { 'Files/n.exe': '' } }, ['error unknown-format']],
    ['a path where nothing is', { argv: ['C:\\App\\gone.exe'] }, ['error program-not-found']],
    ['outside Files/', { argv: ['C:\\x.exe'], layer: { 'x.exe': AMD64 } }, ['error program-not-found']],
    ['a name that PATH has not', { argv: ['gone'], env: ['PATH=C:\\App'] }, ['error program-not-found']],
    ['no command', { argv: [] }, ['error no-start-command']],

    ['a name that only the registry can place', { argv: ['dotnet', 'app.dll'] }, ['unknown']],
    [
      'a name that two files have',
      { argv: ['run'], layer: { ...app, 'Files/B/run.exe': AMD64 } },
      ['unknown'],
    ],
    ['a PATH with variables', { argv: ['gone'], env: ['PATH=%SystemRoot%;C:\\App'] }, ['unknown']],
    ['another drive', { argv: ['D:\\x.exe'] }, ['unknown']],
    ['a share', { argv: ['\\\\server\\x.exe'] }, ['unknown']],
    ['a variable', { argv: ['%ProgramFiles%\\x.exe'] }, ['unknown']],
    [
      'behind a junction',
      {
        argv: ['C:\\current\\x.exe'],
        layer: { 'Files/current': { flag: '2', linkName: 'C:\\v1' }, 'Files/v1/x.exe': AMD64 },
      },
      ['unknown'],
    ],
  ])('%s', async (_, { layer = app, ...start }, expected) => {
    expect(await answer({ ...start, layers: [layer] })).toEqual(expected);
  });

  test('an upper layer replaces and removes, whatever the case', async () => {
    const argv = ['C:\\App\\Run.exe'];
    expect(await answer({ argv, layers: [app, { 'Files/app/run.exe': ARM64 }] })).toEqual([
      'error wrong-architecture',
    ]);
    expect(await answer({ argv, layers: [app, { 'Files/app/.wh.run.exe': '' }] })).toEqual([
      'error program-not-found',
    ]);
    expect(await answer({ argv, layers: [app, { 'Files/app/.wh..wh..opq': '' }] })).toEqual([
      'error program-not-found',
    ]);
  });

  test('a program of an upper layer needs no base; a lost one asks for it', async () => {
    const { image } = entry({ index: parsePlatform('windows/amd64') });
    if (image === null) throw new Error('the entry has an image');
    const upper = RootFs.ofUpper([await listed(itemsOfTree(app))]);
    const start = (word: string): StartTrace =>
      traceStart(upper, {
        ...image,
        config: { ...image.config, process: { ...image.config.process, entrypoint: [word] } },
      });
    expect(lastFileOf(start('C:\\app\\run.exe'))).toBe('/Files/App/Run.exe');
    expect(() => start('C:\\app\\gone.exe')).toThrow(LayerNeeded);
  });

  test('says what was not looked at', async () => {
    const { found } = await trace({ argv: ['C:\\App\\Run.exe'], layers: [app] });
    expect(found.leftOut).toEqual([
      'what the program needs and starts on Windows: only the program itself is looked at',
    ]);
  });
});

describe('WebAssembly', () => {
  const platform = 'wasi/wasm';
  test.each<[string, Partial<Start> & { argv: readonly string[] }, readonly string[]]>([
    ['a module', { argv: ['/app.wasm'] }, ['/app.wasm']],
    ['a module without a slash', { argv: ['app.wasm'] }, ['/app.wasm']],
    ['a function of it', { argv: ['app.wasm#start'] }, ['/app.wasm']],
    ['by the architecture alone', { argv: ['/app.wasm'], platform: 'linux/wasm' }, ['/app.wasm']],
    ['wasip1', { argv: ['/app.wasm'], platform: 'wasip1/wasm' }, ['/app.wasm']],
    [
      'the manifest of Spin',
      { argv: ['/spin.toml'], layers: [{ 'spin.toml': 'spin_version = 1\n' }] },
      ['/spin.toml'],
    ],
    ['the root, as Spin’s own images say', { argv: ['/'] }, ['/']],
    [
      'an amd64 platform that is marked for crun',
      {
        argv: ['/app.wasm'],
        platform: 'linux/amd64',
        annotations: { 'module.wasm.image/variant': 'compat' },
      },
      ['/app.wasm'],
    ],

    ['a Linux program', { argv: ['/app'], layers: [{ app: ELF }] }, ['error wrong-architecture']],
    ['a program of macOS', { argv: ['/app'], layers: [{ app: MACH_O }] }, ['error wrong-architecture']],
    [
      'a program of Windows',
      { argv: ['/app.exe'], layers: [{ 'app.exe': AMD64 }] },
      ['error wrong-architecture'],
    ],
    ['a module that is not there', { argv: ['/gone.wasm'] }, ['error program-not-found']],
    ['something that is not there', { argv: ['/gone'] }, ['warning program-not-found']],
    ['no command', { argv: [] }, ['error no-start-command']],
    [
      'a module under plain Linux',
      { argv: ['/app.wasm'], platform: 'linux/amd64', layers: [{ 'app.wasm': { data: WASM, mode: 0o755 } }] },
      ['error unknown-format'],
    ],
  ])('%s', async (_, start, expected) => {
    expect(await answer({ platform, layers: [{ 'app.wasm': WASM }], ...start })).toEqual(expected);
  });
});

describe('other systems', () => {
  test.each<[string, Partial<Start> & { argv: readonly string[] }, readonly string[]]>([
    ['the right machine', { argv: ['/app'] }, ['/app']],
    ['by PATH', { argv: ['app'], env: ['PATH=/bin:/'] }, ['/app']],
    ['the wrong machine', { argv: ['/app'], platform: 'freebsd/arm64' }, ['error wrong-architecture']],
    ['nothing there', { argv: ['/gone'] }, ['error program-not-found']],
    ['nothing on PATH', { argv: ['gone'] }, ['error program-not-found']],
  ])('FreeBSD: %s', async (_, start, expected) => {
    expect(await answer({ platform: 'freebsd/amd64', layers: [{ app: ELF }], ...start })).toEqual(expected);
  });
});

describe('Linux', () => {
  test.each(['linux', 'Linux', 'linus', ''])(
    'is what "%s" is taken for: nothing is passed over',
    async (os) => {
      const start = { layers: [{ app: program({ machine: 'arm64' }) }], argv: ['/app'] };
      const { image } = entry({ index: { os, architecture: 'amd64' } });
      if (image === null) throw new Error('the entry has an image');
      const config = { ...image.config, process: { ...image.config.process, entrypoint: start.argv } };
      const rootfs = await rootFsOf(...start.layers.map(itemsOfTree));
      const [step] = traceStart(rootfs, { ...image, config }).steps;
      expect(step?.refusals.map(({ kind }) => kind)).toEqual(['wrong-abi']);
      expect(traceStart(rootfs, { ...image, config }).credentials).not.toBeNull();
    },
  );
});
