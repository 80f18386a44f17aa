/** Zip archives, with the lies that hostile ones tell. */
import { deflateRawSync } from 'node:zlib';

export interface ZipMemberSpec {
  readonly name: string;
  readonly data: Buffer;
  readonly method?: 'stored' | 'deflated';
  readonly encrypted?: boolean;
  /** Written instead of the true unpacked size. */
  readonly claimedSize?: number;
  /** Sizes and offset in the extra field of zip64. */
  readonly zip64?: boolean;
}

export function buildZip(members: readonly ZipMemberSpec[], prefix: Buffer = Buffer.alloc(0)): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const {
    name,
    data,
    method = 'deflated',
    encrypted = false,
    claimedSize = data.length,
    zip64 = false,
  } of members) {
    const packed = method === 'stored' ? data : deflateRawSync(data);
    const bytes = Buffer.from(name);
    const flags = encrypted ? 1 : 8; // 8: sizes follow the data, as Java writes
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method === 'stored' ? 0 : 8, 8);
    local.writeUInt16LE(bytes.length, 26);
    const extra = Buffer.alloc(zip64 ? 28 : 0);
    if (zip64) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      [claimedSize, packed.length, offset].forEach((value, at) =>
        extra.writeBigUInt64LE(BigInt(value), 4 + at * 8),
      );
    }
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method === 'stored' ? 0 : 8, 10);
    central.writeUInt32LE(zip64 ? 0xffffffff : packed.length, 20);
    central.writeUInt32LE(zip64 ? 0xffffffff : claimedSize, 24);
    central.writeUInt16LE(bytes.length, 28);
    central.writeUInt16LE(extra.length, 30);
    central.writeUInt32LE(zip64 ? 0xffffffff : offset, 42);
    locals.push(local, bytes, packed);
    centrals.push(central, bytes, extra);
    offset += local.length + bytes.length + packed.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([prefix, ...locals, directory, end]);
}
