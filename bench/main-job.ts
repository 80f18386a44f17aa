/**
 * `npm run bench`: the main job beside what people would do otherwise, in one run on one machine, as ratios. Absolute
 * numbers are printed for orientation only: they are about this machine.
 *
 *   cold start    the bundled command line up to its first request, beside a bare `node -e 0`
 *   check         a two-platform image of some 50 MB on a loopback registry, beside downloading it with skopeo
 *   memory        the peak of that check, in MiB
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildElf } from '../__tests__/support/elf-builder.ts';
import { buildImage, type BuiltImage } from '../__tests__/support/image-builder.ts';
import { startRegistry, type TestRegistry } from '../__tests__/support/in-memory-registry.ts';

const CLI = 'dist/cli/index.js';
const ROUNDS = 5;
const MIB = 1024 * 1024;

const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
const registry = await startRegistry();
try {
  registry.push('bench/image:1', sampleImage());
  const reference = `${registry.host}/bench/image:1`;
  const bare = await median(() => run(process.execPath, ['-e', '0']));
  const first = await median(() => untilFirstRequest(registry, reference));
  const start = await median(() => run(process.execPath, [CLI, reference, '--scope', 'start']));
  const image = await median(() => run(process.execPath, [CLI, reference, '--scope', 'image']));
  print(
    'bundles, all their parts',
    `${bundled('dist')} + ${bundled('dist/cli')} MiB`,
    'action + command line',
  );
  print('cold start to first request', seconds(first), `${(first / bare).toFixed(1)} x node -e 0`);
  print('check, scope start', seconds(start), '');
  print('check, scope image', seconds(image), `${(image / start).toFixed(1)} x scope start`);
  if (hasSkopeo()) {
    const copy = await median(() => download(reference));
    print(
      'skopeo copy of the same image',
      seconds(copy),
      `${(copy / start).toFixed(1)} x scope start, ${(copy / image).toFixed(1)} x scope image`,
    );
  }
  print('peak memory, scope image', `${await peakMemory(reference)} MiB`, '');
} finally {
  await registry.close();
  rmSync(scratch, { recursive: true });
}

/** The parts are loaded as they are needed; none is minified. */
function bundled(folder: string): string {
  const sizes = globSync(`${folder}/*.js`).map((part) => statSync(part).size);
  return (sizes.reduce((all, size) => all + size, 0) / MIB).toFixed(1);
}

/** Two platforms; each has a base layer of some 25 MB and a small one with the program on top. */
function sampleImage(): BuiltImage {
  const platforms = (['amd64', 'arm64'] as const).map((architecture) => ({
    platform: `linux/${architecture}`,
    config: { Entrypoint: ['/app'] },
    layers: [
      Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`usr/lib/data-${at}`, sampleFile()])),
      { app: { data: Buffer.from(buildElf({ machine: architecture })), mode: 0o755 } },
    ],
  }));
  return buildImage({ platforms });
}

/** 256 KiB that compress about two to one, as programs do. */
function sampleFile(): Buffer {
  return Buffer.concat([randomBytes(128 * 1024), Buffer.alloc(128 * 1024, 'the quick brown fox ')]);
}

async function median(measure: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await measure());
  return times.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? 0;
}

function run(program: string, args: readonly string[]): Promise<number> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', () => resolve(performance.now() - begun));
  });
}

async function untilFirstRequest(server: TestRegistry, reference: string): Promise<number> {
  const begun = performance.now();
  let first = 0;
  server.intercept(() => {
    first ||= performance.now() - begun;
    return false;
  });
  await run(process.execPath, [CLI, reference, '--scope', 'start']);
  server.intercept(null);
  return first;
}

function download(reference: string): Promise<number> {
  const target = `dir:${mkdtempSync(join(scratch, 'copy-'))}`;
  return run('skopeo', ['copy', '-q', '--all', '--src-tls-verify=false', `docker://${reference}`, target]);
}

function hasSkopeo(): boolean {
  try {
    execFileSync('skopeo', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The child says it itself: maxRSS of its own process. */
function peakMemory(reference: string): Promise<number> {
  const report = `process.on('exit', () => process.stderr.write(String(process.resourceUsage().maxRSS)))`;
  return new Promise((resolve) => {
    const loader = `data:text/javascript,${encodeURIComponent(report)}`;
    const child = spawn(process.execPath, ['--import', loader, CLI, reference], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('exit', () => resolve(Math.round(Number(/\d+$/.exec(said)?.[0] ?? 0) / 1024)));
  });
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

function print(what: string, value: string, ratio: string): void {
  process.stdout.write(`${what.padEnd(32)}${value.padStart(14)}   ${ratio}\n`);
}
