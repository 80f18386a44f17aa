import { Fields, toNumber } from './fields.ts';
import { type ElfHeader, SECTION_HEADER_BYTES } from './header.ts';
import type { FileRange, KeptBytes } from './kept-bytes.ts';
import { stringAt } from './memory.ts';

/** Where a section's bytes lie in the file (SHT_NOBITS has none there) and in memory. */
export interface Section extends FileRange {
  /** Empty where it was not kept. */
  readonly name: string;
  readonly type: number;
  /** SHF_ALLOC and its like, all of which are in the lower 32 bits. */
  readonly flags: number;
  readonly address: bigint;
  readonly size: bigint;
  /** sh_addralign. */
  readonly align: bigint;
}

export function endOf({ address, size }: Section): bigint {
  return address + size;
}

/** `flag`: SHF_ALLOC and its like. */
export function hasFlag({ flags }: Section, flag: number): boolean {
  return (flags & flag) !== 0;
}

/** No longer are the names of sections that anything is said of. */
const NAME_BYTES = 64;

/** Where the section header table lies; empty when there is none. */
export function sectionHeaderTable(header: ElfHeader): FileRange {
  const size = SECTION_HEADER_BYTES[header.readAs.class];
  const start = toNumber(header.sectionHeaderOffset);
  const usable = start > 0 && header.sectionHeaderEntrySize === size;
  return { start, end: usable ? start + header.sectionHeaderCount * size : start };
}

/** Sections that are there; nothing that surely ends a start rests on them. */
export function readSections(header: ElfHeader, kept: KeptBytes): Section[] {
  const table = sectionHeaderTable(header);
  const { bytes } = kept.read(table.start, table.end - table.start);
  const fields = new Fields(bytes, header.readAs);
  const size = SECTION_HEADER_BYTES[header.readAs.class];
  const wide = fields.wordSize === 8;
  const names = namesIn(header, fields, kept);
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => {
    const at = index * size;
    const start = toNumber(fields.word(at + (wide ? 24 : 16)));
    const length = fields.word(at + (wide ? 32 : 20));
    return {
      name: stringAt(names, fields.u32(at), NAME_BYTES) ?? '',
      type: fields.u32(at + 4),
      flags: Number(fields.word(at + 8) & 0xffffffffn),
      address: fields.word(at + (wide ? 16 : 12)),
      size: length,
      align: fields.word(at + (wide ? 48 : 32)),
      start,
      end: start + toNumber(length),
    };
  });
}

/** The string table that e_shstrndx says. */
function namesIn(header: ElfHeader, fields: Fields, kept: KeptBytes): Uint8Array {
  const at = header.sectionNamesIndex * SECTION_HEADER_BYTES[header.readAs.class];
  const wide = fields.wordSize === 8;
  const start = toNumber(fields.word(at + (wide ? 24 : 16)));
  return kept.read(start, toNumber(fields.word(at + (wide ? 32 : 20)))).bytes;
}
