import type { Digest } from '../oci/digest.ts';
import type { AccessList } from './access-list.ts';
import type { ContentFacts } from './content-facts.ts';
import type { FileCapabilities } from './file-capabilities.ts';

export type FileType = 'file' | 'directory' | 'symlink' | 'character-device' | 'block-device' | 'fifo';

/** One inode of a layer, as stat(2) would show it. Hard links are the same object under several paths. */
export interface Entry {
  readonly type: FileType;
  /** Permission bits with setuid, setgid and sticky: 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of a regular file; 0 for everything else. */
  readonly size: number;
  /** Only of a symlink, as written. */
  readonly target?: string;
  /** Only of a regular file. */
  readonly content?: ContentFacts;
  /** Only of a regular file with the extended attribute `security.capability`. */
  readonly capabilities?: FileCapabilities;
  /** Only of one with the extended attribute `system.posix_acl_access`. */
  readonly accessList?: AccessList;
  /** A directory that no tar entry names: it exists because something lies in it, metadata from below. */
  readonly implied?: true;
}

/** An entry with where it is and which layer brought it. */
export interface Located {
  readonly path: string;
  readonly entry: Entry;
  /** The layer that brought it; null for a directory that no layer describes. */
  readonly layer: Digest | null;
}

/** The directory that engines make for a path whose parents no entry names, where no lower layer has it. */
export const IMPLIED_DIRECTORY: Entry = {
  type: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  size: 0,
  implied: true,
};
