import {
  GNU_PROPERTY_X86_ISA_1_NEEDED,
  NT_GNU_ABI_TAG,
  NT_GNU_BUILD_ID,
  NT_GNU_PROPERTY_TYPE_0,
  PT_GNU_PROPERTY,
  PT_NOTE,
} from './constants.ts';
import type { ElfLayout, NoteFacts, ProgramHeader } from './elf-facts.ts';
import { Fields, toNumber } from './fields.ts';
import type { KeptBytes } from './kept-bytes.ts';
import { EM_386, EM_X86_64 } from './machines.ts';
import type { Problems } from './problems.ts';

/** Notes of one segment that are read; a core file has more, a program has some hundred bytes. */
export const NOTE_BYTES = 64 * 1024;

interface Note {
  readonly name: string;
  readonly type: number;
  readonly content: Uint8Array;
}

/** Systems that mark their programs with a note of their name. */
const SYSTEMS: ReadonlySet<string> = new Set(['Android', 'FreeBSD', 'NetBSD', 'OpenBSD', 'DragonFly']);

export function readNotes(
  headers: readonly ProgramHeader[],
  machine: number,
  kept: KeptBytes,
  layout: ElfLayout,
  problems: Problems,
): NoteFacts {
  const notesOf = (type: number): Note[] =>
    headers
      .filter((header) => header.type === type)
      .flatMap((header) => readSegment(header, kept, layout, problems));
  const notes = notesOf(PT_NOTE);
  const gnu = (type: number): Uint8Array | undefined =>
    notes.find((note) => note.name === 'GNU' && note.type === type)?.content;
  const buildId = gnu(NT_GNU_BUILD_ID);
  const abiTag = gnu(NT_GNU_ABI_TAG);
  const isX86 = machine === EM_X86_64 || machine === EM_386;
  const properties = [...notesOf(PT_GNU_PROPERTY), ...notes].find(
    ({ name, type }) => name === 'GNU' && type === NT_GNU_PROPERTY_TYPE_0,
  );
  return {
    buildId: buildId === undefined ? null : Buffer.from(buildId).toString('hex'),
    x86IsaNeeded: isX86 && properties !== undefined ? x86IsaNeeded(properties.content, layout) : null,
    abiTag: abiTag === undefined || abiTag.length < 16 ? null : abiTagOf(new Fields(abiTag, layout)),
    system: notes.find(({ name }) => SYSTEMS.has(name))?.name ?? null,
  };
}

function readSegment(header: ProgramHeader, kept: KeptBytes, layout: ElfLayout, problems: Problems): Note[] {
  const size = toNumber(header.fileSize);
  const { bytes, missing } = kept.read(toNumber(header.offset), Math.min(size, NOTE_BYTES));
  if (missing === 'unread' || size > NOTE_BYTES) {
    problems.add('notes', 'unread', `a note segment of ${size} bytes was not kept whole`);
  } else if (missing === 'cut') {
    problems.add('notes', 'cut', 'a note segment ends after the end of the file');
  }
  const fields = new Fields(bytes, layout);
  const alignment = header.align === 8n ? 8 : 4;
  const aligned = (length: number): number => Math.ceil(length / alignment) * alignment;
  const notes: Note[] = [];
  for (let at = 0; at + 12 <= bytes.length;) {
    const [nameSize, contentSize, type] = [fields.u32(at), fields.u32(at + 4), fields.u32(at + 8)];
    const content = at + aligned(12 + nameSize);
    if (content + contentSize > bytes.length) break;
    const name = Buffer.from(bytes.subarray(at + 12, at + 12 + Math.min(nameSize, 32))).toString('latin1');
    notes.push({
      name: name.replace(/\0.*$/s, ''),
      type,
      content: bytes.subarray(content, content + contentSize),
    });
    at = content + aligned(contentSize);
  }
  return notes;
}

/** pr_type, pr_datasz and the data, padded to the word size (x86-64 psABI, "Program Property"). */
function x86IsaNeeded(content: Uint8Array, layout: ElfLayout): number | null {
  const fields = new Fields(content, layout);
  for (let at = 0; at + 8 <= content.length;) {
    const [type, size] = [fields.u32(at), fields.u32(at + 4)];
    if (type === GNU_PROPERTY_X86_ISA_1_NEEDED && size === 4 && at + 12 <= content.length) {
      return fields.u32(at + 8);
    }
    at += 8 + Math.ceil(size / fields.wordSize) * fields.wordSize;
  }
  return null;
}

function abiTagOf(fields: Fields): { readonly os: number; readonly kernel: string } {
  return { os: fields.u32(0), kernel: `${fields.u32(4)}.${fields.u32(8)}.${fields.u32(12)}` };
}
