/**
 * What a path says about the platform a file is for: packages that carry builds for several platforms put it into
 * names (`prebuilds/linux-arm64/`, `@esbuild/linux-x64`, `addon.linux-x64-musl.node`, `x86_64-unknown-linux-gnu`).
 */
export interface PlatformWords {
  /** The path with each such word replaced by `*`: equal for the builds of one file. */
  readonly family: string;
  /** The family up to the last directory that names a machine or system (`/app/node_modules/@esbuild/*`), else all. */
  readonly root: string;
  /** GOOS and GOARCH; null where the path does not say. */
  readonly os: string | null;
  readonly architecture: string | null;
  readonly libc: 'glibc' | 'musl' | null;
}

const ARCHITECTURES: Readonly<Record<string, readonly string[]>> = {
  amd64: ['amd64', 'x64', 'x86_64', 'x86-64', 'amd64v1', 'amd64v2', 'amd64v3'],
  '386': ['386', 'i386', 'i486', 'i586', 'i686', 'ia32', 'x86', 'x86_32'],
  arm64: ['arm64', 'aarch64', 'aarch_64', 'arm64v8', 'armv8', 'arm64e', 'a64', 'sbsa'],
  arm: ['arm', 'arm32', 'armhf', 'armel', 'armv5', 'armv6', 'armv6l', 'armv7', 'armv7l', 'armv7a', 'armeabi'],
  ppc64le: ['ppc64le', 'ppcle_64', 'ppc64el', 'powerpc64le'],
  ppc64: ['ppc64', 'powerpc64'],
  s390x: ['s390x', 's390_64'],
  riscv64: ['riscv64', 'riscv64gc'],
  loong64: ['loong64', 'loongarch64'],
  mips64le: ['mips64le', 'mips64el'],
  mips64: ['mips64'],
  mipsle: ['mipsle', 'mipsel'],
  mips: ['mips'],
  // Without a GOARCH name that counts: no platform of containers.
  ppc: ['ppc', 'powerpc'],
  sparc: ['sparc', 'sparc32'],
  sparc64: ['sparc64', 'sparcv9'],
  s390: ['s390'],
  ia64: ['ia64'],
  riscv32: ['riscv32'],
};

const SYSTEMS: Readonly<Record<string, readonly string[]>> = {
  linux: ['linux', 'manylinux', 'musllinux', 'linuxmusl', 'linuxglibc'],
  darwin: ['darwin', 'mac', 'mac64', 'macos', 'macosx', 'osx'],
  windows: ['windows', 'win', 'win32', 'win64', 'mingw32'],
  android: ['android', 'androideabi'],
  freebsd: ['freebsd'],
  openbsd: ['openbsd'],
  netbsd: ['netbsd'],
  ios: ['ios', 'iossimulator', 'tvos', 'tvossimulator', 'watchos', 'visionos', 'xros', 'maccatalyst'],
  dragonfly: ['dragonflybsd'],
  solaris: ['sunos', 'solaris', 'illumos'],
};

const LIBCS: Readonly<Record<'glibc' | 'musl', readonly string[]>> = {
  glibc: ['gnu', 'glibc', 'gnueabi', 'gnueabihf', 'linuxglibc'],
  musl: ['musl', 'musleabi', 'musleabihf', 'linuxmusl', 'alpine'],
};

/** Vendors of target triples, versions of prebuilds: they vary with the platform but say nothing. */
const FILLERS: ReadonlySet<string> = new Set(['unknown', 'pc', 'apple', 'universal', 'universal2', 'msvc']);

const ARCHITECTURE_OF = invert(ARCHITECTURES);
const SYSTEM_OF = invert(SYSTEMS);
const LIBC_OF = invert(LIBCS);

/** Longer words first, so that `x86_64` is not read as `x86` and 64. */
const WORD = new RegExp(
  `(?<![a-z0-9])(${[...ARCHITECTURE_OF.keys(), ...SYSTEM_OF.keys(), ...LIBC_OF.keys(), ...FILLERS]
    .sort((one, other) => other.length - one.length)
    .map((word) => word.replaceAll(/[.+]/g, '\\$&'))
    .join('|')})(?![a-z0-9])`,
  'gi',
);

/** In .NET's runtime identifiers (`debian.9-x64`) and Prisma's targets (`rhel-openssl-3.0.x`) they stand for Linux. */
const DISTRIBUTION =
  /(?<![a-z0-9])(?:debian|ubuntu|fedora|rhel|centos|opensuse|sles)(?:\.\d+)*(?=-(?:x64|x86|arm64|arm|openssl)(?![a-z0-9]))/g;

/** Stands for a word that names a machine or a system, until the root is found; `*` for one that does not. */
const NAMED = '?';
/** Of the system or of a library that the build is for: `osx.10.12-x64`, `glibc_2_17-x64`, `-openssl-3.0.x`, `-node-16`. */
const VERSION = /(?<=[*?])(?:(?:[._]\d+)+(?=[-_/])|-openssl-\d+\.\d+\.x|-node-v?\d+(?:\.\d+)*(?![a-z0-9]))/g;
const NEIGHBOURS = /[*?](?:[-_.+][*?])+/g;

/** null when the path names neither an architecture nor a system. */
export function platformWordsOf(path: string): PlatformWords | null {
  let [os, architecture, libc]: [string | null, string | null, 'glibc' | 'musl' | null] = [null, null, null];
  const marked = path.replaceAll(DISTRIBUTION, 'linux').replaceAll(WORD, (word) => {
    const lower = word.toLowerCase();
    const [system, machine, named] = [SYSTEM_OF.get(lower), ARCHITECTURE_OF.get(lower), LIBC_OF.get(lower)];
    os = system ?? os;
    architecture = machine ?? architecture;
    if (named === 'glibc' || named === 'musl') libc = named;
    return system === undefined && machine === undefined ? '*' : NAMED;
  });
  if (os === null && architecture === null) return null;
  const merge = (words: string): string => (words.includes(NAMED) ? NAMED : '*');
  const family = marked.replaceAll(VERSION, '').replaceAll(NEIGHBOURS, merge);
  const last = family.lastIndexOf(NAMED, family.lastIndexOf('/'));
  const root = last < 0 ? family : family.slice(0, family.indexOf('/', last));
  return { family: starred(family), root: starred(root), os, architecture, libc };
}

function starred(marked: string): string {
  return marked.replaceAll(NAMED, '*');
}

function invert(words: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(words).flatMap(([name, all]) => all.map((word) => [word, name] as const)));
}
