/** Access control lists, as `setfacl` leaves them, beside the mode bits. */
import { directory, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { PROGRAMS } from '../programs.ts';

const { amd64, busybox } = PROGRAMS;
const DENIED = 'not-executable';
const TAGS: Readonly<Record<string, readonly [unnamed: number, named: number]>> = {
  user: [0x01, 0x02],
  group: [0x04, 0x08],
  mask: [0x10, 0x10],
  other: [0x20, 0x20],
};

/** `setfacl`'s own words: `user::7 user:1000:5 group::5 mask::5 other::0`, with rwx as a digit. */
function list(words: string): Partial<TarItem> {
  const entries = words.split(' ').map((word) => {
    const [tag = '', id = '', bits = ''] = word.split(':');
    const [unnamed = 0, named = 0] = TAGS[tag] ?? [];
    const entry = Buffer.alloc(8);
    entry.writeUInt16LE(id === '' ? unnamed : named, 0);
    entry.writeUInt16LE(Number(bits), 2);
    entry.writeUInt32LE(id === '' ? 0xffff_ffff : Number(id), 4);
    return entry;
  });
  const value = Buffer.concat([Buffer.from([2, 0, 0, 0]), ...entries]);
  return { pax: { 'SCHILY.xattr.system.posix_acl_access': value } };
}

type Row = readonly [name: string, mode: number, words: string, user: string, expect: string];

/** The file belongs to 5:6. */
const ROWS: readonly Row[] = [
  ['a user who is let in', 0o750, 'user::7 user:1000:5 group::5 mask::5 other::0', '1000:1000', 'starts'],
  ['a user who is kept out', 0o755, 'user::7 user:1000:4 group::5 mask::5 other::5', '1000:1000', DENIED],
  [
    'a user whom the mask keeps out',
    0o745,
    'user::7 user:1000:5 group::5 mask::5 other::5',
    '1000:1000',
    DENIED,
  ],
  ['another user', 0o750, 'user::7 user:1000:5 group::5 mask::5 other::0', '1001:1000', DENIED],
  [
    'another user, as others are',
    0o755,
    'user::7 user:1000:0 group::0 mask::5 other::5',
    '1001:1000',
    'starts',
  ],
  ['the owner, whatever is listed', 0o755, 'user::7 user:5:0 group::5 mask::5 other::5', '5:1000', 'starts'],
  ['a group that is let in', 0o750, 'user::7 group::0 group:1000:5 mask::5 other::0', '1001:1000', 'starts'],
  ['a group that is kept out', 0o755, 'user::7 group::5 group:1000:4 mask::5 other::5', '1001:1000', DENIED],
  [
    'the own group, which the mode lets in and the list does not',
    0o755,
    'user::7 group::4 group:1000:5 mask::5 other::5',
    '1001:6',
    DENIED,
  ],
  [
    'the own group, whose mask is larger',
    0o750,
    'user::7 group::5 group:1000:0 mask::5 other::0',
    '1001:6',
    'starts',
  ],
  [
    'a user before a group',
    0o755,
    'user::7 user:1001:0 group::5 group:1000:5 mask::5 other::5',
    '1001:1000',
    DENIED,
  ],
  [
    'a mask of nothing, by which nobody is listed',
    0o705,
    'user::7 user:1000:5 group::5 mask::5 other::5',
    '1000:1000',
    'starts',
  ],
  [
    'a mask of nothing and the own group',
    0o705,
    'user::7 user:1000:5 group::5 mask::5 other::5',
    '1000:6',
    DENIED,
  ],
  ['a list that says what the mode says', 0o755, 'user::7 group::0 other::0', '1000:1000', 'starts'],
  ['root, whom no list keeps out', 0o755, 'user::7 user:0:0 group::0 mask::5 other::0', '0:0', 'starts'],
  [
    'root, and an x bit that is only the mask’s',
    0o010,
    'user::0 user:1:1 group::0 mask::1 other::0',
    '0:0',
    'starts',
  ],
];

function asOf(user: string) {
  const [uid = 0, gid = 0] = user.split(':').map(Number);
  return { uid, gid, groups: [] };
}

const OWNED = { uid: 5, gid: 6 };
const LISTED = list('user::7 user:1000:5 group::5 mask::5 other::0');
const USER = { config: { user: '1000:1000' }, as: asOf('1000:1000') };
const OTHER = { config: { user: '1001:1001' }, as: asOf('1001:1001') };

function throughDirectory(name: string, user: typeof USER, expect: string): KernelCase {
  const items = [directory('opt', { mode: 0o750, ...OWNED, ...LISTED }), program('opt/app', amd64)];
  return kernelCase(`an access list of ${name}`, items, '/opt/app', expect, user);
}

export const accessListCases: readonly KernelCase[] = [
  ...ROWS.map(([name, mode, words, user, expect]) =>
    kernelCase(
      `an access list and ${name}`,
      [program('app', amd64, { mode, ...OWNED, ...list(words) })],
      '/app',
      expect,
      { config: { user }, as: asOf(user) },
    ),
  ),
  throughDirectory('a directory that lets a user through', USER, 'starts'),
  throughDirectory('a directory that lets nobody else through', OTHER, DENIED),
  kernelCase(
    'an access list of a script that its user may read',
    [program('bin/sh', busybox), program('app', '#!/bin/sh\nexit 0\n', { mode: 0o750, ...OWNED, ...LISTED })],
    '/app',
    'starts',
    USER,
  ),
  kernelCase(
    'an access list of a script that its user may only execute',
    [
      program('bin/sh', busybox),
      program('app', '#!/bin/sh\nexit 0\n', {
        mode: 0o755,
        ...OWNED,
        ...list('user::7 user:1000:1 group::5 mask::5 other::5'),
      }),
    ],
    '/app',
    DENIED,
    USER,
  ),
];
