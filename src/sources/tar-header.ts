/**
 * One header block of a tar archive (POSIX.1-1988 ustar, GNU's base-256 numbers), as far as finding the files
 * of an image archive needs it. Layers are read elsewhere, with everything a layer may hold.
 */
import { Failure } from '../base/failure.ts';

export const BLOCK = 512;

export interface TarHeader {
  readonly name: string;
  readonly size: number;
  /** The type flag: '0' and NUL regular, '1' hard link, '2' symlink, '5' directory, 'x' 'g' PAX, 'L' 'K' GNU. */
  readonly type: string;
  readonly linkName: string;
}

/** null: a block of zeros. @throws {Failure} E_TAR */
export function parseTarHeader(block: Uint8Array, where: string): TarHeader | null {
  if (block.every((byte) => byte === 0)) return null;
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.length);
  const sum = bytes.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  if (octal(bytes, 148, 8) !== sum) throw brokenTar(where, 'a header has a wrong checksum');
  const size = (bytes[124] ?? 0) & 0x80 ? base256(bytes, 124, 12) : octal(bytes, 124, 12);
  if (!Number.isSafeInteger(size) || size < 0) throw brokenTar(where, 'a header has an impossible size');
  const isUstar = bytes.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isUstar ? text(bytes, 345, 155) : '';
  const name = text(bytes, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size,
    type: String.fromCharCode(bytes[156] ?? 0),
    linkName: text(bytes, 157, 100),
  };
}

/** Records `length key=value\n` of a PAX header. @throws {Failure} E_TAR */
export function parsePaxRecords(bytes: Uint8Array, where: string): ReadonlyMap<string, string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const records = new Map<string, string>();
  for (let at = 0; at < buffer.length;) {
    const [, length = ''] = /^(\d{1,10}) /.exec(buffer.toString('latin1', at, at + 12)) ?? [];
    const end = at + Number(length);
    const [, key, value] =
      /^([^=]+)=(.*)\n$/s.exec(buffer.toString('utf8', at + length.length + 1, end)) ?? [];
    if (
      length === '' ||
      end > buffer.length ||
      key === undefined ||
      value === undefined ||
      value.includes('\0')
    ) {
      throw brokenTar(where, 'an extended header is malformed');
    }
    if (records.has(key)) throw brokenTar(where, 'an extended header says the same thing twice');
    records.set(key, value);
    at = end;
  }
  return records;
}

export function brokenTar(where: string, why: string): Failure {
  return new Failure('E_TAR', `${where} is not a readable tar archive: ${why}`, 'write the archive again');
}

function text(bytes: Buffer, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}

function octal(bytes: Buffer, start: number, length: number): number {
  const digits = text(bytes, start, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : Number.NaN;
}

function base256(bytes: Buffer, start: number, length: number): number {
  let value = (bytes[start] ?? 0) & 0x7f;
  for (let index = start + 1; index < start + length; index++) value = value * 256 + (bytes[index] ?? 0);
  return value;
}
