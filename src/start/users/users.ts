/**
 * USER to numbers, as docker, podman and CRI-O do it: GetExecUser of github.com/moby/sys/user, which reads the image's
 * /etc/passwd and /etc/group; containerd's own WithUser comes to the same where it matters. Where versions and
 * runtimes differ, the answer says so as a doubt.
 */
import type { RootFs } from '../../rootfs/rootfs.ts';
import type { UnknownName, UnusableUserFile, UserRefusal } from '../refusal.ts';
import {
  atoi,
  LONGEST_PASSWD_LINE,
  parseGroup,
  parsePasswd,
  type PasswdEntry,
  readUserFile,
  type UserFile,
} from './user-files.ts';

export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups, without `gid`. */
  readonly groups: readonly number[];
}

/** Some number of OpenShift's range, and group 0. */
export const ARBITRARY_USER: Credentials = { uid: 1_000_650_000, gid: 0, groups: [] };

export type UserAnswer =
  /** `doubts`: why some runtimes refuse it all the same. */
  | { readonly kind: 'known'; readonly credentials: Credentials; readonly doubts: readonly UserRefusal[] }
  | { readonly kind: 'refused'; readonly refusal: UserRefusal }
  /** A file that decides is there, but its text was not kept. */
  | { readonly kind: 'unread'; readonly path: string };

const PASSWD = '/etc/passwd';
const GROUP = '/etc/group';
const MAX_ID = 2n ** 31n - 1n;
/** (uid_t)-1, which setuid(2), setgid(2) and setgroups(2) refuse. */
const NOBODY_AT_ALL = 0xffff_ffff;

/** @throws {LayerNeeded} when a layer that is not mounted decides. */
export function userOf(rootfs: RootFs, spec: string): UserAnswer {
  const [name = '', groupName = '', ...more] = spec.split(':');
  const passwd = readUserFile(rootfs, PASSWD, LONGEST_PASSWD_LINE);
  const group = readUserFile(rootfs, GROUP);
  const broken = [faultOf(PASSWD, passwd), faultOf(GROUP, group)].find(
    (fault) => fault?.certainty === 'certain',
  );
  if (broken !== undefined && broken !== null) return refused(broken);
  const found = findUser({ name, groupName }, passwd, group);
  if ('kind' in found) return found;
  const doubts = [
    ...(more.length === 0 ? [] : [{ kind: 'too-many-colons', name: spec } as const]),
    ...found.doubts,
  ];
  return numbered(found, doubts);
}

/** HOME, which runc sets where the image does not (getUserHome of libcontainer/env.go); null: passwd was not kept. */
export function homeOf(rootfs: RootFs, { uid }: Credentials): string | null {
  const passwd = readUserFile(rootfs, PASSWD, LONGEST_PASSWD_LINE);
  if (passwd.kind === 'unread') return null;
  const entry = linesOf(passwd)
    .map(parsePasswd)
    .find((each) => each.uid === BigInt(uid));
  return entry?.home ?? '/';
}

/** The entry of a name or a number; null where there is none, or passwd was not kept. */
export function accountOf(rootfs: RootFs, name: string): PasswdEntry | null {
  const uid = atoi(name);
  const entries = linesOf(readUserFile(rootfs, PASSWD, LONGEST_PASSWD_LINE)).map(parsePasswd);
  return entries.find((each) => (uid === null ? each.name === name : each.uid === uid)) ?? null;
}

/** Numbers as Go has them: 64 bits, and signed. */
interface Found {
  readonly uid: bigint;
  readonly gid: bigint;
  readonly groups: readonly bigint[];
  readonly doubts: readonly UserRefusal[];
}

interface Wanted {
  readonly name: string;
  readonly groupName: string;
}

function findUser({ name, groupName }: Wanted, passwd: UserFile, groupFile: UserFile): Found | UserAnswer {
  const uid = name === '' ? 0n : atoi(name);
  const gid = atoi(groupName);
  // Two numbers are what they are, whatever the files say.
  if (isInRange(uid) && isInRange(gid)) return { uid, gid, groups: [], doubts: doubtsAbout(PASSWD, passwd) };
  if (passwd.kind === 'unread') return { kind: 'unread', path: PASSWD };
  const user = linesOf(passwd)
    .map(parsePasswd)
    .find((entry) => (uid === null ? entry.name === name : entry.uid === uid));
  if (user === undefined && uid === null) return unknown('unknown-user', name, passwd);
  if (user === undefined && !isInRange(uid)) return refused(outOfRange(name, 'certain'));
  const primary = { uid: user?.uid ?? uid ?? 0n, gid: user?.gid ?? 0n };
  const doubts = [...doubtsAbout(PASSWD, passwd), ...doubtsAboutNumber(name, uid)];
  const userName = user?.name ?? '';
  if (groupName === '' && userName === '') return { ...primary, groups: [], doubts };

  if (groupFile.kind === 'unread') return { kind: 'unread', path: GROUP };
  doubts.push(...doubtsAbout(GROUP, groupFile));
  const groups = linesOf(groupFile)
    .map(parseGroup)
    .filter((entry) => entry !== null);
  if (groupName === '') {
    const memberOf = groups.filter(({ members }) => members.includes(userName));
    return { ...primary, groups: memberOf.map((entry) => entry.gid), doubts };
  }
  const group = groups.find((entry) => (gid === null ? entry.name === groupName : entry.gid === gid));
  if (group === undefined && gid === null) return unknown('unknown-group', groupName, groupFile);
  if (group === undefined && !isInRange(gid)) return refused(outOfRange(groupName, 'certain'));
  doubts.push(...doubtsAboutNumber(groupName, gid));
  return { uid: primary.uid, gid: group?.gid ?? gid ?? 0n, groups: [], doubts };
}

/** Engines hand the numbers of the files on as uint32, whatever they are. */
function numbered({ uid, gid, groups }: Found, doubts: readonly UserRefusal[]): UserAnswer {
  const large = [uid, gid, ...groups].filter((id) => toUint32(id) > MAX_ID);
  const impossible = large.find((id) => toUint32(id) === NOBODY_AT_ALL);
  if (impossible !== undefined) return refused(outOfRange(String(impossible), 'certain'));
  return {
    kind: 'known',
    credentials: { uid: toUint32(uid), gid: toUint32(gid), groups: groups.map(toUint32) },
    doubts: [...doubts, ...large.map((id) => outOfRange(String(id), 'possible'))],
  };
}

function toUint32(id: bigint): number {
  return Number(BigInt.asUintN(32, id));
}

function isInRange(id: bigint | null): id is bigint {
  return id !== null && id >= 0n && id <= MAX_ID;
}

/** Older engines take a number out of range when the file has it. */
function doubtsAboutNumber(name: string, id: bigint | null): UserRefusal[] {
  return id === null || isInRange(id) ? [] : [outOfRange(name, 'possible')];
}

function outOfRange(name: string, certainty: 'certain' | 'possible'): UserRefusal {
  return { kind: 'user-out-of-range', name, certainty };
}

function linesOf(file: UserFile): readonly string[] {
  return file.kind === 'read' ? file.lines : [];
}

function faultOf(path: string, file: UserFile): UnusableUserFile | null {
  if (file.kind !== 'unusable') return null;
  return {
    kind: 'unusable-user-file',
    path,
    fault: file.fault,
    certainty: file.fault === 'not-a-file' ? 'possible' : 'certain',
  };
}

function doubtsAbout(path: string, file: UserFile): UserRefusal[] {
  const fault = faultOf(path, file);
  return fault === null ? [] : [fault];
}

function refused(refusal: UserRefusal): UserAnswer {
  return { kind: 'refused', refusal };
}

function unknown(kind: UnknownName['kind'], name: string, file: UserFile): UserAnswer {
  return refused({ kind, name, file: file.kind === 'read' ? 'found' : 'missing' });
}
