/** Mode bits and access control lists against a user: acl_permission_check of fs/namei.c, posix_acl_permission. */
import type { AccessList } from '../../rootfs/access-list.ts';
import type { Entry, Located } from '../../rootfs/entry.ts';
import type { Credentials } from './users.ts';

/** What the process's user may do with an inode. */
export interface FileAccess {
  mayRead(file: Located): boolean;
  mayWrite(file: Located): boolean;
  mayExecute(file: Located): boolean;
  maySearch(directory: Located): boolean;
}

const READ = 4;
const WRITE = 2;
const EXECUTE = 1;
/** x for somebody. */
export const ANY_EXECUTE = 0o111;
const ANY_OF_GROUP = 0o070;

/** Root has CAP_DAC_OVERRIDE in every runtime's default set: it lacks only the execution of files without any x bit. */
const ROOT_ACCESS: FileAccess = {
  mayRead: () => true,
  mayWrite: () => true,
  mayExecute: ({ entry }) => (entry.mode & ANY_EXECUTE) !== 0,
  maySearch: () => true,
};

export function accessOf(credentials: Credentials, overrides: boolean = credentials.uid === 0): FileAccess {
  if (overrides) return ROOT_ACCESS;
  const bits = (entry: Entry) => bitsFor(credentials, entry);
  return {
    mayRead: ({ entry }) => (bits(entry) & READ) !== 0,
    mayWrite: ({ entry }) => (bits(entry) & WRITE) !== 0,
    mayExecute: ({ entry }) => (bits(entry) & EXECUTE) !== 0,
    maySearch: ({ entry }) => (bits(entry) & EXECUTE) !== 0,
  };
}

/** Only one class counts: an owner without the bit is refused although others have it. */
function bitsFor(credentials: Credentials, entry: Entry): number {
  const { uid, gid, groups } = credentials;
  const { mode, accessList } = entry;
  if (entry.uid === uid) return (mode >> 6) & 7;
  // The kernel asks the list only where its mask lets anything through.
  if (accessList !== undefined && (mode & ANY_OF_GROUP) !== 0)
    return listedBits(credentials, entry, accessList);
  if (entry.gid === gid || groups.includes(entry.gid)) return (mode >> 3) & 7;
  return mode & 7;
}

/** The group bits of the mode are the list's mask. Of several groups, each gives what it has. */
function listedBits({ uid, gid, groups }: Credentials, entry: Entry, list: AccessList): number {
  const mask = (entry.mode >> 3) & 7;
  const user = list.users.find(({ id }) => id === uid);
  if (user !== undefined) return user.bits & mask;
  const own = [{ id: entry.gid, bits: list.group }, ...list.groups].filter(
    ({ id }) => id === gid || groups.includes(id),
  );
  return own.length === 0 ? entry.mode & 7 : own.reduce((all, { bits }) => all | bits, 0) & mask;
}
