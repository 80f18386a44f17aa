/** Writes layers: tar archives byte by byte as asked for, right or wrong, and their compressed forms with digests. */
import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import type { Digest } from '../../src/oci/digest.ts';

/** One tar entry; everything that is not given has an ordinary value. */
export interface TarItem {
  readonly name: string | Buffer;
  /** The type flag; `0`. */
  readonly flag?: string;
  /** 0o755 for directories, 0o644 for the rest. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly data?: string | Buffer;
  /** What the header claims, when that is not the length of the data. */
  readonly size?: number | Buffer;
  readonly linkName?: string | Buffer;
  readonly device?: readonly [number, number];
  /** Records of a PAX header before the entry. */
  readonly pax?: Readonly<Record<string, string | Buffer>>;
  /** `ustar` (default), `gnu` or `v7`. */
  readonly dialect?: 'ustar' | 'gnu' | 'v7';
  readonly checksum?: number;
}

type Options = Omit<TarItem, 'name' | 'flag'>;

export function file(name: string, data: string | Buffer = '', options: Options = {}): TarItem {
  return { name, data, ...options };
}

export function directory(name: string, options: Options = {}): TarItem {
  return { name: name.endsWith('/') ? name : `${name}/`, flag: '5', mode: 0o755, ...options };
}

export function symlink(name: string, target: string, options: Options = {}): TarItem {
  return { name, flag: '2', mode: 0o777, linkName: target, ...options };
}

export function hardLink(name: string, target: string, options: Options = {}): TarItem {
  return { name, flag: '1', linkName: target, ...options };
}

export function device(name: string, major: number, minor: number): TarItem {
  return { name, flag: '3', device: [major, minor] };
}

/** `whiteout('usr/bin/env')` is the entry `usr/bin/.wh.env`. */
export function whiteout(path: string): TarItem {
  const slash = path.lastIndexOf('/') + 1;
  return { name: `${path.slice(0, slash)}.wh.${path.slice(slash)}` };
}

export function opaque(folder: string): TarItem {
  return { name: folder === '' ? '.wh..wh..opq' : `${folder}/.wh..wh..opq` };
}

const BLOCK = 512;
export const END_OF_ARCHIVE: Buffer = Buffer.alloc(1024);

/** The archive, with its end marker. Buffers among the items are put in as they are. */
export function tarOf(items: readonly (TarItem | Buffer)[]): Buffer {
  return Buffer.concat([...items.flatMap(tarParts), END_OF_ARCHIVE]);
}

/** One entry without an end marker: PAX header, header, data, padding. Long ustar names get a PAX header. */
export function tarItem(item: TarItem | Buffer): Buffer {
  return Buffer.concat(tarParts(item));
}

function tarParts(item: TarItem | Buffer): readonly Buffer[] {
  if (Buffer.isBuffer(item)) return [item];
  const long: Record<string, string | Buffer> = { ...item.pax };
  if (item.dialect === undefined && bytesOf(item.name).length > 100) long['path'] ??= item.name;
  if (item.dialect === undefined && bytesOf(item.linkName ?? '').length > 100)
    long['linkpath'] ??= item.linkName ?? '';
  const data = bytesOf(item.data ?? '');
  const extended = Object.keys(long).length === 0 ? [] : [paxHeader(long)];
  const padding = Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK);
  return [...extended, tarHeader(item, data.length), data, padding];
}

export function paxHeader(records: Readonly<Record<string, string | Buffer>>, flag = 'x'): Buffer {
  const data = Buffer.concat(Object.entries(records).map(([key, value]) => paxRecord(key, value)));
  const name = flag === 'g' ? 'pax_global_header' : 'PaxHeaders/x';
  return tarItem({ name, flag, data, dialect: 'ustar' });
}

export function paxRecord(key: string, value: string | Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), bytesOf(value), Buffer.from('\n')]);
  let length = rest.length;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

/** GNU's `././@LongLink` entries: flag `L` for names, `K` for link targets. */
export function gnuLong(flag: 'L' | 'K', text: string): Buffer {
  return tarItem({ name: '././@LongLink', flag, data: `${text}\0`, dialect: 'gnu' });
}

export function tarHeader(item: TarItem, dataLength = 0): Buffer {
  const block = Buffer.alloc(BLOCK);
  bytesOf(item.name).copy(block, 0, 0, 100);
  octal(item.mode ?? 0o644, 7).copy(block, 100);
  octal(item.uid ?? 0, 7).copy(block, 108);
  octal(item.gid ?? 0, 7).copy(block, 116);
  const size = item.size ?? dataLength;
  (Buffer.isBuffer(size) ? size : octal(size, 11)).copy(block, 124);
  octal(0, 11).copy(block, 136);
  block.write(item.flag ?? '0', 156, 'latin1');
  bytesOf(item.linkName ?? '').copy(block, 157, 0, 100);
  if (item.dialect === 'gnu') block.write('ustar  \0', 257, 'latin1');
  else if (item.dialect !== 'v7') block.write('ustar\x0000', 257, 'latin1');
  if (item.device !== undefined) {
    octal(item.device[0], 7).copy(block, 329);
    octal(item.device[1], 7).copy(block, 337);
  }
  block.fill(' ', 148, 156);
  const sum = item.checksum ?? block.reduce((total, byte) => total + byte, 0);
  octal(sum, 6).copy(block, 148);
  return block;
}

function octal(value: number, digits: number): Buffer {
  return Buffer.from(`${value.toString(8).padStart(digits, '0')}\0`, 'latin1');
}

function bytesOf(text: string | Buffer): Buffer {
  return Buffer.isBuffer(text) ? text : Buffer.from(text);
}

export interface BuiltLayer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
  /** As stored: compressed. */
  readonly bytes: Buffer;
}

export type LayerCompression = 'gzip' | 'zstd' | 'none';

/** A layer with right digests, size and OCI media type. */
export function layerOf(
  items: readonly (TarItem | Buffer)[] | Buffer,
  compression: LayerCompression = 'gzip',
): BuiltLayer {
  const tar = Buffer.isBuffer(items) ? items : tarOf(items);
  const bytes =
    compression === 'gzip'
      ? gzipSync(tar, { level: 1 })
      : compression === 'zstd'
        ? zstdCompressSync(tar)
        : tar;
  return storedLayer(bytes, tar, compression);
}

/** A layer of which the stored bytes are given, however they were made. */
export function storedLayer(bytes: Buffer, tar: Buffer, compression: LayerCompression): BuiltLayer {
  const suffix = compression === 'none' ? '' : `+${compression}`;
  const digest = sha256Of(bytes);
  return {
    descriptor: {
      mediaType: `application/vnd.oci.image.layer.v1.tar${suffix}`,
      digest,
      size: bytes.length,
      annotations: {},
    },
    diffId: bytes === tar ? digest : sha256Of(tar),
    bytes,
  };
}

export function sha256Of(bytes: Buffer | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The bytes as a stream in pieces of the given lengths (the last length repeats); default one piece. */
export async function* inPieces(bytes: Buffer, ...lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const length = lengths[Math.min(index, lengths.length - 1)] ?? bytes.length;
    yield bytes.subarray(at, at + Math.max(length, 1));
    at += Math.max(length, 1);
  }
}
