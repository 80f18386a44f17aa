/**
 * What decides whether Windows starts a PE file: machine, kind and subsystem of its headers (Microsoft's "PE Format").
 * Sections and imports are left out.
 */
export interface PortableExecutable {
  /** IMAGE_FILE_MACHINE_*. */
  readonly machine: number;
  /** IMAGE_FILE_DLL: for LoadLibrary, not for CreateProcess. */
  readonly isLibrary: boolean;
  /** IMAGE_SUBSYSTEM_*: 2 and 3 are programs with windows and of the console; 0 where the headers are cut off. */
  readonly subsystem: number;
  /** A .NET assembly: one for `i386` may be for every machine (AnyCPU). */
  readonly isManaged: boolean;
}

export const IMAGE_FILE_MACHINE_I386 = 0x14c;
export const IMAGE_SUBSYSTEM_WINDOWS_GUI = 2;
export const IMAGE_SUBSYSTEM_WINDOWS_CUI = 3;

const IMAGE_FILE_DLL = 0x2000;
const PE32_PLUS = 0x20b;

/** GOARCH by IMAGE_FILE_MACHINE_*. */
const ARCHITECTURES: ReadonlyMap<number, string> = new Map([
  [IMAGE_FILE_MACHINE_I386, '386'],
  [0x1c0, 'arm'],
  [0x1c4, 'arm'],
  [0x8664, 'amd64'],
  [0xaa64, 'arm64'],
  [0xa64e, 'arm64'], // ARM64X
  [0x5064, 'riscv64'],
  [0x6264, 'loong64'],
]);

/** null when these are not the first bytes of a PE file, or too few of them. */
export function portableExecutableOf(head: Buffer): PortableExecutable | null {
  if (head.length < 64 || head.readUInt16BE(0) !== 0x4d5a) return null;
  const at = head.readUInt32LE(60);
  if (at + 24 > head.length || head.readUInt32BE(at) !== 0x50450000) return null;
  const optional = at + 24;
  const size = Math.min(head.readUInt16LE(at + 20), head.length - optional);
  const word = (offset: number): number => (offset + 2 <= size ? head.readUInt16LE(optional + offset) : 0);
  const double = (offset: number): number => (offset + 4 <= size ? head.readUInt32LE(optional + offset) : 0);
  // The 15th data directory is the CLR's.
  const directories = word(0) === PE32_PLUS ? 112 : 96;
  return {
    machine: head.readUInt16LE(at + 4),
    isLibrary: (head.readUInt16LE(at + 22) & IMAGE_FILE_DLL) !== 0,
    subsystem: word(68),
    isManaged: double(directories - 4) > 14 && double(directories + 14 * 8) !== 0,
  };
}

/** The GOARCH name; null for a machine that no container has. */
export function architectureOfPe({ machine }: PortableExecutable): string | null {
  return ARCHITECTURES.get(machine) ?? null;
}
