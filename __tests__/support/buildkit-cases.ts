/**
 * Images that a real BuildKit (docker 28.5, BuildKit 0.25) built from the folders in `__tests__/fixtures/buildkit`;
 * `node scripts/make-buildkit-fixtures.ts` builds them again. Their programs only exit, and their shell
 * (scripts/buildkit-fixtures/shell.c) only knows the few commands that the Dockerfiles need.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Digest } from '../../src/oci/digest.ts';
import { sha256Of } from './layer-builder.ts';
import { tarOfFiles } from './image-builder.ts';
import { untar } from './buildx-fixture.ts';

export const BUILDKIT_FIXTURES = '__tests__/fixtures/buildkit';

export interface BuildkitCase {
  readonly name: string;
  /** Default: both. */
  readonly platforms?: string;
  readonly dockerfile?: string;
  readonly context?: string;
  readonly args?: readonly string[];
}

const AMD64 = 'linux/amd64';

export const BUILDKIT_CASES: readonly BuildkitCase[] = [
  { name: 'hidden-default' },
  { name: 'go-cross' },
  { name: 'go-nocross' },
  { name: 'final-buildplatform' },
  { name: 'constant-platform' },
  { name: 'pinned-digest' },
  { name: 'curl-x86' },
  { name: 'curl-in-final', platforms: AMD64 },
  { name: 'crlf-copy', dockerfile: 'docker/Dockerfile' },
  { name: 'no-x-copy' },
  { name: 'heredoc-copy' },
  { name: 'escape-backtick' },
  { name: 'arg-from-cli', args: ['--build-arg', 'ARCH=amd64'] },
  { name: 'stage-replaced-by-context', args: ['--build-context', 'build=./bin'] },
  { name: 'target', dockerfile: 'deploy/api.Dockerfile', args: ['--target', 'api'] },
  { name: 'same-twice' },
  { name: 'inherits' },
  { name: 'onbuild', platforms: AMD64 },
  { name: 'bind-mount' },
  { name: 'chained-stages' },
  { name: 'equal-stages' },
  { name: 'run-chmod-after', platforms: AMD64 },
  { name: 'run-chmod-elf', platforms: AMD64 },
  { name: 'node-style', platforms: AMD64 },
  { name: 'run-heredoc-script', platforms: AMD64 },
  { name: 'xx-arg-shadow' },
  { name: 'copy-dot-stage' },
  { name: 'context-dir', dockerfile: 'service/docker/Dockerfile.prod', context: 'service' },
  { name: 'workdir-relative' },
  { name: 'from-targetarch' },
  { name: 'missing-program' },
];

/** The image as an archive in `folder`, as it was built or as a build without provenance leaves it. */
export function unpackCase(name: string, folder: string, provenance: 'with' | 'without'): string {
  const file = join(folder, `${name}-${provenance}.oci.tar`);
  if (existsSync(file)) return file;
  const tar = gunzipSync(readFileSync(`${BUILDKIT_FIXTURES}/${name}.oci.tar.gz`));
  writeFileSync(file, provenance === 'with' ? tar : withoutAttestations(tar));
  return file;
}

interface WireIndex {
  readonly manifests: readonly {
    readonly digest: Digest;
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
}

function withoutAttestations(tar: Buffer): Buffer {
  const files = Object.fromEntries(untar(tar));
  const top: WireIndex = JSON.parse(files['index.json']?.toString('utf8') ?? '');
  const [root] = top.manifests;
  const path = `blobs/${root?.digest.replace(':', '/')}`;
  const index: WireIndex = JSON.parse(files[path]?.toString('utf8') ?? '');
  const manifests = index.manifests.filter(
    ({ annotations }) => annotations?.['vnd.docker.reference.type'] === undefined,
  );
  const bytes = Buffer.from(JSON.stringify({ ...index, manifests }));
  const digest = sha256Of(bytes);
  const descriptor = { ...root, digest, size: bytes.length };
  return tarOfFiles({
    ...files,
    [`blobs/${digest.replace(':', '/')}`]: bytes,
    'index.json': Buffer.from(JSON.stringify({ ...top, manifests: [descriptor] })),
  });
}
