/**
 * PT_GNU_PROPERTY as the kernel reads it where it looks at it at all (`parse_elf_properties` of fs/binfmt_elf.c, only
 * on arm64): the last one, one note, its properties in rising order.
 */
import { PT_GNU_PROPERTY } from './constants.ts';
import type { ElfLayout, ProgramHeader, PropertyError } from './elf-facts.ts';
import { Fields, toNumber } from './fields.ts';
import type { KeptBytes } from './kept-bytes.ts';

/** No larger one is read. */
const MAX_BYTES = 1024;
const HEADER_BYTES = 16;
const ALIGN = 8;
const NT_GNU_PROPERTY_TYPE_0 = 5;
const GNU_PROPERTY_AARCH64_FEATURE_1_AND = 0xc0000000;

/** Null where there is nothing that such a kernel refuses. */
export function propertyErrorOf(
  headers: readonly ProgramHeader[],
  kept: KeptBytes,
  layout: ElfLayout,
): PropertyError | null {
  const header = headers.findLast(({ type }) => type === PT_GNU_PROPERTY);
  if (header === undefined) return null;
  if (header.fileSize > MAX_BYTES)
    return refused(`has ${header.fileSize} bytes, and at most ${MAX_BYTES} are read`);
  const { bytes, missing } = kept.read(toNumber(header.offset), toNumber(header.fileSize));
  if (missing === 'unread') return null;
  if (bytes.length < HEADER_BYTES) return { errno: 'EIO', text: 'is shorter than a note' };
  const fields = new Fields(bytes, layout);
  const name = Buffer.from(bytes.subarray(12, HEADER_BYTES)).toString('latin1');
  if (fields.u32(8) !== NT_GNU_PROPERTY_TYPE_0 || fields.u32(0) !== 4 || name !== 'GNU\0') {
    return refused('is no note of the type NT_GNU_PROPERTY_TYPE_0');
  }
  const size = fields.u32(4);
  return size > bytes.length - HEADER_BYTES
    ? refused(`claims ${size} bytes of properties and holds ${bytes.length - HEADER_BYTES}`)
    : propertiesErrorOf(fields, HEADER_BYTES + size);
}

function propertiesErrorOf(fields: Fields, end: number): PropertyError | null {
  let before = -1;
  for (let at = HEADER_BYTES; at !== end;) {
    const [type, size] = [fields.u32(at), fields.u32(at + 4)];
    const next = at + 8 + Math.ceil(size / ALIGN) * ALIGN;
    if (end - at < 8 || next > end) return refused('holds a property that is cut off');
    if (type <= before) return refused('holds properties in another order than that of their types');
    if (type === GNU_PROPERTY_AARCH64_FEATURE_1_AND && size !== 4) {
      return refused(`holds GNU_PROPERTY_AARCH64_FEATURE_1_AND of ${size} bytes instead of 4`);
    }
    [before, at] = [type, next];
  }
  return null;
}

function refused(text: string): PropertyError {
  return { errno: 'ENOEXEC', text };
}
