/**
 * The files of a tar archive, read where they lie: the headers are walked once, then ranges of the file are
 * read. Nothing is unpacked. Two files of one name are refused where the name matters, because readers disagree
 * about which one counts (docker and skopeo unpack the last one, others find the first).
 */
import type { FileHandle } from 'node:fs/promises';
import { posix } from 'node:path';
import { Failure } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';
import { collectBytes } from './collect-bytes.ts';
import { tooLarge } from './directory-tree.ts';
import type { FileTree } from './file-tree.ts';
import { openRegularFile, readRange } from './regular-file.ts';
import { BLOCK, brokenTar, parsePaxRecords, parseTarHeader } from './tar-header.ts';

interface Member {
  readonly start: number;
  readonly size: number;
  /** The name in the archive that this one stands for; null for a regular file. */
  readonly link: string | null;
}

/** @throws {Failure} E_NOT_FOUND, E_FILE, E_TAR, E_UNSUPPORTED for compressed archives and other files */
export async function openTarTree(path: string, name: string, signal: AbortSignal): Promise<FileTree> {
  const handle = await openRegularFile(path, 'followed');
  try {
    await requireTar(handle, path);
    return treeOf(handle, path, name, await indexMembers(handle, path, signal));
  } catch (failure) {
    await handle.close();
    throw failure;
  }
}

function treeOf(
  handle: FileHandle,
  path: string,
  name: string,
  members: ReadonlyMap<string, readonly Member[]>,
): FileTree {
  /** Links lead to other names of the archive: old engines write a layer that repeats as a link. */
  function find(wanted: string): Member | null {
    let at = wanted;
    for (let hops = 0; hops <= LIMITS.symlinkHops; hops++) {
      const [member, ...others] = members.get(at) ?? [];
      if (!member) return null;
      if (others.length > 0) {
        throw new Failure(
          'E_TAR',
          `${path} holds ${at} twice, and readers disagree about which one counts`,
          'write the archive again',
        );
      }
      if (member.link === null) return member;
      at = member.link;
    }
    throw brokenTar(path, `the links of ${wanted} lead nowhere`);
  }

  function require(wanted: string): Member {
    const member = find(wanted);
    if (member) return member;
    throw new Failure('E_NOT_FOUND', `${path} has no ${wanted}`, 'the archive is incomplete: write it again');
  }

  const stream = (wanted: string, signal: AbortSignal) => {
    const { start, size } = require(wanted);
    return readRange(handle, { path, start, length: size }, signal);
  };
  return {
    name,
    sizeOf: async (wanted) => find(wanted)?.size ?? null,
    read: async (wanted, limit) => {
      const tooMany = (): Failure => tooLarge(`${path}: ${wanted}`, limit);
      return collectBytes(stream(wanted, new AbortController().signal), limit, tooMany);
    },
    stream,
    close: () => handle.close(),
  };
}

async function indexMembers(
  handle: FileHandle,
  path: string,
  signal: AbortSignal,
): Promise<Map<string, Member[]>> {
  const members = new Map<string, Member[]>();
  const { size: end } = await handle.stat();
  let extended: { name?: string; link?: string; size?: number } = {};
  for (let at = 0, zeros = 0, count = 0; at + BLOCK <= end && zeros < 2;) {
    signal.throwIfAborted();
    const header = parseTarHeader(await readBlock(handle, at, BLOCK), path);
    at += BLOCK;
    if (!header) {
      zeros++;
      continue;
    }
    if (zeros > 0) throw brokenTar(path, 'it goes on after a block of zeros');
    if (++count > LIMITS.layerEntries)
      throw brokenTar(path, `it has more than ${LIMITS.layerEntries} entries`);
    const size = 'xgLK'.includes(header.type) ? header.size : (extended.size ?? header.size);
    if (at + size > end) throw brokenTar(path, 'it ends in the middle of a file');
    if ('xgLK'.includes(header.type)) {
      if (size > LIMITS.paxBytes) throw brokenTar(path, 'it has an extended header over 1 MiB');
      extended = { ...extended, ...extensionOf(header.type, await readBlock(handle, at, size), path) };
    } else {
      addMember(members, header.type, {
        name: extended.name ?? header.name,
        link: extended.link ?? header.linkName,
        start: at,
        size,
      });
      extended = {};
    }
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
  return members;
}

function extensionOf(
  type: string,
  body: Buffer,
  path: string,
): { name?: string; link?: string; size?: number } {
  const text = body.toString('utf8').replace(/\0.*$/s, '');
  if (type === 'L') return { name: text };
  if (type === 'K') return { link: text };
  const records = parsePaxRecords(body, path);
  const [name, link, size] = [records.get('path'), records.get('linkpath'), records.get('size')];
  if (type === 'g') {
    if (name ?? link ?? size) throw brokenTar(path, 'a global header names files');
    return {};
  }
  if (size !== undefined && !/^\d{1,15}$/.test(size))
    throw brokenTar(path, 'an extended header has an impossible size');
  return {
    ...(name !== undefined && { name }),
    ...(link !== undefined && { link }),
    ...(size !== undefined && { size: Number(size) }),
  };
}

function addMember(
  members: Map<string, Member[]>,
  type: string,
  found: { readonly name: string; readonly link: string; readonly start: number; readonly size: number },
): void {
  const isLink = type === '1' || type === '2';
  if (!isLink && !'0\x007'.includes(type)) return;
  const name = canonical(found.name);
  // A hard link names its file from the top of the archive, a symlink from where it lies.
  const link = type === '1' ? canonical(found.link) : canonical(posix.join(posix.dirname(name), found.link));
  const member = { start: found.start, size: found.size, link: isLink ? link : null };
  members.set(name, [...(members.get(name) ?? []), member]);
}

function canonical(name: string): string {
  return posix.normalize(`/${name}`).slice(1);
}

async function readBlock(handle: FileHandle, at: number, size: number): Promise<Buffer> {
  const buffer = Buffer.alloc(size);
  await handle.read(buffer, 0, size, at);
  return buffer;
}

const OTHER_FORMATS: readonly (readonly [magic: string, what: string, hint: string])[] = [
  ['\x1f\x8b', 'compressed with gzip', 'unpack it first: gunzip FILE'],
  ['\x28\xb5\x2f\xfd', 'compressed with zstd', 'unpack it first: zstd -d FILE'],
  ['BZh', 'compressed with bzip2', 'unpack it first: bunzip2 FILE'],
  ['\xfd7zXZ', 'compressed with xz', 'unpack it first: unxz FILE'],
  ['PK\x03\x04', 'a zip file', 'name the tar file inside it'],
  ['<', 'a web page', 'download the archive itself'],
];

async function requireTar(handle: FileHandle, path: string): Promise<void> {
  const { size } = await handle.stat();
  if (size === 0) throw new Failure('E_FILE', `${path} is empty`, 'write the archive again');
  const head = (await readBlock(handle, 0, Math.min(size, BLOCK))).toString('latin1').trimStart();
  const other = OTHER_FORMATS.find(([magic]) => head.startsWith(magic));
  if (other) throw new Failure('E_UNSUPPORTED', `${path} is ${other[1]}, not a tar archive`, other[2]);
  if (size < BLOCK) throw brokenTar(path, 'it is too short');
}
