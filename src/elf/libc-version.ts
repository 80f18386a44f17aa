/** Which glibc a libc.so.6 is of: the text that it prints as a program. */
import type { DynamicFacts } from './elf-facts.ts';
import type { KeptBytes } from './kept-bytes.ts';

const BANNER_BEGINS = 'GNU C Library (';
const BANNER = /^GNU C Library \([^)\0]{0,200}\) \w+ release version (\d+\.\d+)/;
const BANNER_BYTES = 512;

/** `2.36`; null: of no libc.so.6, or of one that is larger than what is kept whole. */
export function libcVersionOf(dynamic: DynamicFacts | null, kept: KeptBytes): string | null {
  if (dynamic?.soname !== 'libc.so.6') return null;
  const { bytes, missing } = kept.read(0, kept.fileSize);
  if (missing !== 'nothing') return null;
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = file.indexOf(BANNER_BEGINS);
  return start < 0 ? null : (BANNER.exec(file.toString('latin1', start, start + BANNER_BYTES))?.[1] ?? null);
}
