/**
 * Builds the images of __tests__/fixtures/buildkit again with a real BuildKit. Needs a docker engine (28 or newer) with
 * the containerd image store on linux/amd64 and buildx, a registry at localhost:5000, gcc and gcc-aarch64-linux-gnu.
 * The expectations in __tests__/origin are about what comes out: look at every difference before committing it.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BUILDKIT_CASES, BUILDKIT_FIXTURES, type BuildkitCase } from '../__tests__/support/buildkit-cases.ts';

const SOURCES = 'scripts/buildkit-fixtures';
const COMPILERS = { amd64: 'x86_64-linux-gnu-gcc', arm64: 'aarch64-linux-gnu-gcc' } as const;
type Architecture = keyof typeof COMPILERS;
const ARCHITECTURES: readonly Architecture[] = ['amd64', 'arm64'];
const BOTH = 'linux/amd64,linux/arm64';
const FLAGS =
  '-Os -s -w -static -nostdlib -ffreestanding -fno-builtin -fno-stack-protector -fno-asynchronous-unwind-tables -fno-pic -no-pie -Wl,--build-id=none -Wl,-n -Wl,-z,noseparate-code';

const scratch = mkdtempSync(join(tmpdir(), 'buildkit-fixtures-'));
try {
  pushBases();
  for (const one of BUILDKIT_CASES) buildCase(one);
} finally {
  rmSync(scratch, { recursive: true });
}

function pushBases(): void {
  for (const architecture of ARCHITECTURES) compile(architecture, 'app');
  const programs = ARCHITECTURES.map((architecture) => {
    const bytes = [...readFileSync(join(scratch, `app-${architecture}`))].join(',');
    return `static const unsigned char app_${architecture}[] = {${bytes}};\n`;
  });
  writeFileSync(join(scratch, 'apps.h'), programs.join(''));
  for (const architecture of ARCHITECTURES) compile(architecture, 'shell', 'sh');
  for (const [file, name] of [
    ['base.Dockerfile', 'tiny:1'],
    ['onbuild.Dockerfile', 'onbuild:1'],
  ] as const) {
    copyFileSync(join(SOURCES, file), join(scratch, file));
    const pushed = ['--provenance=false', '--tag', `localhost:5000/${name}`, '--push'];
    build(['--platform', BOTH, '--file', join(scratch, file), ...pushed, scratch], '.');
  }
}

function compile(architecture: Architecture, source: string, name = source): void {
  const output = join(scratch, `${name}-${architecture}`);
  const input = join(SOURCES, `${source}.c`);
  execFileSync(COMPILERS[architecture], [...FLAGS.split(' '), `-I${scratch}`, '-o', output, input]);
}

/** What comes out depends on nothing but the folder, the builder and the compiler. */
function build(args: readonly string[], folder: string): void {
  execFileSync('docker', ['buildx', 'build', '--network=none', ...args], {
    cwd: folder,
    env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function buildCase({ name, platforms = BOTH, dockerfile, context, args = [] }: BuildkitCase): void {
  const folder = join(BUILDKIT_FIXTURES, name);
  if (name === 'pinned-digest') pinDigest(join(folder, 'Dockerfile'));
  const image = join(scratch, `${name}.oci.tar`);
  const output = ['--provenance=mode=max', '--output', `type=oci,dest=${image}`];
  const file = ['--file', dockerfile ?? 'Dockerfile'];
  build(['--platform', platforms, ...output, ...file, ...args, context ?? '.'], folder);
  writeFileSync(`${folder}.oci.tar.gz`, gzipSync(readFileSync(image), { level: 9 }));
}

/** FROM names the manifest of the one platform. */
function pinDigest(dockerfile: string): void {
  const format = '{{range .Manifest.Manifests}}{{.Platform.Architecture}} {{.Digest}}{{"\\n"}}{{end}}';
  const inspect = ['buildx', 'imagetools', 'inspect', '--format', format, 'localhost:5000/tiny:1'];
  const digest = /^amd64 (\S+)$/m.exec(execFileSync('docker', inspect, { encoding: 'utf8' }))?.[1];
  if (digest === undefined) throw new Error('the base image has no amd64 manifest');
  writeFileSync(dockerfile, readFileSync(dockerfile, 'utf8').replace(/sha256:[0-9a-f]+/, digest));
}
