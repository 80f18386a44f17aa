/** GOARCH names behind the names of user-space emulators: `qemu-aarch64-static`, `box64`, `FEXInterpreter`. */
const EMULATORS: ReadonlyMap<string, readonly string[]> = new Map([
  ['box64', ['amd64']],
  ['box86', ['386']],
  ['FEXInterpreter', ['amd64', '386']],
]);

/** The targets of qemu's user emulation (configs/targets/*-linux-user.mak), as GOARCH where there is one. */
const QEMU: ReadonlyMap<string, string> = new Map([
  ...`aarch64_be alpha armeb cris hexagon hppa loongarch64 m68k microblaze microblazeel mips mips64 mipsn32 mipsn32el
    nios2 or1k ppc ppc64 riscv32 riscv64 s390x sh4 sh4eb sparc sparc32plus sparc64 xtensa xtensaeb`
    .split(/\s+/)
    .map((target) => [target, target] as const),
  ['i386', '386'],
  ['x86_64', 'amd64'],
  ['arm', 'arm'],
  ['aarch64', 'arm64'],
  ['loongarch64', 'loong64'],
  ['mips64el', 'mips64le'],
  ['mipsel', 'mipsle'],
  ['ppc64el', 'ppc64le'],
  ['ppc64le', 'ppc64le'],
]);

/** The GOARCH names that a program of this name emulates; empty for all others. */
export function emulatedBy(path: string): readonly string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const target = QEMU.get(/^qemu-([a-z0-9_]+)(?:-static)?$/.exec(name)?.[1] ?? '');
  return target === undefined ? (EMULATORS.get(name) ?? []) : [target];
}
