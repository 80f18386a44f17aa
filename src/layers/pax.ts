/**
 * The records of a PAX extended header (POSIX.1-2017 pax, "pax Header Block"), `LENGTH KEY=VALUE\n` each. Read as
 * strictly as Go does, and stricter where readers disagree: a key that comes twice is refused.
 */
import { decodeBytes } from '../base/plain-text.ts';
import { type AccessList, parseAccessList } from '../rootfs/access-list.ts';
import { type FileCapabilities, parseFileCapabilities } from '../rootfs/file-capabilities.ts';
import { BadHeader } from './tar-header.ts';

/** What a record changes of the entry that follows. */
export interface PaxChanges {
  readonly path?: string;
  readonly linkPath?: string;
  readonly size?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly capabilities?: FileCapabilities;
  readonly accessList?: AccessList;
  /** Any `GNU.sparse.*` key. */
  readonly isSparse?: true;
  /** An extended attribute of overlayfs itself, which some engines set and others drop. */
  readonly overlayAttribute?: string;
  /** An attribute that Linux lets only files and directories have. */
  readonly userAttribute?: string;
}

const NEWLINE = 0x0a;
const SPACE = 0x20;
const EQUALS = 0x3d;
const XATTR = 'SCHILY.xattr.';
const SIGNED = /^[+-]?\d{1,19}$/;
const SIZE = /^\+?\d{1,19}$/;
const TIME = /^[+-]?\d{1,19}(?:\.\d*)?$/;

/** @throws {BadHeader} */
export function parsePax(bytes: Buffer): PaxChanges {
  const changes: { -readonly [Key in keyof PaxChanges]: PaxChanges[Key] } = {};
  const seen = new Set<string>();
  for (let at = 0; at < bytes.length;) {
    const { key, value, next } = recordAt(bytes, at);
    at = next;
    if (key.startsWith('GNU.sparse.')) changes.isSparse = true;
    else if (seen.has(key)) throw new BadHeader(`an extended header that sets ${key} twice`);
    seen.add(key);
    if (value.length === 0) continue; // Go keeps the plain header's value
    if (key === 'path') changes.path = textOf(key, value);
    else if (key === 'linkpath') changes.linkPath = textOf(key, value);
    else if (key === 'uname' || key === 'gname') textOf(key, value);
    else if (key === 'size') changes.size = numberOf(key, value, SIZE);
    else if (key === 'uid') changes.uid = numberOf(key, value, SIGNED);
    else if (key === 'gid') changes.gid = numberOf(key, value, SIGNED);
    else if (key === 'mtime' || key === 'atime' || key === 'ctime') numberOf(key, value, TIME);
    else if (key === `${XATTR}security.capability`) {
      const capabilities = parseFileCapabilities(value);
      if (capabilities === 'refused') throw new BadHeader(`a ${key} that no kernel takes`);
      if (capabilities !== 'ignored') changes.capabilities = capabilities;
    } else if (key === `${XATTR}system.posix_acl_access`) {
      const accessList = parseAccessList(value);
      if (accessList === 'refused') throw new BadHeader(`a ${key} that no kernel takes`);
      if (accessList !== 'ignored') changes.accessList = accessList;
    } else if (/^SCHILY\.xattr\.(?:trusted|user)\.overlay\./.test(key)) {
      changes.overlayAttribute = key.slice(XATTR.length);
    } else if (key.startsWith(`${XATTR}user.`)) changes.userAttribute = key.slice(XATTR.length);
  }
  return changes;
}

function recordAt(bytes: Buffer, start: number): { key: string; value: Buffer; next: number } {
  const space = bytes.indexOf(SPACE, start);
  const digits = space === -1 ? '' : bytes.toString('latin1', start, Math.min(space, start + 20));
  const next = /^\+?\d{1,10}$/.test(digits) ? start + Number(digits) : 0;
  const equals = bytes.indexOf(EQUALS, space + 1);
  const fits = next > space + 1 && next <= bytes.length && bytes[next - 1] === NEWLINE;
  if (!fits || equals === -1 || equals >= next - 1 || equals === space + 1) {
    throw new BadHeader('an extended header whose record is malformed');
  }
  const key = bytes.toString('latin1', space + 1, equals);
  if (key.includes('\0')) throw new BadHeader('an extended header with a NUL in a key');
  return { key, value: bytes.subarray(equals + 1, next - 1), next };
}

function textOf(key: string, value: Buffer): string {
  if (value.includes(0)) throw new BadHeader(`an extended header with a NUL in ${key}`);
  return decodeBytes(value);
}

function numberOf(key: string, value: Buffer, shape: RegExp): number {
  const text = value.toString('latin1', 0, 64);
  const number = shape.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(number) || Math.abs(number) > Number.MAX_SAFE_INTEGER) {
    throw new BadHeader(`an extended header whose ${key} is not a number`);
  }
  return number;
}
