/**
 * Trees that carry files for several machines on purpose, as well-known tools lay them out: nothing is said of them;
 * and the same trees with the file that is really wrong, which must be found all the same.
 */
import { describe, expect, test } from '@jest/globals';
import { runRules } from '../../src/inspect/run-rules.ts';
import { RULES } from '../../src/rules/index.ts';
import type { ElfSpec } from '../support/elf-spec.ts';
import type { MachineName } from '../support/elf-machines.ts';
import { imageFacts } from '../support/image-facts.ts';
import type { Tree } from '../support/image-builder.ts';
import { buildPe } from '../support/pe-builder.ts';
import { program, surveyed } from '../support/surveyed.ts';

const AMD64 = program({ machine: 'amd64' });
const ARM64 = program({ machine: 'arm64' });
const MAC = { data: Buffer.from('cffaedfe0c00000100000000', 'hex'), mode: 0o755 };
const BASE: Tree = {
  app: ARM64,
  'bin/sh': ARM64,
  'bin/ls': ARM64,
  'lib/libc.so.6': ARM64,
  'usr/bin/env': ARM64,
};

function library(machine: MachineName): Tree[string] {
  return program({ machine, soname: 'libx.so' });
}

/** For a machine that has no programs here: the number alone. */
function ofMachine(machine: number, spec: ElfSpec = {}): Tree[string] {
  return program({ ...spec, header: { machine } });
}

/** Its runtime marks itself in the padding of e_ident, and a squashfs follows. */
function appImage(machine: MachineName): Tree[string] {
  const { data, mode } = program({ machine, padding: 4096 });
  data.write('AI\x02', 8, 'latin1');
  return { data, mode };
}

/** `folder/<name>/file` for each `name: content`. */
function below(folder: string, file: string, builds: Tree): Tree {
  return Object.fromEntries(
    Object.entries(builds).map(([name, content]) => [`${folder}/${name}/${file}`, content]),
  );
}

function prisma(engines: Readonly<Record<string, MachineName>>): Tree {
  const folder = 'srv/node_modules/.prisma/client/libquery_engine';
  return Object.fromEntries(
    Object.entries(engines).map(([target, machine]) => [`${folder}-${target}.so.node`, library(machine)]),
  );
}

async function said(tree: Tree, path: string): Promise<string[]> {
  const facts = await surveyed({ layers: [BASE, tree], entrypoint: ['/app'], env: [`PATH=${path}`] });
  const { image } = facts;
  const entries = [{ descriptor: image.descriptor, platform: image.platform, image, failure: null }];
  const findings = runRules(RULES, imageFacts({ entries, platforms: [facts] }));
  return findings.map(({ severity, rule, path: at }) => `${severity} ${rule} ${at}`);
}

interface Layout {
  readonly name: string;
  readonly healthy: Tree;
  /** What replaces files of the healthy tree (null: is not there), and what is then said. */
  readonly wrong: Readonly<Record<string, Tree[string] | null>>;
  readonly says: readonly string[];
}

const SELENIUM = 'usr/lib/python3/site-packages/selenium/webdriver/common';
const JNI = 'usr/share/logstash/vendor/jruby/lib/jni';
const RUNTIMES = 'srv/app/runtimes';
const MUSL_CROSS = 'opt/x86_64-linux-musl-cross';
const GO_RACE = 'usr/local/go/src/runtime/race';
const LAYER = 'layers/paketo-buildpacks_npm-install/launch-modules/node_modules';
const DOTNET = (rid: string): string => `${RUNTIMES}/${rid}/native/libgit2-106a59f.so`;

const LAYOUTS: readonly Layout[] = [
  {
    name: 'Prisma’s engines: those of x86-64 are named after the distribution alone',
    healthy: prisma({
      'debian-openssl-3.0.x': 'amd64',
      'rhel-openssl-1.0.x': 'amd64',
      'linux-musl-openssl-3.0.x': 'amd64',
      'linux-musl-arm64-openssl-3.0.x': 'arm64',
      'linux-arm64-openssl-1.1.x': 'arm64',
    }),
    wrong: {
      'srv/node_modules/.prisma/client/libquery_engine-linux-arm64-openssl-1.1.x.so.node': library('amd64'),
    },
    says: [
      'error foreign-add-on /srv/node_modules/.prisma/client/libquery_engine-linux-arm64-openssl-1.1.x.so.node',
    ],
  },
  {
    name: 'Selenium’s manager: folders by system',
    healthy: below(SELENIUM, 'selenium-manager', { linux: ARM64, macos: MAC }),
    wrong: { [`${SELENIUM}/linux/selenium-manager`]: AMD64 },
    says: [`warning foreign-binary /${SELENIUM}/linux/selenium-manager`],
  },
  {
    name: 'JRuby’s JNI libraries for every system that Java knows',
    healthy: below(JNI, 'libjffi-1.2.so', {
      'aarch64-Linux': library('arm64'),
      'x86_64-Linux': library('amd64'),
      'i386-Linux': library('i386'),
      'arm-Linux': library('armhf'),
      's390x-Linux': library('s390x'),
      'ppc-Linux': library('ppc'),
      'sparcv9-Linux': ofMachine(43),
      'x86_64-FreeBSD': library('amd64'),
      'x86_64-DragonFlyBSD': library('amd64'),
      'x86_64-SunOS': library('amd64'),
    }),
    wrong: { [`${JNI}/aarch64-Linux/libjffi-1.2.so`]: library('amd64') },
    says: [`warning foreign-binary /${JNI}/aarch64-Linux/libjffi-1.2.so`],
  },
  {
    name: '.NET’s runtime identifiers with names and versions of distributions',
    healthy: {
      [DOTNET('alpine.3.9-x64')]: library('amd64'),
      [DOTNET('debian.9-x64')]: library('amd64'),
      [DOTNET('debian-arm64')]: library('arm64'),
      [DOTNET('rhel-x64')]: library('amd64'),
      [DOTNET('ubuntu.18.04-x64')]: library('amd64'),
      [DOTNET('osx')]: MAC,
    },
    wrong: { [DOTNET('debian-arm64')]: null },
    says: [
      `warning foreign-add-on /${DOTNET('alpine.3.9-x64')}`,
      `warning foreign-add-on /${DOTNET('debian.9-x64')}`,
      `warning foreign-add-on /${DOTNET('rhel-x64')}`,
      `warning foreign-add-on /${DOTNET('ubuntu.18.04-x64')}`,
    ],
  },
  {
    name: 'CUDA with the libraries for the other machine beside its own',
    healthy: below('usr/local/cuda-12/targets', 'lib/libcudart.so.12', {
      'sbsa-linux': library('arm64'),
      'x86_64-linux': library('amd64'),
    }),
    wrong: { 'usr/local/cuda-12/targets/sbsa-linux/lib/libcudart.so.12': null },
    says: ['warning foreign-add-on /usr/local/cuda-12/targets/x86_64-linux/lib/libcudart.so.12'],
  },
  {
    name: 'profilers of CUDA with what they put on their targets',
    healthy: {
      'opt/nvidia/nsight-compute/2022.4.1/target/linux-desktop-glibc_2_11_3-x64/libx.so': library('amd64'),
      'opt/nvidia/nsight-compute/2022.4.1/target/linux-desktop-t210-a64/libx.so': library('arm64'),
      'opt/nvidia/nsight-systems/2022.4.2/target-linux-x64/nsys': AMD64,
    },
    wrong: { 'usr/local/bin/nsys': AMD64 },
    says: ['error foreign-binary /usr/local/bin/nsys'],
  },
  {
    name: 'a program with builds of it for others to download',
    healthy: {
      'usr/local/bin/argocd': ARM64,
      'usr/local/bin/argocd-linux-amd64': AMD64,
      'usr/local/bin/argocd-darwin-amd64': MAC,
    },
    wrong: { 'usr/local/bin/argocd': null },
    says: ['error foreign-binary /usr/local/bin/argocd-linux-amd64'],
  },
  {
    name: 'firmware below other prefixes',
    healthy: {
      'nix/store/abc-qemu-8.2/share/qemu/u-boot.e500': library('ppc'),
      'nix/store/abc-qemu-8.2/share/qemu/opensbi-riscv64-generic-fw_dynamic.elf': library('riscv64'),
      'opt/conda/share/qemu/openbios-sparc64': ofMachine(43),
      'usr/share/uboot/rpi/u-boot.elf': library('armhf'),
    },
    wrong: { 'nix/store/abc-qemu-8.2/bin/qemu-img': AMD64 },
    says: ['warning foreign-binary /nix/store/abc-qemu-8.2/bin/qemu-img'],
  },
  {
    name: 'ROMs of microcontrollers',
    healthy: {
      'opt/esp/tools/esp-rom-elfs/20230320/esp32c3_rev3_rom.elf': ofMachine(243, { machine: 'armhf' }),
      'opt/esp/tools/esp-rom-elfs/20230320/esp32_rev0_rom.elf': ofMachine(94),
    },
    wrong: { 'opt/esp/tools/esp-rom-elfs/20230320/linux.elf': library('riscv64') },
    says: ['warning foreign-binary /opt/esp/tools/esp-rom-elfs/20230320/linux.elf'],
  },
  {
    name: 'a cross toolchain wherever it lies: its compiler is beside it',
    healthy: {
      [`${MUSL_CROSS}/bin/x86_64-linux-musl-gcc`]: ARM64,
      [`${MUSL_CROSS}/x86_64-linux-musl/lib/libc.so`]: library('amd64'),
      'opt/arm-gnu-toolchain/bin/arm-none-linux-gnueabihf-gcc': ARM64,
      'opt/arm-gnu-toolchain/arm-none-linux-gnueabihf/libc/lib/libc.so.6': library('armhf'),
      'opt/conda/bin/x86_64-conda-linux-gnu-ld': ARM64,
      'opt/conda/x86_64-conda-linux-gnu/lib/libgomp.so': library('amd64'),
    },
    wrong: { [`${MUSL_CROSS}/bin/x86_64-linux-musl-gcc`]: AMD64 },
    says: [`warning foreign-add-on /${MUSL_CROSS}/bin/x86_64-linux-musl-gcc`],
  },
  {
    name: 'a folder that is named by a triplet, without a compiler',
    healthy: {},
    wrong: {
      'opt/x86_64-linux-musl-native/bin/gcc': AMD64,
      'opt/x86_64-linux-musl/lib/libc.so': library('amd64'),
    },
    says: [
      'warning foreign-add-on /opt/x86_64-linux-musl-native/bin/gcc',
      'warning foreign-add-on /opt/x86_64-linux-musl/lib/libc.so',
    ],
  },
  {
    name: 'SDKs of Android and OpenWrt',
    healthy: {
      'opt/android-sdk-linux/build-tools/34.0.0/aapt2': AMD64,
      'usr/local/lib/android/sdk/ndk/26/prebuilt/linux-x86_64/bin/make': AMD64,
      'opt/openwrt-sdk/staging_dir/toolchain-x86_64_gcc-12.3.0_musl/lib/libc.so': library('amd64'),
    },
    wrong: { 'usr/bin/aapt2': { flag: '2', linkName: '/opt/android-sdk-linux/build-tools/34.0.0/aapt2' } },
    says: ['error foreign-binary /opt/android-sdk-linux/build-tools/34.0.0/aapt2'],
  },
  {
    name: 'Go’s race detector where there is none for the platform',
    healthy: {
      [`${GO_RACE}/race_linux_amd64.syso`]: program({ machine: 'amd64', header: { type: 1 } }),
      [`${GO_RACE}/race_darwin_amd64.syso`]: MAC,
      [`${GO_RACE}/internal/amd64v1/race_darwin.syso`]: MAC,
    },
    wrong: { 'usr/local/go/pkg/tool/linux_amd64/compile': AMD64 },
    says: ['warning foreign-add-on /usr/local/go/pkg/tool/linux_amd64/compile'],
  },
  {
    name: 'packages of an interpreter in a buildpack’s layer, with the inputs of their tests',
    healthy: {
      [`${LAYER}/elf-cam/test/fixtures/hello`]: AMD64,
      'layers/google.python.pip/pip/lib/python3.12/site-packages/elftools/test/testfiles/x.elf': AMD64,
    },
    wrong: { 'layers/paketo-buildpacks_ca-certificates/helper/exec.d/1-helper': AMD64 },
    says: ['error foreign-binary /layers/paketo-buildpacks_ca-certificates/helper/exec.d/1-helper'],
  },
  {
    name: 'inputs of tests as Maven and others keep them',
    healthy: { 'src/core/src/test/resources/hello-x64': AMD64, 'src/tests/data/elf64': AMD64, 'usr/local/cargo/git/checkouts/object-1/testfile': AMD64 }, // prettier-ignore
    wrong: { 'src/core/src/main/resources/tool': AMD64 },
    says: ['warning foreign-binary /src/core/src/main/resources/tool'],
  },
  {
    name: 'a client’s builds in a server’s download folder',
    healthy: {
      'usr/share/openshift/linux_amd64/oc': AMD64,
      'usr/share/openshift/linux_arm64/oc': ARM64,
      'usr/share/openshift/mac/oc': MAC,
      'usr/bin/oc': { flag: '2', linkName: '/usr/share/openshift/linux_arm64/oc' },
    },
    wrong: { 'usr/bin/oc': { flag: '2', linkName: '/usr/share/openshift/linux_amd64/oc' } },
    says: ['error foreign-binary /usr/share/openshift/linux_amd64/oc'],
  },
  {
    name: 'libraries of development environments',
    healthy: {
      ...below('opt/idea/lib/pty4j/linux', 'libpty.so', { 'x86-64': library('amd64'), aarch64: library('arm64'), ppc64le: library('ppc64le') }), // prettier-ignore
      'opt/idea/lib/pty4j/freebsd/x86-64/libpty.so': library('amd64'),
      'opt/idea/lib/jna/amd64/libjnidispatch.so': library('amd64'),
      'opt/idea/lib/jna/aarch64/libjnidispatch.so': library('arm64'),
    },
    wrong: { 'opt/idea/lib/jna/aarch64/libjnidispatch.so': null },
    says: ['warning foreign-add-on /opt/idea/lib/jna/amd64/libjnidispatch.so'],
  },
  {
    name: 'a node for musl beside the one for glibc, as runners of GitHub’s have it',
    healthy: {
      'home/runner/externals/node20/bin/node': ARM64,
      'home/runner/externals/node20_alpine/bin/node': program({
        machine: 'arm64',
        interpreter: '/lib/ld-musl-aarch64.so.1',
        needed: ['libc.musl-aarch64.so.1'],
      }),
    },
    wrong: { 'home/runner/externals/node20/bin/node': AMD64 },
    says: ['warning foreign-binary /home/runner/externals/node20/bin/node'],
  },
  {
    name: 'node-oracledb: builds for all platforms where others compile theirs',
    healthy: {
      'srv/node_modules/oracledb/build/Release/oracledb-6.5.1-linux-arm64.node': library('arm64'),
      'srv/node_modules/oracledb/build/Release/oracledb-6.5.1-linux-x64.node': library('amd64'),
      'srv/node_modules/oracledb/build/Release/oracledb-6.5.1-darwin-x64.node': MAC,
    },
    wrong: {
      'srv/node_modules/oracledb/build/Release/oracledb-6.5.1-linux-arm64.node': null,
      'srv/node_modules/bcrypt/build/Release/bcrypt_lib.node': library('amd64'),
    },
    says: [
      'error foreign-add-on /srv/node_modules/bcrypt/build/Release/bcrypt_lib.node',
      'warning foreign-add-on /srv/node_modules/oracledb/build/Release/oracledb-6.5.1-linux-x64.node',
    ],
  },
  {
    name: 'add-ons for phones and for other versions of node and libc',
    healthy: {
      'srv/node_modules/bare-fs/prebuilds/ios-arm64-simulator/bare-fs.bare': MAC,
      'srv/node_modules/bare-fs/prebuilds/ios-x64-simulator/bare-fs.bare': MAC,
      'srv/node_modules/bare-fs/prebuilds/linux-arm64/bare-fs.bare': library('arm64'),
      'srv/node_modules/zeromq/build/linux/arm64/node/glibc-127-Release/addon.node': library('arm64'),
      'srv/node_modules/zeromq/build/linux/x64/node/115/addon.node': library('amd64'),
    },
    wrong: {
      'srv/node_modules/zeromq/build/linux/arm64/node/glibc-127-Release/addon.node': library('amd64'),
      'srv/node_modules/bare-fs/prebuilds/linux-arm64/bare-fs.bare': MAC,
    },
    says: [
      'error foreign-add-on /srv/node_modules/zeromq/build/linux/arm64/node/glibc-127-Release/addon.node',
      'warning foreign-binary /srv/node_modules/bare-fs/prebuilds/linux-arm64/bare-fs.bare',
    ],
  },
  {
    name: 'folders whose names only sound like a system',
    healthy: { 'srv/win/x64/tool': AMD64, 'srv/win/arm64/tool': ARM64 },
    wrong: { 'srv/mac/server': AMD64, 'srv/ios/server': AMD64, 'srv/win/arm64/tool': null },
    says: [
      'warning foreign-add-on /srv/win/x64/tool',
      'warning foreign-binary /srv/ios/server',
      'warning foreign-binary /srv/mac/server',
    ],
  },
  {
    name: 'helpers for macOS in packages, wherever these are',
    healthy: {
      'usr/lib/ruby/gems/3.3.0/gems/rb-fsevent-0.11.2/bin/fsevent_watch': MAC,
      'usr/local/lib/node_modules/active-win/main': MAC,
      'srv/app/node_modules/active-win/main': MAC,
    },
    wrong: { 'srv/app/server': MAC, 'usr/lib/app/server': MAC },
    says: ['warning foreign-binary /srv/app/server', 'error foreign-binary /usr/lib/app/server'],
  },
  {
    name: 'boot loaders, and something else that is called a shim',
    healthy: { 'usr/lib/shim/shimx64.efi.signed': Buffer.from('MZ'), 'usr/lib/shim/shim': AMD64 },
    wrong: { 'opt/containerd/shim/containerd-shim-runc-v2': AMD64 },
    says: ['warning foreign-binary /opt/containerd/shim/containerd-shim-runc-v2'],
  },
  {
    name: 'what NSIS puts before the installers for Windows that it makes',
    healthy: {
      'usr/share/nsis/Stubs/zlib-x86-unicode': { data: buildPe(), mode: 0o644 },
      'usr/share/nsis/Stubs/zlib-amd64-unicode': { data: buildPe(), mode: 0o644 },
      'usr/share/nsis/Stubs/zlib-arm64-unicode': { data: buildPe(), mode: 0o644 },
      'usr/share/nsis/Bin/RegTool-amd64.bin': { data: buildPe(), mode: 0o644 },
    },
    wrong: {
      'usr/share/nsis/Stubs/zlib-arm64-unicode': { data: buildPe(), mode: 0o755 },
      'usr/bin/makensis-arm64': { data: buildPe(), mode: 0o755 },
    },
    says: [
      'warning foreign-binary /usr/share/nsis/Stubs/zlib-arm64-unicode',
      'error foreign-binary /usr/bin/makensis-arm64',
    ],
  },
  {
    name: 'an AppImage',
    healthy: { 'usr/local/bin/tool.AppImage': appImage('arm64') },
    wrong: { 'usr/local/bin/tool.AppImage': appImage('i386') },
    says: ['error foreign-binary /usr/local/bin/tool.AppImage'],
  },
];

const PATH = '/usr/local/bin:/usr/bin:/bin';

describe.each(LAYOUTS)('$name', ({ healthy, wrong, says }) => {
  test('nothing is said of it', async () => {
    expect(await said(healthy, PATH)).toEqual([]);
  });

  test('what is wrong in it is found', async () => {
    const tree = Object.fromEntries(
      Object.entries({ ...healthy, ...wrong }).flatMap(([path, content]) =>
        content === null ? [] : [[path, content]],
      ),
    );
    expect([...(await said(tree, PATH))].sort()).toEqual([...says].sort());
  });
});

test('a home folder that is named after a distribution makes no family of what lies in it', async () => {
  const tree = { 'home/ubuntu/bin/kubectl-linux-amd64': AMD64, 'home/ubuntu/bin/helm-linux-arm64': ARM64, 'home/ubuntu/tool': ARM64 }; // prettier-ignore
  expect(await said(tree, PATH)).toEqual(['warning foreign-add-on /home/ubuntu/bin/kubectl-linux-amd64']);
});

test('thousands of packages for another machine are one finding', async () => {
  const many = Array.from({ length: 8_000 }, (_, at) => [`srv/p${at}/linux-amd64/tool${at}`, AMD64]);
  expect(await said(Object.fromEntries(many), PATH)).toEqual(['warning foreign-add-on /srv']);
});
