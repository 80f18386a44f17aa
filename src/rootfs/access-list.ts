/**
 * The extended attribute `system.posix_acl_access`, as setxattr(2) takes it (posix_acl_from_xattr and posix_acl_valid of
 * fs/posix_acl.c). Engines set it before they set the mode, whose bits then stand for the owner, the mask and the others.
 */

/** Whom a file is open to besides its owner: each with rwx bits, which the mask still cuts. */
export interface AccessList {
  readonly group: number;
  readonly users: readonly Listed[];
  readonly groups: readonly Listed[];
}

interface Listed {
  readonly id: number;
  readonly bits: number;
}

/** XATTR_SIZE_MAX. */
const LARGEST = 65_536;
const VERSION = 2;
const HEADER = 4;
const ENTRY = 8;
const NOBODY = 0xffff_ffff;

/** The tags in the order in which they must come. */
const TAGS = [0x01, 0x02, 0x04, 0x08, 0x10, 0x20] as const;
const [USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER] = TAGS;
const ONCE: readonly number[] = [USER_OBJ, GROUP_OBJ, OTHER];

/** `ignored`: it says nothing that mode bits do not. `refused`: no kernel takes it, so that engines cannot unpack the file. */
export function parseAccessList(value: Buffer): AccessList | 'ignored' | 'refused' {
  if (value.length === 0) return 'ignored';
  if (value.length < HEADER || value.length > LARGEST) return 'refused';
  if (value.readUInt32LE(0) !== VERSION) return 'ignored'; // EOPNOTSUPP, which engines pass over
  if ((value.length - HEADER) % ENTRY !== 0) return 'refused';
  const entries = Array.from({ length: (value.length - HEADER) / ENTRY }, (_, index) =>
    entryAt(value, HEADER + index * ENTRY),
  );
  if (entries.length === 0) return 'ignored';
  if (!isValid(entries)) return 'refused';
  if (!entries.some(({ tag }) => tag === MASK)) return 'ignored';
  const listed = (wanted: number) => entries.filter(({ tag }) => tag === wanted);
  return {
    group: listed(GROUP_OBJ)[0]?.bits ?? 0,
    users: listed(USER).map(({ id, bits }) => ({ id, bits })),
    groups: listed(GROUP).map(({ id, bits }) => ({ id, bits })),
  };
}

interface AclEntry extends Listed {
  readonly tag: number;
}

function entryAt(value: Buffer, at: number): AclEntry {
  return { tag: value.readUInt16LE(at), bits: value.readUInt16LE(at + 2), id: value.readUInt32LE(at + 4) };
}

function isValid(entries: readonly AclEntry[]): boolean {
  const places = entries.map(({ tag }) => TAGS.findIndex((known) => known === tag));
  const isOrdered = places.every((place, index) => place >= (places[index - 1] ?? 0));
  const count = (wanted: number) => entries.filter(({ tag }) => tag === wanted).length;
  const isNamed = ({ tag }: AclEntry) => tag === USER || tag === GROUP;
  return (
    isOrdered &&
    ONCE.every((tag) => count(tag) === 1) &&
    count(MASK) <= 1 &&
    (count(MASK) === 1 || !entries.some(isNamed)) &&
    entries.every((entry) => entry.bits <= 7 && !(isNamed(entry) && entry.id === NOBODY))
  );
}
