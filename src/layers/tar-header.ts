/**
 * One 512-byte header block of a tar archive, read as Go's archive/tar reads it, because containerd, docker and
 * podman all unpack with it: v7, ustar, star and GNU; octal and base-256 numbers; signed and unsigned checksums.
 */
import { decodeBytes } from '../base/plain-text.ts';

export const BLOCK = 512;

export interface TarHeader {
  /** The type flag: `0`, `5`, `x` …; `\0` for old regular files. */
  readonly flag: string;
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

/** What makes a block unreadable; the walker names the place and throws the Failure. */
export class BadHeader extends Error {
  override readonly name = 'BadHeader';
}

type Dialect = 'v7' | 'ustar' | 'star' | 'gnu';

/** @throws {BadHeader} */
export function parseTarHeader(block: Buffer): TarHeader {
  const dialect = dialectOf(block);
  const name = textAt(block, 0, 100);
  parseNumeric(block, 136, 148); // mtime: not kept, but a broken one makes Go refuse the archive
  const isV7 = dialect === 'v7';
  const prefix = prefixOf(block, dialect);
  return {
    flag: String.fromCharCode(block[156] ?? 0),
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: textAt(block, 157, 257),
    mode: parseNumeric(block, 100, 108),
    uid: parseNumeric(block, 108, 116),
    gid: parseNumeric(block, 116, 124),
    size: parseNumeric(block, 124, 136),
    deviceMajor: isV7 ? 0 : parseNumeric(block, 329, 337),
    deviceMinor: isV7 ? 0 : parseNumeric(block, 337, 345),
  };
}

export function isZeroBlock(block: Buffer): boolean {
  return block[0] === 0 && block.every((byte) => byte === 0);
}

function dialectOf(block: Buffer): Dialect {
  const claimed = parseOctal(block, 148, 156);
  if (claimed !== unsignedSum(block) && claimed !== signedSum(block)) {
    throw new BadHeader('a header whose checksum does not match');
  }
  const magic = block.toString('latin1', 257, 265);
  if (magic.startsWith('ustar\0')) return block.toString('latin1', 508, 512) === 'tar\0' ? 'star' : 'ustar';
  return magic === 'ustar  \0' ? 'gnu' : 'v7';
}

/** The sum of all bytes with the checksum field taken as spaces. */
function unsignedSum(block: Buffer): number {
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += at >= 148 && at < 156 ? 32 : (block[at] ?? 0);
  return sum;
}

/** The same over signed bytes, as old Sun tars wrote it. */
function signedSum(block: Buffer): number {
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += at >= 148 && at < 156 ? 32 : block.readInt8(at);
  return sum;
}

function prefixOf(block: Buffer, dialect: Dialect): string {
  if (dialect === 'ustar') return textAt(block, 345, 500);
  if (dialect === 'star') {
    parseNumeric(block, 476, 488);
    parseNumeric(block, 488, 500);
    return textAt(block, 345, 476);
  }
  return dialect === 'gnu' ? misplacedPrefixOf(block) : '';
}

/**
 * GNU headers have access and change times where ustar has the prefix. Go before 1.8 wrote a prefix there all the
 * same (golang/go#12594), and Go still reads those: when the times are not numbers and the prefix is ASCII.
 */
function misplacedPrefixOf(block: Buffer): string {
  try {
    if (block[345] !== 0) parseNumeric(block, 345, 357);
    if (block[357] !== 0) parseNumeric(block, 357, 369);
    return '';
  } catch {
    const prefix = textAt(block, 345, 500);
    return Buffer.byteLength(prefix) === prefix.length ? prefix : '';
  }
}

/** Up to the first NUL. */
function textAt(block: Buffer, start: number, end: number): string {
  let stop = start;
  let ascii = true;
  for (; stop < end; stop++) {
    const byte = block[stop] ?? 0;
    if (byte === 0) break;
    if (byte >= 0x80) ascii = false;
  }
  return ascii ? block.toString('latin1', start, stop) : decodeBytes(block.subarray(start, stop));
}

/** Octal, or base-256 when the first bit is set (two's complement, most significant byte first). */
function parseNumeric(block: Buffer, start: number, end: number): number {
  const first = block[start] ?? 0;
  if ((first & 0x80) === 0) return parseOctal(block, start, end);
  const negative = (first & 0x40) !== 0;
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = at === start ? first & 0x7f : (block[at] ?? 0);
    value = value * 256 + (negative ? (at === start ? 0x7f : 0xff) - byte : byte);
    if (value > Number.MAX_SAFE_INTEGER) throw new BadHeader('a number that is too large');
  }
  return negative ? -value - 1 : value;
}

/** Digits between spaces and NULs; nothing at all is 0; what follows a NUL is ignored. */
function parseOctal(block: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(block[at])) at++;
  let value = 0;
  for (; at < end; at++) {
    const byte = block[at] ?? 0;
    if (byte === 0) return value;
    if (byte === 0x20) break;
    if (byte < 0x30 || byte > 0x37) throw new BadHeader('a header field that is not an octal number');
    value = value * 8 + (byte - 0x30);
  }
  for (; at < end; at++) {
    if (!isBlank(block[at])) throw new BadHeader('a header field that is not an octal number');
  }
  return value;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0;
}
