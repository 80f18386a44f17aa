/**
 * Makes the images of examples/ from examples/src: compiles the program for x86-64 and AArch64 and writes two OCI
 * layouts, one right and one with the amd64 program in its arm64 image. Needs gcc and gcc-aarch64-linux-gnu;
 * run it with `npm run examples` after changing the sources, and commit what it writes.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { directory, file, tarOf } from '../__tests__/support/layer-builder.ts';

const COMPILERS = { amd64: 'x86_64-linux-gnu-gcc', arm64: 'aarch64-linux-gnu-gcc' } as const;
type Architecture = keyof typeof COMPILERS;
const ARCHITECTURES: readonly Architecture[] = ['amd64', 'arm64'];
const CREATED = '2026-01-01T00:00:00Z';

const scratch = mkdtempSync(join(tmpdir(), 'examples-'));
try {
  const programs = { amd64: compile('amd64'), arm64: compile('arm64') };
  writeImage('examples/good', (platform) => programs[platform]);
  writeImage('examples/wrong-architecture', () => programs.amd64);
} finally {
  rmSync(scratch, { recursive: true });
}

function compile(architecture: Architecture): Buffer {
  const output = join(scratch, architecture);
  const flags =
    '-Os -s -static -nostdlib -ffreestanding -fno-stack-protector -fno-asynchronous-unwind-tables -Wl,--build-id=none -Wl,-z,noseparate-code -Wl,-z,max-page-size=65536';
  execFileSync(COMPILERS[architecture], [...flags.split(' '), '-o', output, 'examples/src/hello.c']);
  return readFileSync(output);
}

function writeImage(folder: string, programFor: (platform: Architecture) => Buffer): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  const manifests = ARCHITECTURES.map((architecture) => ({
    ...writePlatform(folder, architecture, programFor(architecture)),
    platform: { architecture, os: 'linux' },
  }));
  const index = writeJson(folder, 'application/vnd.oci.image.index.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests,
  });
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [index] }));
}

function writePlatform(folder: string, architecture: Architecture, program: Buffer): object {
  const tar = tarOf([
    directory('usr'),
    directory('usr/bin'),
    file('usr/bin/hello', program, { mode: 0o755 }),
  ]);
  const layer = writeBlob(folder, 'application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar, { level: 9 }));
  const config = writeJson(folder, 'application/vnd.oci.image.config.v1+json', {
    created: CREATED,
    architecture,
    os: 'linux',
    config: { Entrypoint: ['/usr/bin/hello'], WorkingDir: '/', User: '65532' },
    rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    history: [
      {
        created: CREATED,
        created_by: 'COPY --from=build /out/hello /usr/bin/hello # buildkit',
        comment: 'buildkit.dockerfile.v0',
      },
      {
        created: CREATED,
        created_by: 'ENTRYPOINT ["/usr/bin/hello"]',
        comment: 'buildkit.dockerfile.v0',
        empty_layer: true,
      },
    ],
  });
  return writeJson(folder, 'application/vnd.oci.image.manifest.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config,
    layers: [layer],
  });
}

function writeJson(folder: string, mediaType: string, value: unknown): object {
  return writeBlob(folder, mediaType, Buffer.from(JSON.stringify(value)));
}

function writeBlob(folder: string, mediaType: string, bytes: Buffer): object {
  const digest = digestOf(bytes);
  writeFileSync(join(folder, 'blobs/sha256', digest.slice('sha256:'.length)), bytes);
  return { mediaType, digest, size: bytes.length };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
