/**
 * USER to numbers, as docker, containerd and podman do it: GetExecUser of github.com/moby/sys/user, which reads the
 * image's /etc/passwd and /etc/group. Left out on purpose: nsswitch.conf, which no runtime reads.
 */
import { resolve } from '../rootfs/resolve.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import type { UnknownName, UserRefusal } from './refusal.ts';

export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups, without `gid`. */
  readonly groups: readonly number[];
}

/** Some number of OpenShift's range, and group 0. */
export const ARBITRARY_USER: Credentials = { uid: 1_000_650_000, gid: 0, groups: [] };

export type UserAnswer =
  | { readonly kind: 'known'; readonly credentials: Credentials }
  | { readonly kind: 'refused'; readonly refusal: UserRefusal }
  /** A file that decides is there, but its text was not kept. */
  | { readonly kind: 'unread'; readonly path: string };

const PASSWD = '/etc/passwd';
const GROUP = '/etc/group';
const MAX_ID = 2 ** 31 - 1;

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** @throws {LayerNeeded} when a layer that is not mounted decides. */
export function userOf(rootfs: RootFs, spec: string): UserAnswer {
  const [name = '', groupName = ''] = spec.split(':');
  for (const part of [name, groupName]) {
    if (parseId(part) === 'out-of-range') {
      return { kind: 'refused', refusal: { kind: 'user-out-of-range', name: part } };
    }
  }
  const passwd = readLines(rootfs, PASSWD);
  if (passwd === 'unread') return { kind: 'unread', path: PASSWD };
  const wanted = name === '' ? 0 : parseId(name);
  const matches = ({ uid, name: found }: PasswdEntry) => (wanted === null ? found === name : uid === wanted);
  const user = passwd?.map(parsePasswd).find(matches);
  if (user === undefined && wanted === null) return unknown('unknown-user', name, passwd);
  const uid = user?.uid ?? Number(wanted);

  if (groupName === '' && (user === undefined || user.name === '')) return known(uid, user?.gid ?? 0, []);
  const groupFile = readLines(rootfs, GROUP);
  if (groupFile === 'unread') return { kind: 'unread', path: GROUP };
  const groups = (groupFile ?? []).filter((line) => !line.startsWith('#')).map(parseGroup);
  if (groupName === '') {
    const memberOf = groups.filter(({ members }) => members.includes(user?.name ?? ''));
    return known(
      uid,
      user?.gid ?? 0,
      memberOf.map(({ gid }) => gid),
    );
  }
  const wantedGroup = parseId(groupName);
  const group = groups.find(({ name: found, gid }) =>
    wantedGroup === null ? found === groupName : gid === wantedGroup,
  );
  if (group === undefined && wantedGroup === null) return unknown('unknown-group', groupName, groupFile);
  return known(uid, group?.gid ?? Number(wantedGroup), []);
}

function known(uid: number, gid: number, groups: readonly number[]): UserAnswer {
  return { kind: 'known', credentials: { uid, gid, groups } };
}

function unknown(kind: UnknownName['kind'], name: string, file: readonly string[] | null): UserAnswer {
  return { kind: 'refused', refusal: { kind, name, file: file === null ? 'missing' : 'found' } };
}

/** null for a name (strconv.Atoi gives a syntax error), which `1000` and `+1000` are not but ` 1000` is. */
function parseId(text: string): number | 'out-of-range' | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  const id = Number(text);
  return id < 0 || id > MAX_ID ? 'out-of-range' : id;
}

/** Fields that are missing or no numbers count as 0: "some misbehaving configuration files". */
function parsePasswd(line: string): PasswdEntry {
  const [name = '', , uid = '', gid = ''] = line.split(':');
  return { name, uid: idOrZero(uid), gid: idOrZero(gid) };
}

function parseGroup(line: string): GroupEntry {
  const [name = '', , gid = '', members = ''] = line.split(':');
  return { name, gid: idOrZero(gid), members: members.split(',') };
}

function idOrZero(text: string): number {
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}

/** Go's unicode.IsSpace, which is not JavaScript's `\s`: no byte order mark, but U+0085. */
const OUTER_SPACE = /^[\t-\r \u0085\p{Z}]+|[\t-\r \u0085\p{Z}]+$/gu;

/** Lines that are not blank; null when there is no such file: the runtime then does without. */
function readLines(rootfs: RootFs, path: string): readonly string[] | 'unread' | null {
  const found = resolve(rootfs, path);
  if (found.kind !== 'found' || found.located.entry.type !== 'file') return null;
  const { content } = found.located.entry;
  if (content?.kind === 'empty') return [];
  if (content?.kind !== 'other' || content.text === null) return 'unread';
  const lines = content.text.split('\n').map((line) => line.replace(OUTER_SPACE, ''));
  return lines.filter((line) => line !== '');
}
