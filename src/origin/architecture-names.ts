/** The names under which people and build systems speak of an architecture (GOARCH first, then uname, Debian, Rust, Node). */
import { parsePlatform } from '../oci/platform.ts';
import type { ElfFacts } from '../elf/elf-facts.ts';
import {
  EM_386,
  EM_AARCH64,
  EM_ARM,
  EM_LOONGARCH,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_X86_64,
} from '../elf/machines.ts';

const NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['amd64', ['amd64', 'x86_64', 'x86-64', 'x64']],
  ['arm64', ['arm64', 'aarch64', 'arm64v8', 'armv8']],
  ['arm', ['arm', 'armhf', 'armv7', 'armv7l', 'arm32v7', 'armv6', 'arm32v6', 'armel']],
  ['386', ['386', 'i386', 'i686', 'x86', 'ia32']],
  ['ppc64le', ['ppc64le', 'ppc64el', 'powerpc64le']],
  ['s390x', ['s390x']],
  ['riscv64', ['riscv64', 'riscv64gc']],
  ['loong64', ['loong64', 'loongarch64']],
]);

const MACHINES: ReadonlyMap<number, string> = new Map([
  [EM_X86_64, 'amd64'],
  [EM_AARCH64, 'arm64'],
  [EM_ARM, 'arm'],
  [EM_386, '386'],
  [EM_S390, 's390x'],
  [EM_RISCV, 'riscv64'],
  [EM_LOONGARCH, 'loong64'],
]);

/** The GOARCH name of the machine an ELF file is for; null for those that no image is built for. */
export function architectureOf({ machine, byteOrder }: ElfFacts): string | null {
  if (machine === EM_PPC64) return byteOrder === 'little' ? 'ppc64le' : 'ppc64';
  return MACHINES.get(machine) ?? null;
}

/** The word in a text that names the architecture: `x86_64` in `tool-linux-x86_64.tar.gz`; null when there is none. */
export function namedIn(text: string, architecture: string): string | null {
  const names = NAMES.get(architecture) ?? [architecture];
  return names.find((name) => placeOf(text, name) !== -1) ?? null;
}

/** Where the name stands as a word of its own; letters and digits on either side make it another word. */
function placeOf(text: string, name: string): number {
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(name); at !== -1; at = lower.indexOf(name, at + 1)) {
    const [before, after] = [lower[at - 1] ?? '', lower[at + name.length] ?? ''];
    if (!/[a-z0-9]/.test(before) && !/[a-z0-9]/.test(after)) return at;
  }
  return -1;
}

/** `amd64` of `linux/amd64` or `linux/x86_64`; null when the text is no platform. */
export function architectureOfPlatform(text: string): string | null {
  try {
    return parsePlatform(text).architecture;
  } catch {
    return null;
  }
}
