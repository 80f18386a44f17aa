import {
  EI_ABIVERSION,
  EI_CLASS,
  EI_DATA,
  EI_NIDENT,
  EI_OSABI,
  EI_PAD,
  EI_VERSION,
  ELFCLASS32,
  ELFCLASS64,
  ELFDATA2LSB,
  ELFDATA2MSB,
} from './constants.ts';
import type { ElfLayout } from './elf-facts.ts';
import { Fields } from './fields.ts';
import { isKnownMachine } from './machines.ts';

/** Elf32_Ehdr or Elf64_Ehdr, as it stands in the first bytes of the file. */
export interface ElfHeader {
  readonly class: 32 | 64 | null;
  readonly byteOrder: 'little' | 'big' | null;
  readonly readAs: ElfLayout;
  readonly identVersion: number;
  readonly osAbi: number;
  readonly abiVersion: number;
  readonly hasPadding: boolean;
  readonly type: number;
  readonly machine: number;
  readonly version: number;
  readonly entry: bigint;
  readonly programHeaderOffset: bigint;
  readonly sectionHeaderOffset: bigint;
  readonly flags: number;
  readonly programHeaderEntrySize: number;
  readonly programHeaderCount: number;
  readonly sectionHeaderEntrySize: number;
  readonly sectionHeaderCount: number;
  /** e_shstrndx. */
  readonly sectionNamesIndex: number;
}

export const HEADER_BYTES = { 32: 52, 64: 64 } as const;
export const PROGRAM_HEADER_BYTES = { 32: 32, 64: 56 } as const;
export const SECTION_HEADER_BYTES = { 32: 40, 64: 64 } as const;

const CLASSES: ReadonlyMap<number, 32 | 64> = new Map([
  [ELFCLASS32, 32],
  [ELFCLASS64, 64],
]);
const BYTE_ORDERS: ReadonlyMap<number, 'little' | 'big'> = new Map([
  [ELFDATA2LSB, 'little'],
  [ELFDATA2MSB, 'big'],
]);

/** `head`: the first bytes of the file; what is missing reads as zero, as in the kernel's zeroed buffer. */
export function parseHeader(head: Uint8Array): ElfHeader {
  const elfClass = CLASSES.get(head[EI_CLASS] ?? 0) ?? null;
  const byteOrder = BYTE_ORDERS.get(head[EI_DATA] ?? 0) ?? null;
  const readAs = layoutOf(head, elfClass, byteOrder);
  const fields = new Fields(head, readAs);
  const wide = readAs.class === 64;
  return {
    class: elfClass,
    byteOrder,
    readAs,
    identVersion: fields.u8(EI_VERSION),
    osAbi: fields.u8(EI_OSABI),
    abiVersion: fields.u8(EI_ABIVERSION),
    hasPadding: head.subarray(EI_PAD, EI_NIDENT).some((byte) => byte !== 0),
    type: fields.u16(16),
    machine: fields.u16(18),
    version: fields.u32(20),
    entry: fields.word(24),
    programHeaderOffset: fields.word(wide ? 32 : 28),
    sectionHeaderOffset: fields.word(wide ? 40 : 32),
    flags: fields.u32(wide ? 48 : 36),
    programHeaderEntrySize: fields.u16(wide ? 54 : 42),
    programHeaderCount: fields.u16(wide ? 56 : 44),
    sectionHeaderEntrySize: fields.u16(wide ? 58 : 46),
    sectionHeaderCount: fields.u16(wide ? 60 : 48),
    sectionNamesIndex: fields.u16(wide ? 62 : 50),
  };
}

/** The claimed layout, unless only the other one makes sense of the header. */
function layoutOf(head: Uint8Array, elfClass: 32 | 64 | null, byteOrder: 'little' | 'big' | null): ElfLayout {
  const orders = byteOrder === 'big' ? (['big', 'little'] as const) : (['little', 'big'] as const);
  const known = orders.find((order) =>
    isKnownMachine(new Fields(head, { class: 32, byteOrder: order }).u16(18)),
  );
  const order = known ?? orders[0];
  const classes = elfClass === 32 ? ([32, 64] as const) : ([64, 32] as const);
  const fields = new Fields(head, { class: 32, byteOrder: order });
  const fitting = classes.find(
    (candidate) => fields.u16(candidate === 64 ? 54 : 42) === PROGRAM_HEADER_BYTES[candidate],
  );
  return { class: fitting ?? classes[0], byteOrder: order };
}
