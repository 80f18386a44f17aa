import { Fields, toNumber } from './fields.ts';
import { type ElfHeader, SECTION_HEADER_BYTES } from './header.ts';
import type { FileRange, KeptBytes } from './kept-bytes.ts';

/** Where a section's bytes lie. */
export interface Section extends FileRange {
  readonly type: number;
}

/** Where the section header table lies; empty when there is none. */
export function sectionHeaderTable(header: ElfHeader): FileRange {
  const size = SECTION_HEADER_BYTES[header.readAs.class];
  const start = toNumber(header.sectionHeaderOffset);
  const usable = start > 0 && header.sectionHeaderEntrySize === size;
  return { start, end: usable ? start + header.sectionHeaderCount * size : start };
}

/** Sections that are there; nothing that decides rests on them. */
export function readSections(header: ElfHeader, kept: KeptBytes): Section[] {
  const table = sectionHeaderTable(header);
  const { bytes } = kept.read(table.start, table.end - table.start);
  const fields = new Fields(bytes, header.readAs);
  const size = SECTION_HEADER_BYTES[header.readAs.class];
  const wide = fields.wordSize === 8;
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => {
    const at = index * size;
    const start = toNumber(fields.word(at + (wide ? 24 : 16)));
    return { type: fields.u32(at + 4), start, end: start + toNumber(fields.word(at + (wide ? 32 : 20))) };
  });
}
