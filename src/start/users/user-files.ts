/**
 * /etc/passwd and /etc/group as github.com/moby/sys/user reads them for docker, containerd, podman and CRI-O. Left out
 * on purpose: nsswitch.conf and `+` lines of NIS, which no runtime knows: they are entries like any other.
 */
import { textOf } from '../../rootfs/content-facts.ts';
import { byteLengthOf } from '../../rootfs/path.ts';
import { resolve } from '../../rootfs/resolve.ts';
import type { RootFs } from '../../rootfs/rootfs.ts';

export interface PasswdEntry {
  readonly name: string;
  readonly uid: bigint;
  readonly gid: bigint;
  readonly home: string;
  readonly shell: string;
}

export interface GroupEntry {
  readonly name: string;
  readonly gid: bigint;
  readonly members: readonly string[];
}

export type UserFile =
  /** Lines that are not blank, without the space around them. */
  | { readonly kind: 'read'; readonly lines: readonly string[] }
  /** There is no such file: runtimes do without. */
  | { readonly kind: 'absent' }
  /** It is there, but its text was not kept. */
  | { readonly kind: 'unread' }
  | { readonly kind: 'unusable'; readonly fault: UserFileFault };

export type UserFileFault =
  /** Its symlinks lead in a circle: no runtime gets over that, even where it wants no entry. */
  | 'loop'
  /** A line that is longer than its reader takes: nobody is found then. */
  | 'long-line'
  /** A directory, fifo, device …: until 2026 moby read it all the same, and failed; containerd refuses it. */
  | 'not-a-file';

/** bufio.MaxScanTokenSize of Go, which ParsePasswdFilter keeps to: with such a line nobody is found. ParseGroupFilter takes far longer lines. */
export const LONGEST_PASSWD_LINE = 64 * 1024;

/** Go's unicode.IsSpace, which is not JavaScript's `\s`: no byte order mark, but U+0085. */
const SPACE = /^[\t-\r \u0085\p{Z}]$/u;

/** Engines read them before anything is mounted. `longestLine`: bytes, with the line end. @throws {LayerNeeded} */
export function readUserFile(rootfs: RootFs, path: string, longestLine = Infinity): UserFile {
  const found = resolve(rootfs, path, { mounts: 'passed-over' });
  if (found.kind === 'loop') return { kind: 'unusable', fault: 'loop' };
  if (found.kind !== 'found') return { kind: 'absent' };
  const { type, content } = found.located.entry;
  if (type !== 'file') return { kind: 'unusable', fault: 'not-a-file' };
  if (content?.kind === 'empty') return { kind: 'read', lines: [] };
  const text = textOf(content);
  if (text === null) return { kind: 'unread' };
  const lines = text.split('\n');
  if (lines.some((line) => line.length * 3 >= longestLine && byteLengthOf(line) >= longestLine))
    return { kind: 'unusable', fault: 'long-line' };
  const trimmed = lines.map(trimSpace);
  return { kind: 'read', lines: trimmed.filter((line) => line !== '') };
}

/** bytes.TrimSpace of Go. A regular expression would look at all blanks inside of a line again and again. */
function trimSpace(line: string): string {
  let start = 0;
  let end = line.length;
  while (start < end && SPACE.test(line.charAt(start))) start++;
  while (end > start && SPACE.test(line.charAt(end - 1))) end--;
  return line.slice(start, end);
}

/** Fields that are missing or no numbers count as 0: "some misbehaving configuration files". */
export function parsePasswd(line: string): PasswdEntry {
  const [name = '', , uid = '', gid = '', , home = '', shell = ''] = line.split(':');
  return { name, uid: atoi(uid) ?? 0n, gid: atoi(gid) ?? 0n, home, shell };
}

/** Null: a comment, which only the group file has. */
export function parseGroup(line: string): GroupEntry | null {
  if (line.startsWith('#')) return null;
  const [name = '', , gid = '', members = ''] = line.split(':');
  return { name, gid: atoi(gid) ?? 0n, members: members.split(',') };
}

const LARGEST = 2n ** 63n - 1n;

/** strconv.Atoi of Go: null for a syntax error, the nearest number of 64 bits where it is out of range. */
export function atoi(text: string): bigint | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  const size = BigInt(text.replace(/^[+-]/, ''));
  if (text.startsWith('-')) return size > LARGEST ? -LARGEST - 1n : -size;
  return size > LARGEST ? LARGEST : size;
}
