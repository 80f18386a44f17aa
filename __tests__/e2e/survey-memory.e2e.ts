import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { buildElf } from '../support/elf-builder.ts';
import { buildImage, writeLayout } from '../support/image-builder.ts';
import { END_OF_ARCHIVE, tarHeader, tarItem } from '../support/layer-builder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

test('F09 500,000 files and a library of 2 GB are surveyed in less than 400 MB', () => {
  const output = execFileSync('node', ['--disable-warning=ExperimentalWarning', 'bench/survey-memory.ts']);
  expect(Number(output.toString())).toBeLessThan(400);
});

/** The most memory that the process had, in MB: the kernel keeps account of it while the process lives. */
async function peakOf(
  references: readonly string[],
): Promise<{ readonly status: unknown; readonly peak: number }> {
  const flags = ['--disable-warning=ExperimentalWarning', 'src/cli/main.ts'];
  const env = { ...process.env, EXEC_FORMAT_GUARD_CACHE: 'false' };
  const run = spawn(process.execPath, [...flags, ...references], { stdio: 'ignore', env });
  let peak = 0;
  const timer = setInterval(() => {
    const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(statusOf(run.pid)) ?? [];
    peak = Math.max(peak, Number(kilobytes) / 1024);
  }, 20);
  const [status] = await once(run, 'exit');
  clearInterval(timer);
  return { status, peak };
}

function statusOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

test('images of 500,000 files in one run do not add up: 400 MB are enough', async () => {
  const app = tarItem({ name: 'app', data: Buffer.from(buildElf({ machine: 'amd64' })), mode: 0o755 });
  const files = Buffer.concat(
    Array.from({ length: 500_000 }, (_, at) => tarHeader({ name: `srv/${at >> 10}/file-number-${at}.txt` })),
  );
  const references = ['one', 'two', 'three'].map((name) => {
    const layer = Buffer.concat([tarItem({ name, data: '' }), app, files, END_OF_ARCHIVE]);
    const config = { Entrypoint: ['/app'] };
    const image = buildImage({ platforms: [{ platform: 'linux/amd64', config, layers: [layer] }] });
    return `oci:${writeLayout(join(folder, name), { ok: image })}:ok`;
  });
  const { status, peak } = await peakOf(references);
  expect(status).toBe(0);
  expect(peak).toBeGreaterThan(100);
  expect(peak).toBeLessThan(400);
});
