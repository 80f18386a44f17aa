import { LIMITS } from '../base/limits.ts';
import { AddressSpace } from './address-space.ts';
import { ATTRIBUTE_BYTES } from './arm-attributes.ts';
import { PF_W, PF_X, PT_DYNAMIC, PT_GNU_PROPERTY, PT_INTERP, PT_LOAD, PT_NOTE } from './constants.ts';
import { DYNAMIC_BYTES } from './dynamic.ts';
import type { ProgramHeader } from './elf-facts.ts';
import { toNumber } from './fields.ts';
import type { ElfHeader } from './header.ts';
import { type FileRange, mergeRanges } from './kept-bytes.ts';
import { EM_ARM } from './machines.ts';
import { NOTE_BYTES } from './notes.ts';
import { PAGE } from './pages.ts';
import { programHeaderTable } from './program-headers.ts';
import { sectionHeaderTable } from './section-headers.ts';

/** Files up to this size are kept whole: dynamic loaders, whose strings lie anywhere, are smaller. */
export const WHOLE_FILE_BYTES = 2 * 1024 * 1024;
/** This much is kept before anything is known; in nearly every file it holds the program headers. */
export const HEAD_BYTES = 64 * 1024;
/** Of the code at the entry point. */
export const ENTRY_BYTES = 64;
const PAGE_BYTES = Number(PAGE);
const SECTION_TABLE_BYTES = 1024 * 1024;
const SECTION_NAME_BYTES = 4096;

/** Which parts of a large file its facts need, known from the program headers before the rest streams by. */
export function planCapture(
  header: ElfHeader,
  programHeaders: readonly ProgramHeader[],
  fileSize: number,
): FileRange[] {
  const { start, end } = clip(sectionHeaderTable(header), SECTION_TABLE_BYTES);
  // Linkers write the names of the sections before their headers.
  const sections = { start: start - SECTION_NAME_BYTES, end };
  const ranges: FileRange[] = [{ start: 0, end: HEAD_BYTES }, sections];
  const table = programHeaderTable(header);
  if (!('refused' in table)) ranges.push(clip(table, HEAD_BYTES * 4));
  const space = new AddressSpace(programHeaders);
  const entry = space.locate(header.entry);
  if (entry !== null) ranges.push({ start: entry.offset, end: entry.offset + ENTRY_BYTES });
  for (const segment of programHeaders) {
    const range = rangeOf(segment);
    if (segment.type === PT_INTERP) ranges.push(clip(range, LIMITS.pathBytes));
    if (segment.type === PT_NOTE || segment.type === PT_GNU_PROPERTY) ranges.push(clip(range, NOTE_BYTES));
    if (segment.type === PT_DYNAMIC) {
      const mapped = space.locate(segment.virtualAddress);
      if (mapped !== null) ranges.push({ start: mapped.offset, end: mapped.offset + DYNAMIC_BYTES });
    }
  }
  if (header.machine === EM_ARM) ranges.push(attributesOf(programHeaders));
  return mergeRanges([...ranges, ...shareBudget(wantedSegments(programHeaders), fileSize)], fileSize);
}

/**
 * The tables that PT_DYNAMIC points at lie in a segment without code, or at the head of the first one; patchelf
 * moves them to a new segment at the end, or lays a writable one before that head. Pages are mapped whole. Go's
 * build information lies in the writable data.
 */
function wantedSegments(programHeaders: readonly ProgramHeader[]): FileRange[] {
  const loads = programHeaders.filter(({ type }) => type === PT_LOAD);
  const isDynamic = programHeaders.some(({ type }) => type === PT_DYNAMIC);
  const head = ((loads[0]?.flags ?? 0) & PF_W) === 0 ? 0 : 1;
  return loads
    .filter(({ flags }, index) =>
      isDynamic ? index <= head || (flags & PF_X) === 0 : (flags & PF_W) !== 0 && (flags & PF_X) === 0,
    )
    .map(rangeOf)
    .map(({ start, end }) => ({ start, end: Math.ceil(end / PAGE_BYTES) * PAGE_BYTES }));
}

/** Small segments whole, large ones from their start as far as the rest of the budget goes. */
function shareBudget(segments: readonly FileRange[], fileSize: number): FileRange[] {
  const inFile = segments
    .map(({ start, end }) => ({ start, end: Math.min(end, fileSize) }))
    .filter(({ start, end }) => start < end)
    .sort((one, other) => one.end - one.start - (other.end - other.start));
  let left: number = LIMITS.elfBytes;
  return inFile.map((range, index) => {
    const kept = clip(range, Math.floor(left / (inFile.length - index)));
    left -= kept.end - kept.start;
    return kept;
  });
}

/** What lies between the last segment and the debug information. */
function attributesOf(programHeaders: readonly ProgramHeader[]): FileRange {
  const ends = programHeaders.filter(({ type }) => type === PT_LOAD).map((load) => rangeOf(load).end);
  const end = Math.max(0, ...ends);
  return { start: end, end: end + 2 * ATTRIBUTE_BYTES };
}

function rangeOf(segment: ProgramHeader): FileRange {
  const start = toNumber(segment.offset);
  return { start, end: start + toNumber(segment.fileSize) };
}

function clip(range: FileRange, length: number): FileRange {
  return { start: range.start, end: Math.min(range.end, range.start + length) };
}
