import { LIMITS } from '../base/limits.ts';
import type { ElfHeader } from './header.ts';
import { PROGRAM_HEADER_BYTES } from './header.ts';
import type { ProgramHeader } from './elf-facts.ts';
import { PT_INTERP, PT_LOAD } from './constants.ts';
import { Fields, toNumber } from './fields.ts';
import type { FileRange, KeptBytes } from './kept-bytes.ts';
import type { Problems } from './problems.ts';

/** Where the table lies; null when the kernel would not read it, with the reason. */
export function programHeaderTable(header: ElfHeader): FileRange | { readonly refused: string } {
  const expected = PROGRAM_HEADER_BYTES[header.readAs.class];
  const { programHeaderCount: count, programHeaderEntrySize: size } = header;
  if (count > 0 && size !== expected) {
    return { refused: `e_phentsize is ${size} and must be ${expected}` };
  }
  const start = toNumber(header.programHeaderOffset);
  return { start, end: start + count * expected };
}

export function readProgramHeaders(header: ElfHeader, kept: KeptBytes, problems: Problems): ProgramHeader[] {
  const table = programHeaderTable(header);
  if ('refused' in table) {
    problems.add('program-headers', 'broken', table.refused);
    return [];
  }
  const size = PROGRAM_HEADER_BYTES[header.readAs.class];
  const count = Math.min(header.programHeaderCount, LIMITS.elfProgramHeaders);
  if (count < header.programHeaderCount) {
    problems.add('program-headers', 'unread', `there are ${header.programHeaderCount} program headers`);
  }
  const { bytes, missing } = kept.read(table.start, count * size);
  if (missing === 'cut') {
    problems.add('program-headers', 'cut', 'the program header table ends after the end of the file');
  } else if (missing === 'unread') {
    problems.add('program-headers', 'unread', `the program header table is at ${table.start}`);
  }
  const fields = new Fields(bytes, header.readAs);
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) =>
    programHeaderAt(fields, index * size),
  );
}

function programHeaderAt(fields: Fields, at: number): ProgramHeader {
  const wide = fields.wordSize === 8;
  return {
    type: fields.u32(at),
    flags: fields.u32(at + (wide ? 4 : 24)),
    offset: fields.word(at + (wide ? 8 : 4)),
    virtualAddress: fields.word(at + (wide ? 16 : 8)),
    fileSize: fields.word(at + (wide ? 32 : 16)),
    memorySize: fields.word(at + (wide ? 40 : 20)),
    align: fields.word(at + (wide ? 48 : 28)),
  };
}

/** Says which segments reach behind the end of the file: their pages raise SIGBUS when touched. */
export function checkSegments(headers: readonly ProgramHeader[], fileSize: number, problems: Problems): void {
  for (const { type, offset, fileSize: size } of headers) {
    const end = toNumber(offset) + toNumber(size);
    if ((type !== PT_LOAD && type !== PT_INTERP) || size === 0n || end <= fileSize) continue;
    const what = type === PT_LOAD ? 'a PT_LOAD segment' : 'PT_INTERP';
    problems.add('segments', 'cut', `${what} ends at byte ${end} of a file of ${fileSize} bytes`);
  }
}
