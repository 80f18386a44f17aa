import { EM_MIPS, EM_PPC64, machineName } from '../elf/machines.ts';
import { ET_DYN, ET_EXEC } from '../elf/constants.ts';
import type { ElfFacts } from '../elf/elf-facts.ts';
import type { Digest } from '../oci/digest.ts';
import type { Platform } from '../oci/platform.ts';
import type { Located } from '../rootfs/entry.ts';
import { abiOf, architectureOf } from '../start/kernel/abi.ts';

/** A file with machine code in it: ELF, Mach-O or PE. */
export interface BinaryFile {
  readonly path: string;
  readonly layer: Digest | null;
  readonly size: number;
  readonly format: 'elf' | 'mach-o' | 'pe';
  /** null for Mach-O and PE. */
  readonly elf: ElfFacts | null;
  /** What it is for, in words: `x86-64`, `macOS (arm64)`, `Windows (x86-64)`. */
  readonly machine: string;
  /** The GOARCH name of what it is native to; null when no platform of containers is. */
  readonly architecture: string | null;
  /** Some x bit is set. */
  readonly isExecutable: boolean;
}

/** null for files without machine code. */
export function binaryFileOf({ path, layer, entry }: Located): BinaryFile | null {
  const { content, size, mode } = entry;
  const file = { path, layer, size, isExecutable: (mode & 0o111) !== 0 };
  if (content?.kind === 'elf') {
    const architecture = architectureOf(content);
    return { ...file, format: 'elf', elf: content, machine: wordsOf(content), architecture };
  }
  if (content?.kind !== 'other' || (content.format !== 'mach-o' && content.format !== 'pe')) return null;
  const name = content.format === 'pe' ? 'Windows' : 'macOS';
  const machine = content.detail === null ? name : `${name} (${content.detail})`;
  return { ...file, format: content.format, elf: null, machine, architecture: null };
}

/** The machine alone where that says it all, else with word size and byte order: `PowerPC64, 64-bit big-endian`. */
function wordsOf(elf: ElfFacts): string {
  const name = machineName(elf.machine);
  const saysAll = architectureOf(elf) !== null && elf.machine !== EM_PPC64 && elf.machine !== EM_MIPS;
  if (saysAll || elf.class === null || elf.byteOrder === null) return name;
  return `${name}, ${elf.class}-bit ${elf.byteOrder}-endian`;
}

/** What becomes of a file on a platform. */
export type Fit =
  | 'native'
  /** Runs in the 32-bit mode that most hosts of the platform have, or under the ABI that some of them know. */
  | 'compatible'
  /** Neither program nor library: object files, core dumps. */
  | 'no-program'
  | 'foreign';

export function fitOf({ elf }: BinaryFile, platform: Platform): Fit {
  if (elf === null) return 'foreign';
  if (elf.type !== ET_EXEC && elf.type !== ET_DYN) return 'no-program';
  const abi = abiOf(elf, platform);
  if (abi.kind === 'native' || abi.kind === 'unknown-platform') return 'native';
  if (abi.kind === 'rare-abi') return 'compatible';
  return abi.kind === 'compat-32-bit' && abi.hosts === 'most' ? 'compatible' : 'foreign';
}
