/** Mode bits against a user: generic_permission of fs/namei.c, without access control lists. */
import type { Entry } from '../rootfs/entry.ts';
import type { Located } from '../rootfs/rootfs.ts';
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
const ANY_EXECUTE = 0o111;

/** Root has CAP_DAC_OVERRIDE in every runtime's default set: it lacks only the execution of files without any x bit. */
const ROOT_ACCESS: FileAccess = {
  mayRead: () => true,
  mayWrite: () => true,
  mayExecute: ({ entry }) => (entry.mode & ANY_EXECUTE) !== 0,
  maySearch: () => true,
};

export function accessOf(credentials: Credentials): FileAccess {
  if (credentials.uid === 0) return ROOT_ACCESS;
  const bits = (entry: Entry) => bitsFor(credentials, entry);
  return {
    mayRead: ({ entry }) => (bits(entry) & READ) !== 0,
    mayWrite: ({ entry }) => (bits(entry) & WRITE) !== 0,
    mayExecute: ({ entry }) => (bits(entry) & EXECUTE) !== 0,
    maySearch: ({ entry }) => (bits(entry) & EXECUTE) !== 0,
  };
}

/** Only one class counts: an owner without the bit is refused although others have it. */
function bitsFor({ uid, gid, groups }: Credentials, entry: Entry): number {
  if (entry.uid === uid) return (entry.mode >> 6) & 7;
  if (entry.gid === gid || groups.includes(entry.gid)) return (entry.mode >> 3) & 7;
  return entry.mode & 7;
}
