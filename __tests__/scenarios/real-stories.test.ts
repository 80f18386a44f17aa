/** Real incidents whose faulty file lies where a check of the entrypoint does not look: the rule, and how bad it is. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { buildImage, type LayerSpec, type Tree, writeLayout } from '../support/image-builder.ts';
import { app, GLIBC, glibcLoader, library } from '../support/loading.ts';
import { program } from '../support/surveyed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const AMD64 = program({ machine: 'amd64' });
const ARM64 = program({ machine: 'arm64' });
const ARMHF = program({ machine: 'armhf' });
const I386 = program({ machine: 'i386' });
/** Large enough to be taken for the shell that it is called. */
const SHELL = program({ machine: 'arm64', padding: 20_000 });
const MAC = { data: Buffer.from('cffaedfe0c00000100000000', 'hex'), mode: 0o755 };
const BASE: Tree = {
  app: ARM64,
  'bin/sh': ARM64,
  'bin/ls': ARM64,
  'lib/libc.so.6': ARM64,
  'usr/bin/env': ARM64,
};
const SPRING = 'layers/paketo-buildpacks_ca-certificates/helper/exec.d/1-ca-certificates-helper';
const PYDANTIC =
  'opt/hermes/.venv/lib/python3.11/site-packages/pydantic_core/_pydantic_core.cpython-311-x86_64-linux-gnu.so';

/** Config of the image, and what else differs from the usual one. */
interface Story {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly platform?: string;
  /** What lies below the tree. */
  readonly layers?: readonly LayerSpec[];
}

let stories = 0;

/** `severity rule path` of every finding of the whole guard, with settings as they are by default. */
async function said(tree: Tree, story: Story = {}): Promise<string[]> {
  const { config = {}, platform = 'linux/arm64', layers = [BASE] } = story;
  const image = buildImage({
    platforms: [{ platform, config: { Entrypoint: ['/app'], ...config }, layers: [...layers, tree] }],
  });
  const layout = writeLayout(join(folder, String(stories++)), { story: image });
  const report = await guard(guardRequest([`oci:${layout}:story`], [platform]), guardHost());
  expect(
    report.images.map(({ failure, platforms }) => [failure, platforms.map((one) => one.failure)]),
  ).toEqual([[null, [null]]]);
  return report.findings.map(({ severity, rule, path }) => `${severity} ${rule} ${path}`);
}

function link(linkName: string): Tree[string] {
  return { flag: '2', linkName };
}

describe('programs that something else than the entrypoint calls', () => {
  test.each<[string, Tree, Story, readonly string[]]>([
    [
      'kubeshop/botkube#516: kubectl',
      { 'usr/local/bin/kubectl': AMD64 },
      {},
      ['error foreign-binary /usr/local/bin/kubectl'],
    ],
    [
      'kpexec: 32-bit crictl',
      { 'usr/local/bin/crictl': ARMHF },
      {},
      ['error foreign-binary /usr/local/bin/crictl'],
    ],
    ['octoprint: i686 ffmpeg', { 'usr/bin/ffmpeg': I386 }, {}, ['error foreign-binary /usr/bin/ffmpeg']],
    [
      'awx: tini at the root',
      { tini: AMD64, 'usr/bin/tini': link('/tini') },
      {},
      ['error foreign-binary /tini'],
    ],
    [
      'guacamole: s6-overlay-suexec',
      { 'package/admin/s6-overlay-3.1/libexec/s6-overlay-suexec': AMD64 },
      {},
      ['error foreign-binary /package/admin/s6-overlay-3.1/libexec/s6-overlay-suexec'],
    ],
    ['ueberboese-api: exec.d of a buildpack', { [SPRING]: AMD64 }, {}, [`error foreign-binary /${SPRING}`]],
    [
      'paketo nginx: a layer on PATH',
      { 'layers/paketo_nginx/nginx/sbin/nginx': AMD64 },
      { config: { Env: ['PATH=/layers/paketo_nginx/nginx/sbin:/usr/bin'] } },
      ['error foreign-binary /layers/paketo_nginx/nginx/sbin/nginx'],
    ],
    [
      'mastodon: node below /opt, linked from PATH',
      { 'opt/node/bin/node': AMD64, 'usr/local/bin/node': link('/opt/node/bin/node') },
      {},
      ['error foreign-binary /opt/node/bin/node'],
    ],
    [
      'aws cli: linked from PATH into a versioned folder',
      {
        'usr/local/aws-cli/v2/2.9/dist/aws': AMD64,
        'usr/local/aws-cli/v2/current': link('2.9'),
        'usr/local/bin/aws': link('/usr/local/aws-cli/v2/current/dist/aws'),
      },
      {},
      ['error foreign-binary /usr/local/aws-cli/v2/2.9/dist/aws'],
    ],
    [
      'helm-unittest: a plug-in elsewhere',
      { 'root/.local/share/helm/plugins/helm-unittest/untt': AMD64 },
      {},
      ['warning foreign-binary /root/.local/share/helm/plugins/helm-unittest/untt'],
    ],
    [
      'nginx: a module',
      { 'usr/lib/nginx/modules/ngx_otel_module.so': { ...AMD64, mode: 0o644 } },
      {},
      ['error foreign-binary /usr/lib/nginx/modules/ngx_otel_module.so'],
    ],
    [
      'hermes-agent: a venv of the wrong stage',
      { [PYDANTIC]: AMD64 },
      {},
      [`error foreign-add-on /${PYDANTIC}`],
    ],
    [
      'mmmagic: node_modules of a Mac',
      { 'app2/node_modules/mmmagic/build/Release/magic.node': MAC },
      {},
      ['error foreign-add-on /app2/node_modules/mmmagic/build/Release/magic.node'],
    ],
    [
      'safe-events-service: rollup for x64 only',
      { 'srv/node_modules/@rollup/rollup-linux-x64-gnu/rollup.linux-x64-gnu.node': AMD64 },
      {},
      ['warning foreign-add-on /srv/node_modules/@rollup/rollup-linux-x64-gnu/rollup.linux-x64-gnu.node'],
    ],
    [
      'a Linux command that was built on a Mac',
      { 'usr/local/bin/yq': MAC },
      {},
      ['error foreign-binary /usr/local/bin/yq'],
    ],
    [
      'medusa: grpc_health_probe, which HEALTHCHECK asks for',
      { 'bin/grpc_health_probe': AMD64 },
      { config: { Healthcheck: { Test: ['CMD', '/bin/grpc_health_probe', '-addr=:50051'] } } },
      ['error foreign-binary /bin/grpc_health_probe', 'warning healthcheck-broken /bin/grpc_health_probe'],
    ],
    [
      'a probe outside of PATH, behind a shell',
      { 'bin/sh': SHELL, 'opt/testdata/probe': AMD64 },
      { config: { Healthcheck: { Test: ['CMD-SHELL', '/opt/testdata/probe || exit 1'] } } },
      ['error foreign-binary /opt/testdata/probe', 'warning healthcheck-broken /opt/testdata/probe'],
    ],
    [
      'a command that the entrypoint script calls only at times',
      {
        'bin/sh': SHELL,
        'entry.sh': { data: '#!/bin/sh\nif [ -n "$K" ]; then kubectl apply; fi\nexec /app\n', mode: 0o755 },
        'usr/local/bin/kubectl': AMD64,
      },
      { config: { Entrypoint: ['/entry.sh'] } },
      ['error foreign-binary /usr/local/bin/kubectl'],
    ],
    [
      'a command whose name JavaScript knows',
      { 'usr/local/bin/constructor': AMD64 },
      {},
      ['error foreign-binary /usr/local/bin/constructor'],
    ],
    [
      'the sysroot of the platform itself',
      { 'usr/aarch64-linux-gnu/bin/ld': AMD64 },
      {},
      ['warning foreign-binary /usr/aarch64-linux-gnu/bin/ld'],
    ],
    [
      'busybox’ applets as hard links',
      { 'opt/bb/sh': AMD64, 'opt/bb/ls': { flag: '1', linkName: 'opt/bb/sh', mode: 0o755 } },
      { config: { Env: ['PATH=/opt/bb'] } },
      ['error foreign-binary /opt/bb'],
    ],
  ])('%s', async (_, tree, more, expected) => {
    expect(await said(tree, more)).toEqual(expected);
  });
});

const MULTIARCH = '/lib/x86_64-linux-gnu';
const BOOKWORM = [
  glibcLoader(),
  library(`${MULTIARCH}/libc.so.6`, { versionsDefined: ['GLIBC_2.17', 'GLIBC_2.36'] }),
  library(`${MULTIARCH}/libm.so.6`, { versionsDefined: ['GLIBC_2.17', 'GLIBC_2.35'] }),
  library(`${MULTIARCH}/libplain.so`),
  app(),
];
const SQLITE = 'srv/node_modules/better-sqlite3/build/Release/better_sqlite3.node';
const ROCKSDB = 'srv/node_modules/rocksdb/prebuilds/linux-x64/node.napi.glibc.node';
const PRISMA = 'srv/node_modules/.prisma/client/libquery_engine-debian-openssl-';
const MAA = 'srv/MAA/libMaaCore.so';

/** An add-on or a library that needs a version of a library. */
function needing(version: string, file = 'libc.so.6', weak = false): ReturnType<typeof program> {
  return program({
    needed: [file, 'libc.so.6'],
    versionsNeeded: [{ file, versions: [{ name: version, weak }] }],
  });
}

describe('what is there for the right machine, and needs what the image has not', () => {
  test.each<[string, Tree, readonly string[]]>([
    [
      'Termix: better-sqlite3 from a newer Debian',
      { [SQLITE]: needing('GLIBC_2.38', 'libm.so.6') },
      [`error symbol-version-not-found /${SQLITE}`],
    ],
    [
      'a Python extension likewise',
      { 'srv/.venv/lib/python3.11/site-packages/x/_x.abi3.so': needing('GLIBC_2.38') },
      ['error symbol-version-not-found /srv/.venv/lib/python3.11/site-packages/x/_x.abi3.so'],
    ],
    [
      'rocksdb: a prebuild',
      { [ROCKSDB]: needing('GLIBC_2.38') },
      [`warning symbol-version-not-found /${ROCKSDB}`],
    ],
    [
      'AzurLaneAutoScript: a library that Python opens by itself',
      { [MAA]: needing('GLIBC_2.38') },
      [`warning symbol-version-not-found /${MAA}`],
    ],
    [
      'prisma: an engine for the OpenSSL of before',
      { [`${PRISMA}1.1.x.so.node`]: program({ needed: ['libssl.so.1.1', 'libc.so.6'] }) },
      [`warning library-not-found /${PRISMA}1.1.x.so.node`],
    ],
    [
      'llama-swap: a program outside of PATH whose library moved away',
      { 'srv/llama-server': program({ interpreter: GLIBC, needed: ['libmtmd.so.0', 'libc.so.6'] }) },
      ['warning library-not-found /srv/llama-server'],
    ],
    ['a version that is there', { [SQLITE]: needing('GLIBC_2.36') }, []],
    ['a version that may be absent', { [SQLITE]: needing('GLIBC_2.38', 'libc.so.6', true) }, []],
    ['a library without versions', { [SQLITE]: needing('PLAIN_2', 'libplain.so') }, []],
    [
      'a glibc of its own elsewhere in the image',
      {
        [SQLITE]: needing('GLIBC_2.38'),
        'opt/glibc/lib/libc.so.6': program({ soname: 'libc.so.6', versionsDefined: ['GLIBC_2.38'] }),
      },
      [],
    ],
    [
      'prisma: engines for both',
      {
        [`${PRISMA}1.1.x.so.node`]: program({ needed: ['libssl.so.1.1', 'libc.so.6'] }),
        [`${PRISMA}3.0.x.so.node`]: program({ needed: ['libssl.so.3', 'libc.so.6'] }),
        'usr/lib/libssl.so.3': program({ soname: 'libssl.so.3' }),
      },
      [],
    ],
    [
      'a library beside the program, under the name of a link',
      {
        'srv/llama-server': program({ interpreter: GLIBC, needed: ['libmtmd.so.0', 'libc.so.6'] }),
        'srv/libmtmd.so.0': link('libmtmd.so.0.1'),
      },
      [],
    ],
    [
      'the driver of a GPU, which the host has',
      {
        'srv/gpu': program({
          interpreter: GLIBC,
          needed: ['libcuda.so.1', 'libnvidia-ml.so.1', 'libc.so.6'],
        }),
      },
      [],
    ],
    [
      'python:slim: _tkinter without Tk',
      {
        'usr/local/lib/python3.11/lib-dynload/_tkinter.cpython-311-x86_64-linux-gnu.so': program({
          needed: ['libtk8.6.so', 'libc.so.6'],
        }),
      },
      [],
    ],
    ['inputs of tests', { 'srv/testdata/new.so': needing('GLIBC_2.38') }, []],
  ])('%s', async (_, tree, expected) => {
    expect(await said(tree, { platform: 'linux/amd64', layers: [BOOKWORM] })).toEqual(expected);
  });

  test('the start itself needs the driver of a GPU: a warning, for hosts without one', async () => {
    const needsCuda = app({ needed: ['libcuda.so.1', 'libc.so.6'] });
    const layers = [BOOKWORM.slice(0, -1), [needsCuda]];
    expect(await said({}, { platform: 'linux/amd64', layers })).toEqual(['warning library-not-found /app']);
  });
});

describe('what healthy images have, and nobody wants to hear of', () => {
  test.each<[string, Tree]>([
    ['an Android NDK', { 'opt/android-sdk/ndk/26.1/toolchains/llvm/prebuilt/linux-x86_64/bin/clang': AMD64 }],
    [
      'modules of a kernel',
      { 'lib/modules/6.1/kernel/a.ko': program({ machine: 'amd64', header: { type: 1 } }) },
    ],
    ['an initramfs and a kernel', { 'boot/vmlinuz': AMD64, 'usr/lib/modules/6.1/vmlinuz': AMD64 }],
    ['detached debug files', { 'usr/lib/debug/.build-id/ab/cd.debug': AMD64 }],
    ['eBPF', { 'opt/cilium/bpf_lxc.o': program({ header: { type: 1, machine: 247 } }) }],
    ['code for a GPU', { 'opt/rocm/lib/hipblaslt/library/k.co': program({ header: { machine: 224 } }) }],
    ['firmware of a DSP', { 'opt/hexagon/lib/adsp.so': program({ header: { machine: 164 } }) }],
    ['inputs of LLVM’s tests', { 'src/llvm/test/Object/Inputs/hello': AMD64 }],
    ['an emulator that was left behind', { 'usr/bin/qemu-x86_64-static': AMD64 }],
    [
      'rustc’s targets',
      { 'usr/local/rustup/toolchains/1.80/lib/rustlib/x86_64-unknown-linux-gnu/lib/libstd-1.so': AMD64 },
    ],
    [
      'Nix’ cross compilers',
      {
        'nix/store/a-glibc-x86_64-unknown-linux-gnu-2.38/x86_64-unknown-linux-gnu/sys-root/lib/libc.so':
          AMD64,
      },
    ],
    [
      'Electron’s helper for other systems',
      {
        'srv/node_modules/7zip-bin/linux/x64/7za': AMD64,
        'srv/node_modules/7zip-bin/linux/arm64/7za': ARM64,
        'srv/node_modules/7zip-bin/mac/x64/7za': MAC,
      },
    ],
    [
      'JNI libraries that lie beside ours',
      { 'srv/native/linux-x86_64/libx.so': AMD64, 'srv/native/linux-aarch64/libx.so': ARM64 },
    ],
    ['launchers of pip', { 'usr/lib/python3/dist-packages/pip/_vendor/distlib/w64.exe': Buffer.from('MZ') }],
  ])('%s', async (_, tree) => {
    expect(await said(tree)).toEqual([]);
  });
});
