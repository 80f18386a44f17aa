/**
 * Makes the images of examples/ from examples/src: compiles the program for x86-64 and AArch64 and writes two OCI
 * layouts with build provenance, one right and one with the amd64 program in its arm64 image. Needs gcc and
 * gcc-aarch64-linux-gnu; run it with `npm run examples` after changing the sources, and commit what it writes.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { directory, file, tarOf } from '../__tests__/support/layer-builder.ts';
import { statementOf } from '../__tests__/support/provenance-builder.ts';
import type { Digest } from '../src/oci/digest.ts';

type Architecture = 'amd64' | 'arm64';
const ARCHITECTURES: readonly Architecture[] = ['amd64', 'arm64'];
const CREATED = '2026-01-01T00:00:00Z';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const PROVENANCE = 'https://slsa.dev/provenance/v1';

/** A descriptor. */
interface Written {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

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
  execFileSync('examples/src/build.sh', [architecture, output]);
  return readFileSync(output);
}

function writeImage(folder: string, programFor: (platform: Architecture) => Buffer): void {
  rmSync(join(folder, 'blobs'), { recursive: true, force: true });
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  const platforms = ARCHITECTURES.map((architecture) => {
    const { image, layer } = writePlatform(folder, architecture, programFor(architecture));
    return { image: { ...image, platform: { architecture, os: 'linux' } }, layer };
  });
  const attestations = platforms.map(({ image, layer }) => writeAttestation(folder, image, layer));
  const manifests = [...platforms.map(({ image }) => image), ...attestations];
  const index = writeJson(folder, INDEX, { schemaVersion: 2, mediaType: INDEX, manifests });
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [index] }));
}

function writePlatform(
  folder: string,
  architecture: Architecture,
  program: Buffer,
): { readonly image: Written; readonly layer: Written } {
  const tar = tarOf([
    directory('usr'),
    directory('usr/bin'),
    file('usr/bin/hello', program, { mode: 0o755 }),
  ]);
  const layer = writeBlob(folder, 'application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar, { level: 9 }));
  const comment = 'buildkit.dockerfile.v0';
  const config = writeJson(folder, CONFIG, {
    created: CREATED,
    architecture,
    os: 'linux',
    config: { Entrypoint: ['/usr/bin/hello'], WorkingDir: '/', User: '65532' },
    rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    history: [
      { created: CREATED, created_by: 'COPY /out/hello /usr/bin/hello # buildkit', comment },
      { created: CREATED, created_by: 'USER 65532', comment, empty_layer: true },
      { created: CREATED, created_by: 'ENTRYPOINT ["/usr/bin/hello"]', comment, empty_layer: true },
    ],
  });
  const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] };
  return { image: writeJson(folder, MANIFEST, manifest), layer };
}

/** What `docker buildx build --provenance=mode=max` puts beside each platform: the Dockerfile, and which line made what. */
function writeAttestation(folder: string, image: Written, layer: Written): object {
  const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8');
  const lines = dockerfile.split('\n');
  const steps = lines.flatMap((line, at) => {
    if (!/^(?:FROM|RUN|COPY|WORKDIR) (?!scratch)/.test(line)) return [];
    const isLast = line.startsWith('COPY --from=build');
    return [{ lines: [[at + 1, at + 1]] as const, ...(isLast && { layers: [layer.digest] }) }];
  });
  const predicateType = { 'in-toto.io/predicate-type': PROVENANCE };
  const statement = Buffer.from(statementOf('v1', { dockerfile, steps }));
  const written = writeBlob(folder, 'application/vnd.in-toto+json', statement);
  const config = writeJson(folder, CONFIG, {
    architecture: 'unknown',
    os: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: [written.digest] },
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config,
    layers: [{ ...written, annotations: predicateType }],
  };
  return {
    ...writeJson(folder, MANIFEST, manifest),
    annotations: {
      'vnd.docker.reference.digest': image.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
    platform: { architecture: 'unknown', os: 'unknown' },
  };
}

function writeJson(folder: string, mediaType: string, value: unknown): Written {
  return writeBlob(folder, mediaType, Buffer.from(JSON.stringify(value)));
}

function writeBlob(folder: string, mediaType: string, bytes: Buffer): Written {
  const digest = digestOf(bytes);
  writeFileSync(join(folder, 'blobs/sha256', digest.slice('sha256:'.length)), bytes);
  return { mediaType, digest, size: bytes.length };
}

function digestOf(bytes: Buffer): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
