/**
 * `node bench/layers.ts FILE.tar`: listing a layer (decompress, hash, walk, content facts) beside what only lists
 * names, in one run on one machine, as ratios. The peak memory is that of this whole run. Needs gzip, zstd and tar.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ReadBudget } from '../src/layers/expansion.ts';
import { listLayer } from '../src/layers/list-layer.ts';
import type { Digest } from '../src/oci/digest.ts';

const ROUNDS = 3;
const MIB = 1024 * 1024;

const tar = process.argv[2];
if (tar === undefined) throw new Error('usage: node bench/layers.ts FILE.tar');
const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const diffId = await digestOf(tar);
  for (const [program, suffix] of [
    ['gzip', 'gz'],
    ['zstd', 'zst'],
  ] as const) {
    // prettier-ignore
    const stored = join(scratch, `layer.${suffix}`);
    execFileSync('sh', ['-c', `${program} -c "$1" >"$2"`, 'sh', tar, stored]);
    const ours = await median(() => list(stored, diffId));
    const theirs = await median(() => {
      execFileSync('sh', ['-c', `${program} -dc "$1" | tar tf - >/dev/null`, 'sh', stored]);
    });
    const speed = `${(statSync(tar).size / MIB / ours).toFixed(0)} MiB/s`;
    process.stdout.write(`${program}: ${ours.toFixed(2)} s (${speed}), ${(ours / theirs).toFixed(2)} x ${program} -dc | tar tf -\n`); // prettier-ignore
  }
  process.stdout.write(`peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB\n`);
} finally {
  rmSync(scratch, { recursive: true });
}

async function digestOf(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest('hex')}`;
}

async function list(path: string, diffId: Digest): Promise<void> {
  const mediaType = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
  const descriptor = { mediaType, digest: diffId, size: statSync(path).size, annotations: {} };
  await listLayer({ descriptor, diffId }, createReadStream(path, { highWaterMark: MIB }), new ReadBudget());
}

async function median(work: () => Promise<void> | void): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    await work();
    times.push((performance.now() - begun) / 1000);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}
