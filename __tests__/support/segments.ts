/** ELF files of nothing but a header, any program headers, and the code of exit(0) in their second page. */
import { ByteWriter } from './byte-writer.ts';
import { type MachineName, MACHINES } from './elf-machines.ts';

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

/** `flags`: e_flags, where they are not those of Debian's programs. */
export function segmentsOnly(
  type: 'ET_EXEC' | 'ET_DYN',
  entry: number | bigint,
  segments: readonly Segment[],
  text = '',
  machine: MachineName = 'amd64',
  flags: number = MACHINES[machine].flags,
): Buffer {
  const target = MACHINES[machine];
  const isWide = target.class === 64;
  const writer = new ByteWriter(target);
  writer.u8(0x7f, 0x45, 0x4c, 0x46, isWide ? 2 : 1, target.byteOrder === 'little' ? 1 : 2, 1).align(16);
  writer
    .u16(type === 'ET_EXEC' ? 2 : 3)
    .u16(target.machine)
    .u32(1);
  writer
    .word(entry)
    .word(isWide ? 64 : 52)
    .word(0)
    .u32(flags);
  writer
    .u16(isWide ? 64 : 52)
    .u16(isWide ? 56 : 32)
    .u16(segments.length)
    .u16(0)
    .u16(0)
    .u16(0);
  for (const segment of segments) writeProgramHeader(writer, segment, isWide);
  const file = Buffer.alloc(FILE_BYTES);
  file.set(writer.bytes());
  file.set(target.exit, CODE_AT);
  file.write(text, TEXT_AT, 'latin1');
  return file;
}

function writeProgramHeader(writer: ByteWriter, segment: Segment, isWide: boolean): void {
  const { type, flags = 5, offset = 0, address = 0, fileSize = 0, memorySize = fileSize } = segment;
  writer.u32(type);
  if (isWide) writer.u32(flags);
  writer.word(offset).word(address).word(address).word(fileSize).word(memorySize);
  if (!isWide) writer.u32(flags);
  writer.word(segment.align ?? 0x1000);
}
