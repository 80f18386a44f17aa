/** Real incidents whose faulty file lies where a check of the entrypoint does not look: the rule, and how bad it is. */
import { describe, expect, test } from '@jest/globals';
import type { Tree } from '../support/image-builder.ts';
import { program } from '../support/surveyed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { AMD64, ARM64, ARMHF, I386, link, MAC, SHELL, type Story, storyTold } from './story.ts';

const folder = temporaryFolder();

const SPRING = 'layers/paketo-buildpacks_ca-certificates/helper/exec.d/1-ca-certificates-helper';
const SELENIUM = 'usr/local/lib/python3.11/site-packages/selenium/webdriver/common';
const PYDANTIC =
  'opt/hermes/.venv/lib/python3.11/site-packages/pydantic_core/_pydantic_core.cpython-311-x86_64-linux-gnu.so';

const LAMBDA = 'var/task/numpy/core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so';
const SSL: Tree = { 'usr/lib/x86_64-linux-gnu/libssl.so.3': AMD64 };
const STATUS = (architecture: string, count: number): string =>
  `Package: p\nStatus: install ok installed\nArchitecture: ${architecture}\n\n`.repeat(count);

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
      'a directory of PATH that is named for another machine, beside the right one',
      { 'opt/t/linux-amd64/tool': AMD64, 'opt/t/linux-arm64/tool': ARM64 },
      { config: { Env: ['PATH=/opt/t/linux-amd64:/bin'] } },
      ['error foreign-binary /opt/t/linux-amd64/tool'],
    ],
    [
      'a tree of an emulator on PATH, without the emulator',
      { 'usr/gnemul/bin/tool': AMD64 },
      { config: { Env: ['PATH=/usr/gnemul/bin:/bin'] } },
      ['error foreign-binary /usr/gnemul/bin/tool'],
    ],
    [
      'selenium: its manager is there for x86-64 and for macOS alone',
      { [`${SELENIUM}/linux/selenium-manager`]: AMD64, [`${SELENIUM}/macos/selenium-manager`]: MAC },
      {},
      [`warning foreign-binary /${SELENIUM}/linux/selenium-manager`],
    ],
    [
      'the sysroot of the platform itself',
      { 'usr/aarch64-linux-gnu/bin/ld': AMD64 },
      {},
      ['warning foreign-binary /usr/aarch64-linux-gnu/bin/ld'],
    ],
    [
      'a function of Lambda: extensions of Python beside its own code',
      { [LAMBDA]: AMD64, 'var/task/cryptography/_rust.abi3.so': ARM64 },
      {},
      [`error foreign-add-on /${LAMBDA}`],
    ],
    [
      'bcrypt: what node-pre-gyp put there',
      { 'srv/node_modules/bcrypt/lib/binding/napi-v3/bcrypt_lib.node': AMD64 },
      {},
      ['error foreign-add-on /srv/node_modules/bcrypt/lib/binding/napi-v3/bcrypt_lib.node'],
    ],
    [
      'esbuild: node_modules of a Mac, whose command is the program itself',
      {
        'srv/node_modules/esbuild/bin/esbuild': MAC,
        'srv/node_modules/.bin/esbuild': link('../esbuild/bin/esbuild'),
      },
      {},
      ['warning foreign-binary /srv/node_modules/esbuild/bin/esbuild'],
    ],
    [
      'a loader that nothing explains',
      { 'lib64/ld-linux-x86-64.so.2': AMD64 },
      {},
      ['error foreign-binary /lib64/ld-linux-x86-64.so.2'],
    ],
    [
      'a system kept in this one, whose packages explain nothing here',
      {
        ...SSL,
        'var/lib/dpkg/status': STATUS('arm64', 3),
        'srv/root/var/lib/dpkg/status': STATUS('amd64', 1),
      },
      {},
      ['warning foreign-binary /usr/lib/x86_64-linux-gnu/libssl.so.3'],
    ],
    [
      'another package manager, all whose packages are for another machine',
      { ...SSL, 'var/lib/dpkg/status': STATUS('arm64', 3), 'lib/apk/db/installed': 'P:musl\nA:x86_64\n\n' },
      {},
      ['warning foreign-binary /usr/lib/x86_64-linux-gnu/libssl.so.3'],
    ],
    [
      'busybox’ applets as hard links',
      { 'opt/bb/sh': AMD64, 'opt/bb/ls': { flag: '1', linkName: 'opt/bb/sh', mode: 0o755 } },
      { config: { Env: ['PATH=/opt/bb'] } },
      ['error foreign-binary /opt/bb'],
    ],
  ])('%s', async (_, tree, more, expected) => {
    expect(await storyTold(folder, tree, more)).toEqual(expected);
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
    [
      'selenium’s manager for Linux and macOS',
      { [`${SELENIUM}/linux/selenium-manager`]: ARM64, [`${SELENIUM}/macos/selenium-manager`]: MAC },
    ],
    [
      'commands that say themselves what they are for, beside ours',
      { 'usr/local/bin/tool-linux-amd64': AMD64, 'usr/local/bin/tool-linux-arm64': ARM64 },
    ],
    [
      'npm’s builds for others in a layer of a buildpack',
      {
        'layers/npm/modules/node_modules/@esbuild/linux-x64/bin/esbuild': AMD64,
        'layers/npm/modules/node_modules/@esbuild/linux-arm64/bin/esbuild': ARM64,
        'layers/npm/modules/node_modules/elf/test/fixtures/hello': AMD64,
      },
    ],
    [
      'the other architecture of dpkg, beside another package manager',
      {
        ...SSL,
        'var/lib/dpkg/status': STATUS('arm64', 3) + STATUS('amd64', 1),
        'lib/apk/db/installed': 'P:musl\nA:aarch64\n\n',
      },
    ],
    [
      'inputs of tests in a buildpack’s cache of Go modules',
      { 'layers/paketo_go-mod/cache/pkg/mod/github.com/x/y@v1/testdata/elf': AMD64 },
    ],
    ['launchers of pip', { 'usr/lib/python3/dist-packages/pip/_vendor/distlib/w64.exe': Buffer.from('MZ') }],
  ])('%s', async (_, tree) => {
    expect(await storyTold(folder, tree)).toEqual([]);
  });
});
