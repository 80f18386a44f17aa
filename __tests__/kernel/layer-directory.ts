/** A layer's items as a directory that overlayfs can mount, as engines unpack them. Needs root. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { TarItem } from '../support/layer-builder.ts';
import { numberOf } from './large-files.ts';

/** Attributes that are still to be set, which only the machine that mounts the directories can do. */
export interface Marks {
  readonly opaque: readonly string[];
  /** Files with capabilities, and the attribute in hexadecimal digits. */
  readonly capable: readonly (readonly [file: string, value: string])[];
  /** The same with access control lists, which must not change the mode. */
  readonly listed: readonly (readonly [file: string, value: string])[];
}

/** Where equal files were written already, of which hard links are made. */
export interface WrittenFiles {
  /** `twin`: what equal files have in common. */
  get(twin: string): string | undefined;
  set(twin: string, path: string): void;
}

export function writeLayer(
  directory: string,
  items: readonly TarItem[],
  written: WrittenFiles | null = null,
): Marks {
  const opaque: string[] = [];
  const capable: [file: string, value: string][] = [];
  const listed: [file: string, value: string][] = [];
  fs.mkdirSync(directory, { recursive: true });
  fs.chmodSync(directory, 0o755);
  for (const item of items) {
    const path = join(directory, item.name.toString());
    makeParents(directory, dirname(path));
    if (basename(path) === '.wh..wh..opq') opaque.push(dirname(path));
    else if (basename(path).startsWith('.wh.')) makeWhiteout(path);
    else place(directory, path, item, written);
    const capability = item.pax?.['SCHILY.xattr.security.capability'];
    if (capability !== undefined) capable.push([path, Buffer.from(capability).toString('hex')]);
    const list = item.pax?.['SCHILY.xattr.system.posix_acl_access'];
    if (list !== undefined) listed.push([path, Buffer.from(list).toString('hex')]);
  }
  return { opaque, capable, listed };
}

function makeWhiteout(path: string): void {
  execFileSync('mknod', [join(dirname(path), basename(path).slice('.wh.'.length)), 'c', '0', '0']);
}

function makeParents(layer: string, directory: string): void {
  if (directory.length <= layer.length || fs.existsSync(directory)) return;
  makeParents(layer, dirname(directory));
  fs.mkdirSync(directory);
  fs.chmodSync(directory, 0o755);
}

function place(layer: string, path: string, item: TarItem, written: WrittenFiles | null): void {
  const twin = written === null ? null : twinKeyOf(item);
  const known = twin === null ? undefined : written?.get(twin);
  if (known !== undefined) return linkAnew(known, path);
  create(layer, path, item);
  if (item.flag === '1') return;
  fs.lchownSync(path, item.uid ?? 0, item.gid ?? 0);
  if (item.flag !== '2') fs.chmodSync(path, item.mode ?? 0o644);
  if (twin !== null) written?.set(twin, path);
}

/** Files of one buffer, one mode and one owner are equal; null for all others. */
function twinKeyOf({ flag = '0', data, mode, uid, gid, pax }: TarItem): string | null {
  if (flag !== '0' || !Buffer.isBuffer(data) || pax !== undefined) return null;
  return [numberOf(data), mode ?? 0o644, uid ?? 0, gid ?? 0].join();
}

function linkAnew(known: string, path: string): void {
  fs.rmSync(path, { force: true });
  fs.linkSync(known, path);
}

function create(layer: string, path: string, item: TarItem): void {
  const target = item.linkName?.toString() ?? '';
  switch (item.flag ?? '0') {
    case '5':
      if (!fs.existsSync(path)) fs.mkdirSync(path);
      return;
    case '2':
      return fs.symlinkSync(target, path);
    case '1':
      return fs.linkSync(join(layer, target), path);
    case '3':
    case '4': {
      const [major, minor] = item.device ?? [0, 0];
      execFileSync('mknod', [path, item.flag === '3' ? 'c' : 'b', String(major), String(minor)]);
      return;
    }
    case '6':
      execFileSync('mknod', [path, 'p']);
      return;
    default:
      // As unpackers do: what is there may be a hard link.
      fs.rmSync(path, { force: true });
      fs.writeFileSync(path, item.data ?? '');
  }
}
