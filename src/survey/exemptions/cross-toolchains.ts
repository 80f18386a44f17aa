import type { RootFs } from '../../rootfs/rootfs.ts';
import { platformWordsOf } from '../platform-words.ts';
import { exemption } from './exemption.ts';

/** A target of GNU or LLVM: a machine first, so that `/usr/local/node-v20-linux-x64` is none. */
const MACHINE =
  '(?:x86_64|amd64|i[3-6]86|aarch64(?:_be)?|arm(?:eb|v\\d[a-z]*)?|thumb[a-z0-9.]*|riscv(?:32|64)[a-z]*|powerpc(?:64)?(?:le)?|ppc(?:64)?(?:le)?|s390x?|mips[a-z0-9]*|loongarch(?:32|64)|sparc(?:64|v9)?|m68k|sh[1-5][a-z]*|alpha|hppa(?:64)?|ia64|avr|xtensa[a-z0-9]*|msp430|or1k|nios2|microblaze(?:el)?|arc[a-z0-9]*|csky|bpf[a-z]*|wasm(?:32|64))';
const TRIPLET = `${MACHINE}(?:-[a-z0-9_.]+)?-(?:linux|none|elf|eabi|mingw32|w64|musl|android|freebsd|apple|wasi|uclinux)[a-z0-9_.-]*`;

const TOOLCHAINS = new RegExp(
  [
    `^/usr/(?:local/)?${TRIPLET}/`, // /usr/aarch64-linux-gnu/lib: Debian's and Fedora's sysroots
    '/(?:gcc-cross|gcc-snapshot|sys-?roots?|sysroots|x-tools|crosstool[^/]*|cross-tools?)/',
    `/lib(?:exec|32|64)?/gcc/${TRIPLET}/`,
    `/rustlib/${TRIPLET}/`,
    '/(?:android-)?ndk(?:-bundle)?/|/[Aa]ndroid[-/][Ss]dk(?:-linux)?/',
    '/nsight-(?:compute|systems)/', // CUDA's profilers bring what they need on their targets
    '/staging_dir/', // OpenWrt
    '/libx32/|/x32/', // gcc-multilib
    '/(?:zig|ziglang)/lib/',
    `/(?:toolchains?|compilers?)/(?:.*/)?${TRIPLET}/`,
    '/\\.?cargo/(?:registry/src|git/checkouts)/|/go/pkg/mod/',
    '/clang(?:/|-)\\d+(?:\\.[\\d.]+)?/(?:.*/)?lib/',
  ].join('|'),
);

const ONLY_TRIPLET = new RegExp(`^${TRIPLET}$`);
const TOOLS = ['gcc', 'cc', 'clang', 'ld', 'as'] as const;

export const crossToolchains = exemption({
  name: 'cross-toolchains',
  covers:
    'Cross compilers and what they link with: `/usr/<triplet>/`, `gcc-cross`, `rustlib/<target>`, sysroots, directories named by a triplet whose compiler lies beside them, the Android SDK and NDK, targets of CUDA’s profilers, source caches of Cargo and Go.',
  reason:
    'A compiler for another machine needs that machine’s libraries. Nothing here runs in the container.',
  judgedBy: 'place',
  // What /usr/aarch64-linux-gnu/ on arm64 has is for this very machine, or wrong.
  applies: ({ path }, { image }) =>
    (TOOLCHAINS.test(path) && architectureOfSysroot(path) !== image.platform.architecture) ||
    isBesideItsCompiler(path, image.rootfs),
});

/** `/opt/cross/aarch64-linux-musl/lib/libc.so` where `/opt/cross/bin/aarch64-linux-musl-gcc` is. */
function isBesideItsCompiler(path: string, rootfs: RootFs): boolean {
  const parts = path.split('/');
  return parts.some((part, at) => {
    if (!ONLY_TRIPLET.test(part)) return false;
    const tools = `${parts.slice(0, at).join('/')}/bin/${part}-`;
    return TOOLS.some((tool) => rootfs.lookup(tools + tool) !== null);
  });
}

/** null where the path is no sysroot of `/usr`. */
function architectureOfSysroot(path: string): string | null {
  const [, triplet] = SYSROOT.exec(path) ?? [];
  return triplet === undefined ? null : (platformWordsOf(`/${triplet}`)?.architecture ?? null);
}

const SYSROOT = new RegExp(`^/usr/(?:local/)?(${TRIPLET})/`);
