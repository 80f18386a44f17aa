/** 64-bit ELF files of nothing but a header, any program headers, and the code of exit(0) in their second page. */
import { MACHINES } from './elf-machines.ts';

export interface Segment {
  readonly type: number;
  /** Default: readable and executable. */
  readonly flags?: number;
  readonly offset?: number | bigint;
  readonly address?: number | bigint;
  readonly fileSize?: number | bigint;
  /** Default: what is in the file. */
  readonly memorySize?: number | bigint;
  /** Default: a page. */
  readonly align?: number | bigint;
}

export const CODE_AT = 0x1000;
/** Where {@link segmentsOnly} puts its text. */
export const TEXT_AT = 0x2000;
const FILE_BYTES = 0x3000;

export function segmentsOnly(
  type: 'ET_EXEC' | 'ET_DYN',
  entry: number | bigint,
  segments: readonly Segment[],
  text = '',
  machine: 'amd64' | 'arm64' = 'amd64',
): Buffer {
  const file = Buffer.alloc(FILE_BYTES);
  const word = (at: number, value: number | bigint) => file.writeBigUInt64LE(BigInt(value), at);
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeUInt16LE(type === 'ET_EXEC' ? 2 : 3, 16);
  file.writeUInt16LE(MACHINES[machine].machine, 18);
  file.writeUInt32LE(1, 20);
  word(24, entry);
  word(32, 64);
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(segments.length, 56);
  for (const [index, segment] of segments.entries()) {
    const at = 64 + 56 * index;
    const { offset = 0, address = 0, fileSize = 0, memorySize = fileSize, align = 0x1000 } = segment;
    file.writeUInt32LE(segment.type, at);
    file.writeUInt32LE(segment.flags ?? 5, at + 4);
    for (const [place, value] of [offset, address, address, fileSize, memorySize, align].entries()) {
      word(at + 8 + 8 * place, value);
    }
  }
  file.set(MACHINES[machine].exit, CODE_AT);
  file.write(text, TEXT_AT, 'latin1');
  return file;
}
