import { describe, expect, test } from '@jest/globals';
import { ArchiveBudget, nativesOf } from '../../src/layers/archived-natives.ts';
import { architectureOf } from '../../src/start/kernel/abi.ts';
import { buildPe } from '../support/pe-builder.ts';
import { program } from '../support/surveyed.ts';
import { buildZip, type ZipMemberSpec } from '../support/zip-builder.ts';

const AMD64 = program({ machine: 'amd64' }).data;
const ARM64 = program({ machine: 'arm64' }).data;

function said(archive: Buffer): readonly string[] {
  const { natives, unread } = nativesOf(archive);
  const files = natives.map(({ path, elf }) => `${path} ${elf === null ? 'other' : architectureOf(elf)}`);
  return unread === null ? files : [...files, `unread: ${unread}`];
}

const member = (name: string, data: Buffer, more: Partial<ZipMemberSpec> = {}): ZipMemberSpec => ({
  name,
  data,
  ...more,
});

describe('native code in an archive', () => {
  test.each<[string, Buffer, readonly string[]]>([
    [
      'deflated and stored, of every format',
      buildZip([
        member('META-INF/native/liba.so', AMD64),
        member('linux-aarch64/libb.so.1', ARM64, { method: 'stored' }),
        member('win/c.dll', buildPe()),
        member('README.txt', Buffer.from('words')),
        member('a/Main.class', Buffer.from('cafebabe00000034', 'hex')),
      ]),
      ['META-INF/native/liba.so amd64', 'linux-aarch64/libb.so.1 arm64', 'win/c.dll other'],
    ],
    [
      'in a jar of a fat jar, stored or not',
      buildZip([
        member('BOOT-INF/lib/a.jar', buildZip([member('x.so', AMD64)]), { method: 'stored' }),
        member('BOOT-INF/lib/b.jar', buildZip([member('y.so', ARM64)])),
      ]),
      ['BOOT-INF/lib/a.jar!/x.so amd64', 'BOOT-INF/lib/b.jar!/y.so arm64'],
    ],
    ['zip64', buildZip([member('x.so', AMD64, { zip64: true })]), ['x.so amd64']],
    ['behind a program', buildZip([member('x.so', AMD64)], Buffer.from('MZ and more')), ['x.so amd64']],
    ['a name without an extension', buildZip([member('bin/tool', AMD64)]), ['bin/tool amd64']],
    ['an empty archive', buildZip([]), []],

    ['encrypted', buildZip([member('x.so', AMD64, { encrypted: true })]), ['unread: encrypted']],
    ['no directory', Buffer.from('PK\x03\x04 and nothing'), ['unread: no end of a directory']],
    ['cut off', buildZip([member('x.so', AMD64)]).subarray(20), ['unread: the directory lies outside']],
    [
      'an inner archive that is more than it says',
      buildZip([member('a.jar', buildZip([member('x.so', AMD64)]), { claimedSize: 10 })]),
      ['unread: broken data, or more of it than it says'],
    ],
    [
      'an inner archive that claims gigabytes',
      buildZip([member('a.jar', AMD64, { claimedSize: 0xf0000000 })]),
      ['unread: archives in archives without an end'],
    ],
    [
      'archives in archives in archives',
      [1, 2, 3, 4].reduce(
        (inner) => buildZip([member('a.jar', inner, { method: 'stored' })]),
        buildZip([member('x.so', AMD64)]),
      ),
      ['unread: archives in archives without an end'],
    ],
  ])('%s', (_, archive, expected) => {
    expect(said(archive)).toEqual(expected);
  });

  test('a member of zeros without end costs no more than its front', () => {
    expect(said(buildZip([member('x.so', Buffer.alloc(64 * 1024 ** 2))]))).toEqual([]);
  });

  test('all archives of a layer share what they may cost', () => {
    const looks = buildZip([member('x.so', AMD64), member('y.so', AMD64)]);
    const budget = new ArchiveBudget(5, 100_000);
    expect([1, 2].map(() => nativesOf(looks, budget).unread)).toEqual([null, null]);
    expect(nativesOf(looks, budget)).toMatchObject({
      natives: [{ path: 'x.so' }],
      unread: 'too many files that may be native in one layer',
    });
    const packed = buildZip([member('a.jar', buildZip([]), { claimedSize: 60_000 })]);
    expect([1, 2].map(() => nativesOf(packed, budget).unread)).toEqual([
      null,
      'too much in packed archives of one layer',
    ]);
  });

  test('any byte may be wrong, and nothing is thrown', () => {
    const archive = buildZip([
      member('a.jar', buildZip([member('x.so', AMD64)])),
      member('y.so', ARM64, { zip64: true }),
    ]);
    for (let at = 0; at < archive.length; at++) {
      for (const value of [0, 0xff]) {
        const broken = Buffer.from(archive);
        broken[at] = value;
        expect(nativesOf(broken).natives.length).toBeLessThanOrEqual(2);
      }
    }
  });
});
