/** Debian's libc and shells of an architecture that this machine's processor does not run, as a root file system. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Platform } from '../../../src/oci/platform.ts';
import { type DebianArchitecture, unpackDebian } from '../../support/debian-packages.ts';
import type { MachineName } from '../../support/elf-machines.ts';

export interface Foreign {
  readonly architecture: DebianArchitecture;
  readonly machine: MachineName;
  readonly platform: Platform;
  /** Below /lib and /usr/lib: where Debian has the libraries, and what `$LIB` stands for. */
  readonly triplet: string;
  /** Of entries of ld.so.cache (ldconfig.h). */
  readonly cacheFlags: number;
  /** `$PLATFORM` of all hosts; the emulator is the last of them. Null: the emulator gives none, where kernels do. */
  readonly words: readonly string[] | null;
  /** Sub-directories of before glibc 2.37: of every host, of the better ones, of none. */
  readonly legacy: Readonly<Partial<Record<'every' | 'better' | 'none', string>>>;
  /** The word that is in `qemu-WORD-static`; null: this kernel runs the programs itself. */
  readonly emulator: string | null;
}

function linux(architecture: string, variant?: string): Platform {
  return { os: 'linux', architecture, ...(variant === undefined ? {} : { variant }) };
}

export const FOREIGN: readonly Foreign[] = [
  {
    architecture: 'armhf',
    machine: 'armhf',
    platform: linux('arm', 'v7'),
    triplet: 'arm-linux-gnueabihf',
    cacheFlags: 0x903,
    words: ['v7l', 'v8l'],
    legacy: { every: 'vfp', better: 'neon', none: 'sse2' },
    emulator: 'arm',
  },
  {
    architecture: 'armel',
    machine: 'armel',
    platform: linux('arm', 'v5'),
    triplet: 'arm-linux-gnueabi',
    cacheFlags: 0xb03,
    words: ['v5l', 'v6l', 'v7l', 'v8l'],
    legacy: { every: 'tls', better: 'neon/vfp', none: 'vfpv3' },
    emulator: 'arm',
  },
  {
    architecture: 'i386',
    machine: 'i386',
    platform: linux('386'),
    triplet: 'i386-linux-gnu',
    cacheFlags: 3,
    words: ['i686'],
    legacy: { every: 'i686', better: 'i686/sse2', none: 'i586' },
    emulator: null,
  },
  {
    architecture: 'ppc64el',
    machine: 'ppc64le',
    platform: linux('ppc64le'),
    triplet: 'powerpc64le-linux-gnu',
    cacheFlags: 0x503,
    words: null,
    legacy: { every: 'altivec/dfp', none: 'vsx' },
    emulator: 'ppc64le',
  },
  {
    architecture: 's390x',
    machine: 's390x',
    platform: linux('s390x'),
    triplet: 's390x-linux-gnu',
    cacheFlags: 0x403,
    words: null,
    legacy: { every: 'eimm/zarch', better: 'vx', none: 'zarch/eimm' },
    emulator: 's390x',
  },
  {
    architecture: 'riscv64',
    machine: 'riscv64',
    platform: linux('riscv64'),
    triplet: 'riscv64-linux-gnu',
    cacheFlags: 0x1003,
    words: [],
    legacy: { none: 'tls' },
    emulator: 'riscv64',
  },
  {
    architecture: 'mips64el',
    machine: 'mips64el',
    platform: linux('mips64le'),
    triplet: 'mips64el-linux-gnuabi64',
    cacheFlags: 0x703,
    words: null,
    legacy: { every: 'tls', none: 'mips64r2' },
    emulator: 'mips64el',
  },
];

export function makeForeignRoot({ architecture }: Foreign, folder: string): void {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(folder, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(folder, name));
  }
  const packages = ['bash', 'busybox-static', 'dash', 'libc6', 'libtinfo6'];
  const suite = architecture === 'riscv64' ? 'trixie' : 'bookworm';
  unpackDebian({ architecture, packages, suite }, folder);
  execFileSync('rm', ['-rf', join(folder, 'usr/share')]);
}

/** Where the emulator and its parent are for the programs; no image has them. */
const EMULATOR = '/.emulator/qemu';
const INIT = '/.emulator/busybox';

/** A directory that lies below everything else. */
export function makeEmulator(word: string, folder: string): void {
  mkdirSync(join(folder, '.emulator'), { recursive: true });
  copyFileSync(`/usr/bin/qemu-${word}-static`, join(folder, EMULATOR));
  copyFileSync('/bin/busybox', join(folder, INIT));
}

/** The emulator ends itself with the signal that its program gets, which does nothing to the first process of a container. */
export function emulated(words: readonly string[]): readonly string[] {
  return [INIT, 'sh', '-c', `${EMULATOR} "$@"; exit $?`, 'sh', ...words];
}
