/**
 * No crying wolf: healthy root file systems of real packages, where nothing may be reported. Every root is unpacked
 * from Debian's packages with all that they depend on, or installed by npm for a platform, and judged by every rule.
 */
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { LayerListing } from '../../src/rootfs/layer-listing.ts';
import type { Finding } from '../../src/verdict/finding.ts';
import {
  type DebianArchitecture,
  type DebianRequest,
  downloadDebian,
  unpackDebian,
  writeDebianLayer,
} from '../support/debian-packages.ts';
import { judgeFolders, listFolder, listTar } from '../support/folder-image.ts';

const PLATFORMS: Readonly<Record<DebianArchitecture, string>> = {
  amd64: 'linux/amd64',
  arm64: 'linux/arm64',
  armel: 'linux/arm/v5',
  armhf: 'linux/arm/v7',
  i386: 'linux/386',
  mips64el: 'linux/mips64le',
  ppc64el: 'linux/ppc64le',
  riscv64: 'linux/riscv64',
  s390x: 'linux/s390x',
};

/** What every Debian image has. */
const ESSENTIAL = ['bash', 'coreutils', 'dash', 'perl-base'];

/** What images are built of, and the commands that they start. */
interface Stack {
  readonly packages: readonly string[];
  readonly commands: readonly string[];
}

const WHOLE: Stack = {
  // iproute2, which nginx-light needs, brings a script for python3 that python3 itself is only recommended for.
  packages: ['tini', 'curl', 'nginx-light', 'python3-minimal', 'ruby', 'redis-server', 'git'],
  commands: [
    '/usr/bin/tini -- curl --version',
    '/usr/sbin/nginx',
    '/usr/bin/python3.11',
    '/usr/bin/ruby3.1',
    '/usr/bin/redis-server',
    '/usr/bin/git',
  ],
};

/** Decompressing packages takes most of the time. */
const SMALL: Stack = {
  packages: ['tini', 'python3-minimal', 'redis-server'],
  commands: ['/usr/bin/tini -- redis-server', '/usr/bin/python3.11'],
};

const STACKS = {
  amd64: WHOLE,
  arm64: WHOLE,
  armel: SMALL,
  armhf: SMALL,
  i386: SMALL,
  mips64el: SMALL,
  ppc64el: SMALL,
  s390x: SMALL,
};

const ARCHITECTURES = ['amd64', 'arm64', 'armel', 'armhf', 'i386', 'mips64el', 'ppc64el', 's390x'] as const;

type Root = readonly [name: string, request: DebianRequest, command: string, exempt: readonly string[]];

const COMMON: readonly Root[] = ARCHITECTURES.flatMap((architecture) => {
  const { packages, commands } = STACKS[architecture];
  const request = { architecture, packages, dependencies: 'with' } as const;
  const alone = { ...request, packages: [] };
  return [
    [`${architecture} alone`, alone, '/bin/bash', []],
    ...commands.map((command): Root => [`${architecture} ${command}`, request, command, []]),
  ];
});

/** Roots that hold files for other machines on purpose: `exempt` names what must cover them. */
const SPECIAL: readonly Root[] = [
  special('riscv64', 'trixie', ['python3-minimal'], '/usr/bin/python3', []),
  special('arm64', 'trixie', ['nodejs'], '/usr/bin/node', []),
  special('amd64', 'bookworm', ['nodejs'], '/usr/bin/node', []),
  special(
    'arm64',
    'bookworm',
    ['openjdk-17-jre-headless'],
    '/usr/lib/jvm/java-17-openjdk-arm64/bin/java',
    [],
  ),
  special('arm64', 'bookworm', ['ripgrep', 'fd-find'], '/usr/bin/rg', []),
  special('arm64', 'bookworm', ['postgresql-15'], '/usr/lib/postgresql/15/bin/postgres', []),
  // Its parts for ARMv8 run on ARMv8 alone.
  special('armhf', 'bookworm', ['postgresql-15'], '/usr/lib/postgresql/15/bin/postgres', []),
  special('s390x', 'bookworm', ['nodejs'], '/usr/bin/node', []),
  special('ppc64el', 'bookworm', ['openjdk-17-jre-headless'], '/bin/bash', []),
  special('amd64', 'bookworm', ['qemu-system-data', 'u-boot-qemu', 'opensbi'], '/bin/bash', ['firmware']),
  // Race detectors for macOS alone, where Linux has none.
  special('armhf', 'bookworm', ['golang-1.19-src'], '/bin/bash', ['object-files', 'test-data']),
  special('amd64', 'bookworm', ['wine64'], '/bin/bash', ['compatibility-layers']),
  special('amd64', 'bookworm', ['qemu-user-static', 'grub-pc-bin', 'guile-3.0-libs'], '/bin/bash', [
    'object-files',
  ]),
  special('amd64', 'bookworm', ['gcc-aarch64-linux-gnu'], '/bin/bash', ['cross-toolchains']),
  special('arm64', 'bookworm', ['golang-1.19-src'], '/bin/bash', ['test-data']),
];

function special(
  architecture: DebianArchitecture,
  suite: 'bookworm' | 'trixie',
  packages: readonly string[],
  command: string,
  exempt: readonly string[],
): Root {
  const request = {
    architecture,
    suite,
    packages,
    dependencies: 'with',
  } as const;
  return [`${architecture} ${packages.join(' ')} (${suite})`, request, command, exempt];
}

/** Roots by what they stand on, in the order of the tests. */
const GROUPS = [
  ...Map.groupBy(
    [...COMMON, ...SPECIAL].map(([, request]) => request),
    nameOfBase,
  ),
];
const DOWNLOADS = new Map<string, Promise<void>>();

/** What a root needs is there; what the next roots need is downloaded while this one is judged. */
async function downloaded(name: string): Promise<void> {
  const at = GROUPS.findIndex(([each]) => each === name);
  const [own, next] = [download(at), download(at + 1)];
  await own;
  void next;
}

function download(at: number): Promise<void> {
  const [name, requests] = GROUPS[at] ?? ['', []];
  const known = DOWNLOADS.get(name);
  if (known !== undefined) return known;
  const bases = requests.slice(0, 1).map((request) => ({ ...request, packages: ESSENTIAL }));
  const all = requests.map((request) => ({ ...request, below: ESSENTIAL }));
  // What went wrong is said where the packages are unpacked.
  const begun = downloadDebian([...bases, ...all]).catch(() => undefined);
  DOWNLOADS.set(name, begun);
  return begun;
}

afterAll(async () => {
  await Promise.all(DOWNLOADS.values());
});

function nameOfBase({ architecture, suite = 'bookworm' }: DebianRequest): string {
  return `${suite}-${architecture}`;
}

/** Errors and warnings; and notes, but for libraries that have code for newer ARM processors and may not use it. */
function linesOf(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity, rule }) => severity !== 'note' || rule !== 'isa-level')
    .map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`);
}

/** What was unpacked is listed once for all tests of it. */
const LISTINGS = new Map<string, Promise<LayerListing>>();

function listingOf(request: DebianRequest): Promise<LayerListing> {
  const name = JSON.stringify(request);
  const known = LISTINGS.get(name);
  if (known !== undefined) return known;
  const listing = inNewFolder((folder) => {
    const file = join(folder, 'layer.tar');
    writeDebianLayer(request, file);
    return listTar(() => createReadStream(file, { highWaterMark: 1 << 20 }));
  });
  LISTINGS.set(name, listing);
  return listing;
}

async function inNewFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'healthy-root-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('healthy roots of Debian packages', () => {
  test.each([...COMMON, ...SPECIAL])('%s: nothing to report', async (_, request, command, exempt) => {
    await downloaded(nameOfBase(request));
    const base = await listingOf({ ...request, packages: ESSENTIAL });
    const layers = [base, await listingOf({ ...request, below: ESSENTIAL })];
    const platform = PLATFORMS[request.architecture];
    const { facts, findings } = judgeFolders({ layers, platform, entrypoint: command.split(' ') });
    expect(linesOf(findings)).toEqual([]);
    expect(facts.trace.unreadable).toEqual([]);
    expect(facts.survey?.nativeDigests.size).toBeGreaterThan(100);
    expect(facts.survey?.exemptions.map(({ name }) => name)).toEqual(expect.arrayContaining([...exempt]));
  });
});

describe('healthy trees of npm packages', () => {
  /** With builds in packages of their own, in `prebuilds/`, in folders by system, and those that nothing was compiled of. */
  const packages = [
    'esbuild',
    'rollup',
    '@swc/core',
    'sharp',
    'better-sqlite3',
    'bufferutil',
    'leveldown',
    '7zip-bin',
    '@node-rs/argon2',
    'bare-fs',
    'oracledb',
  ];
  /** In folders by system; later versions are for arm64 too. */
  const onlyX64 = ['selenium-webdriver@4.21.0'];
  test.each([
    ['arm64', 'glibc', 'arm64', 'linux/arm64', 'libc6'],
    ['x64', 'musl', 'amd64', 'linux/amd64', 'musl'],
  ] as const)('for %s with %s: nothing to report', async (cpu, libc, architecture, platform, libcPackage) => {
    const options = [
      '--os=linux',
      `--cpu=${cpu}`,
      `--libc=${libc}`,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
    ];
    const names = [...packages, ...(cpu === 'x64' ? onlyX64 : [])];
    const listing = await inNewFolder((root) => {
      unpackDebian({ architecture, packages: ['busybox-static', libcPackage] }, root);
      symlinkSync('busybox', join(root, 'bin/sh')); // musl brings a script
      execFileSync('npm', ['install', '--prefix', join(root, 'app'), ...options, ...names], {
        stdio: 'pipe',
      });
      return listFolder(root);
    });
    const layers = [listing];
    const { facts, findings } = judgeFolders({ layers, platform, entrypoint: ['/bin/busybox'] });
    expect(linesOf(findings)).toEqual([]);
    expect(facts.survey?.exemptions.map(({ name }) => name)).toContain('other-builds');
  });
});
