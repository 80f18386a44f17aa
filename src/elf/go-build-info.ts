import { PF_W, PF_X, PT_LOAD } from './constants.ts';
import { Cursor } from './cursor.ts';
import type { GoBuildInfo, ProgramHeader } from './elf-facts.ts';
import { Fields, toNumber } from './fields.ts';
import type { KeptBytes } from './kept-bytes.ts';
import type { Memory } from './memory.ts';

/** How Go's linker marks its build information (debug/buildinfo): in the writable data, at a multiple of 16. */
const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
const HEADER_BYTES = 32;
const INLINE_STRINGS = 2;
/** The module list is framed by two markers of 16 bytes. */
const FRAME = 16;
const NEWLINE = 10;
const MAX_TEXT = 1024 * 1024;

/** null when the writable data holds none. */
export function readGoBuildInfo(
  headers: readonly ProgramHeader[],
  kept: KeptBytes,
  memory: Memory,
): GoBuildInfo | null {
  for (const header of headers) {
    if (header.type !== PT_LOAD || (header.flags & PF_W) === 0 || (header.flags & PF_X) !== 0) continue;
    const { bytes } = kept.read(toNumber(header.offset), toNumber(header.fileSize));
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = data.indexOf(MAGIC); at >= 0; at = data.indexOf(MAGIC, at + 1)) {
      if (at % 16 === 0 || (Number(header.virtualAddress % 16n) + at) % 16 === 0) {
        const found = parseBlob(bytes.subarray(at), memory);
        if (found !== null) return found;
      }
    }
  }
  return null;
}

function parseBlob(blob: Uint8Array, memory: Memory): GoBuildInfo | null {
  const [pointerSize = 0, flags = 0] = blob.subarray(14, 16);
  const [version, modules] =
    (flags & INLINE_STRINGS) !== 0 ? inlineStrings(blob) : pointedStrings(blob, pointerSize, memory);
  if (version === null || version === undefined || version.length === 0) return null;
  return { version: version.toString('utf8'), ...parseModules(modules ?? Buffer.alloc(0)) };
}

/** Since Go 1.18: two strings, each after its length. */
function inlineStrings(blob: Uint8Array): (Buffer | null)[] {
  const cursor = new Cursor(blob, HEADER_BYTES);
  return [0, 1].map(() => {
    const length = cursor.varint();
    const bytes = length === null || length > MAX_TEXT ? null : cursor.take(length);
    return bytes === null ? null : Buffer.from(bytes);
  });
}

/** Before Go 1.18: the addresses of two Go strings, each an address and a length. */
function pointedStrings(blob: Uint8Array, pointerSize: number, memory: Memory): (Buffer | null)[] {
  const pointers = new Fields(blob.subarray(0, HEADER_BYTES), memory.layout);
  const { wordSize } = pointers;
  if (pointerSize !== wordSize) return [];
  return [0, 1].map((index) => {
    const { fields } = memory.fields(pointers.word(16 + index * wordSize), 2 * wordSize);
    const length = toNumber(fields.word(wordSize));
    if (length > MAX_TEXT) return null;
    const text = memory.read(fields.word(0), length);
    return text.missing === 'nothing' ? Buffer.from(text.bytes) : null;
  });
}

/** The text of runtime/debug.BuildInfo, a tab-separated line for each fact; of the settings those of Go itself. */
function parseModules(framed: Buffer): Pick<GoBuildInfo, 'mainPackage' | 'settings'> {
  const settings: [string, string][] = [];
  let mainPackage: string | null = null;
  const isFramed = framed.length > 2 * FRAME && framed.at(-FRAME - 1) === NEWLINE;
  const text = isFramed ? framed.toString('utf8', FRAME, framed.length - FRAME) : '';
  for (const line of text.split('\n')) {
    const [key, value = ''] = line.split('\t');
    const equals = value.indexOf('=');
    if (key === 'path') mainPackage = value;
    if (key === 'build' && value.startsWith('GO') && equals > 0) {
      settings.push([value.slice(0, equals), value.slice(equals + 1)]);
    }
  }
  return { mainPackage, settings: Object.fromEntries(settings) };
}
