import { exemption } from './exemption.ts';

const TRIPLET =
  '[a-z0-9_]+(?:-[a-z0-9_.]+)?-(?:linux|none|elf|eabi|mingw32|w64|musl|android|freebsd|apple|wasi|uclinux)[a-z0-9_.-]*';

const TOOLCHAINS = new RegExp(
  [
    `^/usr/(?:local/)?${TRIPLET}/`, // /usr/aarch64-linux-gnu/lib: Debian's and Fedora's sysroots
    '/(?:gcc-cross|gcc-snapshot|sys-?roots?|sysroots|x-tools|crosstool[^/]*|cross-tools?)/',
    `/lib(?:exec|32|64)?/gcc/${TRIPLET}/`,
    `/rustlib/${TRIPLET}/`,
    '/(?:android-)?ndk(?:-bundle)?/|/android-sdk/',
    '/libx32/|/x32/', // gcc-multilib
    '/(?:zig|ziglang)/lib/',
    `/(?:toolchains?|compilers?)/(?:.*/)?${TRIPLET}/`,
    '/\\.cargo/registry/src/|/go/pkg/mod/',
    '/clang(?:/|-)\\d+(?:\\.[\\d.]+)?/(?:.*/)?lib/',
  ].join('|'),
);

export const crossToolchains = exemption({
  name: 'cross-toolchains',
  covers:
    'Cross compilers and what they link with: `/usr/<triplet>/`, `gcc-cross`, `rustlib/<target>`, sysroots, the Android NDK, source caches of Cargo and Go.',
  reason:
    'A compiler for another machine needs that machine’s libraries. Nothing here runs in the container.',
  applies: ({ path }) => TOOLCHAINS.test(path),
});
