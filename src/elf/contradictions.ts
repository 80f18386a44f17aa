/**
 * Linkers write down twice where everything lies: in program headers and PT_DYNAMIC, which kernel and loaders believe,
 * and in section headers, which they never read (gABI, "Sections"). Where the two disagree one of them was damaged.
 * Whether it is the one that counts, and whether anybody misses what is lost, is not known.
 */
import { LIMITS } from '../base/limits.ts';
import {
  PT_LOAD,
  PT_DYNAMIC,
  PT_INTERP,
  PT_TLS,
  PT_GNU_RELRO,
  PF_X,
  PF_W,
  DT_SONAME,
  SHT_NULL,
  SHT_STRTAB,
  SHT_DYNAMIC,
  SHT_NOBITS,
  SHF_WRITE,
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_TLS,
} from './constants.ts';
import { tableContradictionOf } from './contradicted-tables.ts';
import type { DynamicTable } from './dynamic-table.ts';
import type { ProgramHeader } from './elf-facts.ts';
import type { ElfHeader } from './header.ts';
import { hexOf, larger, pageDown, pageUp, smaller } from './pages.ts';
import { endOf, hasFlag, type Section } from './section-headers.ts';

/** In words that go on after "its section headers say that"; null: nothing, or there are none that say anything. */
export function contradictionOf(
  header: ElfHeader,
  sections: readonly Section[],
  headers: readonly ProgramHeader[],
  table: DynamicTable | null,
): string | null {
  const isTable = sections[0]?.type === SHT_NULL && sections[header.sectionNamesIndex]?.type === SHT_STRTAB;
  if (!isTable || sections.length < header.sectionHeaderCount) return null;
  const placed = sections.filter(({ flags, size }) => (flags & SHF_ALLOC) !== 0 && size > 0n);
  if (placed.length > LIMITS.elfComparedSections || headers.length > LIMITS.elfComparedSegments) return null;
  // What postject and its like lay into a finished program gets a segment, and a section without an address.
  if (placed.some(({ address }) => address === 0n) || hasMovedZeros(placed, headers)) return null;
  return (
    lostSection(placed, headers) ??
    otherSegments(placed, headers) ??
    lostThreadData(placed, header, headers) ??
    otherDynamic(placed, headers) ??
    protectedData(placed, headers) ??
    otherStart(placed, header, headers, table) ??
    (table?.isWhole === true ? tableContradictionOf(placed, table, header.machine) : null)
  );
}

/** patchelf takes sections of zeros for some with contents, and what it had no room for lies among those. */
function hasMovedZeros(placed: readonly Section[], headers: readonly ProgramHeader[]): boolean {
  const contents = placed.filter(({ type }) => type !== SHT_NOBITS);
  const zeros = placed.filter(({ type, flags }) => type === SHT_NOBITS && (flags & SHF_TLS) === 0);
  return headers
    .filter(({ type }) => type === PT_LOAD)
    .map(({ virtualAddress, fileSize }) => ({ start: virtualAddress, end: virtualAddress + fileSize }))
    .some(({ start, end }) =>
      zeros.some(
        ({ address }) =>
          address >= start && contents.some((other) => other.address > address && other.address < end),
      ),
    );
}

/** Its first byte and its last, which patchelf may lay into two segments. */
function lostSection(placed: readonly Section[], headers: readonly ProgramHeader[]): string | null {
  const loads = headers.filter(({ type }) => type === PT_LOAD);
  const lost = placed
    .filter((section) => !(hasFlag(section, SHF_TLS) && section.type === SHT_NOBITS))
    .find((section) =>
      [0n, section.size - 1n].some((into) => !loads.some((load) => holds(load, section, into))),
    );
  return lost === undefined ? null : `${hexOf(lost.address)} is a part of the program that no segment holds`;
}

function holds(load: ProgramHeader, section: Section, into: bigint): boolean {
  const { flags, offset, virtualAddress, fileSize, memorySize } = load;
  const from = section.address + into - virtualAddress;
  // What lies in the file behind a segment is mapped too, to the end of its page.
  const end = fileSize === memorySize ? pageUp(virtualAddress + fileSize) - virtualAddress : memorySize;
  if (from < 0n || from >= end || flags === 0) return false;
  if (hasFlag(section, SHF_WRITE) && (flags & PF_W) === 0) return false;
  if (hasFlag(section, SHF_EXECINSTR) && (flags & PF_X) === 0) return false;
  return section.type === SHT_NOBITS
    ? section.name !== '.bss' || from >= fileSize
    : BigInt(section.start) + into === offset + from && from < (memorySize > fileSize ? fileSize : end);
}

/** Segments end with their last section, or the page of it, and no two of them share an address. */
function otherSegments(placed: readonly Section[], headers: readonly ProgramHeader[]): string | null {
  if (placed.length === 0) return null;
  const end = pageUp(placed.map(endOf).reduce(larger, 0n));
  const loads = headers.filter(({ type, memorySize }) => type === PT_LOAD && memorySize > 0n);
  const far = loads.find(({ virtualAddress, memorySize }) => virtualAddress + memorySize > end);
  if (far !== undefined)
    return `nothing lies behind ${hexOf(end)}, where the segment at ${hexOf(far.virtualAddress)} ends`;
  const both = loads.find(({ virtualAddress: start, memorySize }) =>
    loads.some(({ virtualAddress }) => virtualAddress > start && virtualAddress < start + memorySize),
  );
  const twins = new Set(loads.map(({ virtualAddress }) => virtualAddress)).size < loads.length;
  return both === undefined && !twins ? null : 'no two parts share an address, which segments do';
}

/** Static programs find PT_TLS by the headers that they have in memory. */
function lostThreadData(
  placed: readonly Section[],
  { programHeaderOffset }: ElfHeader,
  headers: readonly ProgramHeader[],
): string | null {
  const parts = placed.filter((section) => hasFlag(section, SHF_TLS));
  if (parts.length === 0) return null;
  const isMapped = headers.some(
    ({ type, flags, offset, fileSize }) =>
      type === PT_LOAD &&
      flags !== 0 &&
      offset <= programHeaderOffset &&
      programHeaderOffset < offset + fileSize,
  );
  if (!isMapped) return 'there are thread-local variables, and no segment holds the headers that tell so';
  const tls = headers.findLast(({ type }) => type === PT_TLS);
  const start = parts.map(({ address }) => address).reduce(smaller);
  const end = parts.map(endOf).reduce(larger);
  const kept = parts
    .filter(({ type }) => type !== SHT_NOBITS)
    .map(endOf)
    .reduce(larger, start);
  // Older lld rounds the size up.
  const padding = (tls?.memorySize ?? 0n) - (end - start);
  const isSame =
    tls !== undefined &&
    tls.virtualAddress === start &&
    padding >= 0n &&
    (padding === 0n || padding < tls.align) &&
    tls.fileSize === kept - start &&
    tls.align === parts.map(({ align }) => align).reduce(larger);
  return isSame
    ? null
    : `thread-local variables lie from ${hexOf(start)} to ${hexOf(end)}, and PT_TLS that they do not`;
}

/** Libraries are not begun anywhere. */
function otherStart(
  placed: readonly Section[],
  { entry }: ElfHeader,
  headers: readonly ProgramHeader[],
  table: DynamicTable | null,
): string | null {
  const isBegun = headers.some((header) => header.type === PT_INTERP) || table?.value(DT_SONAME) == null;
  const code = placed.filter((section) => hasFlag(section, SHF_EXECINSTR));
  if (!isBegun || code.length === 0) return null;
  const isInside = code.some((section) => entry >= section.address && entry < endOf(section));
  return isInside || entry === 0n ? null : `there is no code at the entry point ${hexOf(entry)}`;
}

function otherDynamic(placed: readonly Section[], headers: readonly ProgramHeader[]): string | null {
  const section = placed.find(({ type }) => type === SHT_DYNAMIC);
  if (section === undefined) return null;
  const isSame = headers.findLast(({ type }) => type === PT_DYNAMIC)?.virtualAddress === section.address;
  return isSame ? null : `PT_DYNAMIC lies at ${hexOf(section.address)}`;
}

/** What is made read-only and is no constant. Of a segment's first part, which patchelf moves, only the place is left. */
function protectedData(placed: readonly Section[], headers: readonly ProgramHeader[]): string | null {
  const relro = headers.findLast(({ type }) => type === PT_GNU_RELRO);
  if (relro === undefined || placed.length === 0) return null;
  const segments = headers.filter(({ type }) => type === PT_LOAD);
  const starts = [...placed.map(({ address }) => address), ...segments.map((load) => load.virtualAddress)];
  if (!starts.includes(relro.virtualAddress))
    return `no part of the program begins at ${hexOf(relro.virtualAddress)}, where PT_GNU_RELRO does`;
  const start = pageDown(relro.virtualAddress);
  const end = pageDown(relro.virtualAddress + relro.memorySize);
  const data = placed.find(
    (section) =>
      (section.name === '.data' || section.name === '.bss' || hasFlag(section, SHF_EXECINSTR)) &&
      section.address < end &&
      endOf(section) > start,
  );
  return data === undefined
    ? null
    : `what lies at ${hexOf(data.address)} is no constant, as PT_GNU_RELRO says`;
}
