/**
 * `node bench/hostile.ts`: what hostile layers cost, beside the tools that unpack them, in one run on one machine, each
 * check in a process of its own so that its peak memory is known. Needs gzip, zstd, tar and some 600 MB of disk.
 *
 *   10 GiB of zeros as zstd, 4 GiB as gzip     refused long before their end
 *   a million entries                          listed
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { END_OF_ARCHIVE, tarHeader } from '../__tests__/support/layer-builder.ts';
import { listLayer } from '../src/layers/list-layer.ts';
import { isDigest } from '../src/oci/digest.ts';

const MIB = 1024 * 1024;
const ENTRIES = 1_000_000;
const [child, digest = ''] = process.argv.slice(2);
if (child === undefined) await compare();
else await list(child, digest);

async function compare(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const zeros = (bytes: string, program: string, name: string): string => {
      const path = join(scratch, name);
      execFileSync('sh', ['-c', `head -c ${bytes} /dev/zero | ${program} >"$0"`, path]);
      return path;
    };
    report('10 GiB of zeros, zstd', zeros('10G', 'zstd -c -T2', 'zeros.zst'), 'zstd -dc "$0" >/dev/null');
    report('4 GiB of zeros, gzip', zeros('4G', 'gzip -1', 'zeros.gz'), 'gzip -dc "$0" >/dev/null');
    const tar = join(scratch, 'entries.tar');
    await writeEntries(tar);
    const sum = execFileSync('sha256sum', [tar], { encoding: 'utf8' }).slice(0, 64);
    execFileSync('gzip', ['-1', tar]);
    report('a million entries, gzip', `${tar}.gz`, 'gzip -dc "$0" | tar tf - >/dev/null', `sha256:${sum}`);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function writeEntries(path: string): Promise<void> {
  const out = createWriteStream(path);
  for (let at = 0; at < ENTRIES; at += 1_000) {
    const headers = Array.from({ length: 1_000 }, (_, index) =>
      tarHeader({ name: `srv/${at}/file-${index}` }),
    );
    if (!out.write(Buffer.concat(headers))) await once(out, 'drain');
  }
  out.end(END_OF_ARCHIVE);
  await finished(out);
}

function report(what: string, path: string, theirs: string, diffId = `sha256:${'0'.repeat(64)}`): void {
  const ours = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', import.meta.filename, path, diffId], { encoding: 'utf8' }); // prettier-ignore
  const begun = performance.now();
  execFileSync('sh', ['-c', theirs, path]);
  const other = (performance.now() - begun) / 1000;
  const [seconds = '0', memory = '', outcome = ''] = ours.stdout.split(' ');
  const size = (statSync(path).size / MIB).toFixed(1);
  const ratio = (Number(seconds) / other).toFixed(2);
  process.stdout.write(`${what} (${size} MiB): ${outcome} after ${seconds} s, ${memory} MiB, ${ratio} x ${theirs.replace(' "$0"', '').replace(' >/dev/null', '')}\n`); // prettier-ignore
}

/** Seconds, peak MiB and what came of it. */
async function list(path: string, diffId: string): Promise<void> {
  if (!isDigest(diffId)) throw new Error('a digest');
  const mediaType = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
  const descriptor = { mediaType, digest: diffId, size: statSync(path).size, annotations: {} };
  const begun = performance.now();
  const outcome = await listLayer(
    { descriptor, diffId },
    createReadStream(path, { highWaterMark: MIB }),
  ).then(
    ({ entries }) => `${entries.size}-entries`,
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
  const seconds = ((performance.now() - begun) / 1000).toFixed(2);
  process.stdout.write(`${seconds} ${Math.ceil(process.resourceUsage().maxRSS / 1024)} ${outcome}`);
}
