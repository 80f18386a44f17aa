/** A PE file that has nothing but the headers that Windows looks at first. */
export interface PeSpec {
  readonly machine?: 'amd64' | 'arm64' | '386' | 'arm';
  readonly kind?: 'program' | 'library';
  /** Default: 3, the console. */
  readonly subsystem?: number;
  readonly managed?: boolean;
  /** Where the PE header lies; default 0x80. */
  readonly at?: number;
}

const MACHINES = { amd64: 0x8664, arm64: 0xaa64, '386': 0x14c, arm: 0x1c4 } as const;

export function buildPe({
  machine = 'amd64',
  kind = 'program',
  subsystem = 3,
  managed = false,
  at = 0x80,
}: PeSpec = {}): Buffer {
  const bytes = Buffer.alloc(at + 512);
  const is32 = machine === '386' || machine === 'arm';
  const directories = is32 ? 96 : 112;
  bytes.write('MZ');
  bytes.writeUInt32LE(at, 60);
  bytes.write('PE\0\0', at, 'latin1');
  bytes.writeUInt16LE(MACHINES[machine], at + 4);
  bytes.writeUInt16LE(directories + 16 * 8, at + 20);
  bytes.writeUInt16LE(kind === 'library' ? 0x2022 : 0x22, at + 22);
  bytes.writeUInt16LE(is32 ? 0x10b : 0x20b, at + 24);
  bytes.writeUInt16LE(subsystem, at + 24 + 68);
  bytes.writeUInt32LE(16, at + 24 + directories - 4);
  if (managed) bytes.writeUInt32LE(0x2000, at + 24 + directories + 14 * 8);
  return bytes;
}
